/// What would help after a failure. A front words it: as a command, a button or a sentence.
public enum Remedy: Hashable, Sendable {
    /// Have a model read what it has not read; nil for the active one and those that shadow.
    case classify(ModelVersion?)
    /// Have a model read what it has not read of the texts as they were as of a position.
    case classifyPast(ModelVersion, asOf: Position)
    /// Name no moment that is still to come, which asks about now.
    case askAboutNow
    /// Train a model on this ledger.
    case train
    /// Name the model that is meant.
    case nameModel
    /// Name the versions that are meant.
    case nameVersions
    /// Ask for fewer responses: another time, other segments or fewer dimensions.
    case narrow
    /// Ask about less time, or for longer periods.
    case narrowOrLengthenPeriods
    /// Leave out what the model has learnt from, or evaluate how it was trained.
    case leaveOutLearnt
    /// Evaluate how the model was trained, or on a file of other responses.
    case evaluateTraining
    /// Keep out what the model has learnt from: by a split or a file of newer responses.
    case splitOrOtherFile
    /// Name a version that was trained here, instead of a way of training.
    case nameTrained
    /// See what threshold sets there are.
    case listThresholds
    /// Begin a file of topics and train a model on it.
    case trainTopics
    /// Say what topics there are.
    case giveTaxonomy
    /// Give a file of labels that is missing, by its SHA-256 in hexadecimal.
    case giveLabels(digest: String)
    /// Name the source of a response whose id exists in several.
    case nameSource
    /// Look at what the ledger has of a response.
    case trace(String)
    /// Hold everything that is stored against the log.
    case verify
    /// Say the reason.
    case giveReason
    /// Register it as what describes a model outside this process.
    case registerAsExternal
    /// Ask about more, or lower the confidence that thresholds ask for.
    case widen
    /// Have a version count that never did.
    case activate(ModelVersion)
    /// Leave out what the model has learnt from, or take a file of other responses.
    case leaveOutOrOtherFile
    /// Say which columns of a file hold text and score.
    case mapTextAndScore
    /// Say which columns of a file hold text and labels.
    case mapTextAndLabel
    /// Fold a projection's state anew from the log.
    case rebuild(projection: String)
    /// See which builds of the projections there are, and ask again.
    case listProjections
    /// Hold everything against the log, and restore a backup of what is damaged.
    case verifyAndRestore
    /// Create a ledger, or name the right directory.
    case initialize(directory: String)
    /// Have the manifest of a ledger written again from its log and vault, which changes nothing
    /// else.
    case rewriteManifest(directory: String)
    /// Look at the program of a model outside this process, and approve it; nil for one without a
    /// number.
    case approveProgram(ModelVersion?)
    /// Put the file of a model back from a backup.
    case restoreArtefact
    /// Put the file of a model back from a backup, or train it again in the same way on what the log
    /// held before a position, which makes the same bytes.
    case restoreArtefactOrTrain(asOf: Position)
    /// Have a model read a part of what it has not read, of so many texts.
    case classifyPart(ModelVersion, limit: Int)
    /// Allow models outside this process to be sent texts, as a policy of this value does.
    case allowExternalModels(String)
    /// Fetch the published encoder.
    case fetchEncoder
    /// Update the program.
    case update
    /// Ask for fewer at once.
    case askForFewer
    /// Name a new directory.
    case nameNewDirectory
    /// Give the name that the ledger in a directory has, or name a new directory.
    case nameOriginOrNewDirectory
    /// Set the clock; or say once that it is right, after which recorded times never go back.
    case acceptClock

    /// Whether it has a model read a part of what it missed, where all at once would be too much.
    public var isPart: Bool {
        if case .classifyPart = self { true } else { false }
    }
}
