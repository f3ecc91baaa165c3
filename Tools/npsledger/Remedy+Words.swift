import LedgerCore
import LedgerQueries
import Presentation

extension LedgerError {
    /// What failed, and what to do in the words of this command line.
    var words: String { message + (remedy.map { ": \($0.words)" } ?? "") }
}

extension Remedy {
    /// What to do, in the words of this command line; follows what failed and a colon.
    var words: String {
        switch self {
        case .classify(nil): "`npsledger classify` has it read them"
        case .classify(let model?): "`npsledger classify --model \(model)` has it read them"
        case .classifyPast(let model, let asOf):
            "`npsledger classify --model \(model) --as-of \(asOf)` has it read them"
        case .askAboutNow: "without --as-of the answer is as of now"
        case .train: "`npsledger model train` begins one"
        case .nameModel: "name one with --model"
        case .nameVersions: "name the versions to estimate"
        case .narrow: "narrow with --where, --from or fewer dimensions in --by"
        case .narrowOrLengthenPeriods:
            "narrow with --from and --to, or choose longer periods with --every"
        case .leaveOutLearnt:
            "ask about another time, leave them out with --leave-out-trained, or evaluate how it "
                + "was trained with --split cross-validation"
        case .evaluateTraining:
            "evaluate how it was trained (--split cross-validation), or on a file of other "
                + "responses (--on FILE)"
        case .splitOrOtherFile:
            "what it has learnt from can still be kept out with --split or with --on FILE of newer "
                + "responses"
        case .nameTrained: "leave out --split, or name a version that `npsledger model train` made"
        case .listThresholds: "see `npsledger thresholds history`"
        case .trainTopics: "train one that does (`npsledger topics show` begins a file of them)"
        case .giveTaxonomy: "give --taxonomy FILE, which says what topics there are"
        case .giveLabels(let digest): "give it with --labels (sha256 \(digest))"
        case .nameSource: "name one with --source"
        case .trace(let name): "see `npsledger trace \(name)`"
        case .verify: "run `npsledger verify`"
        case .giveReason: "give --reason"
        case .registerAsExternal: "if it describes a model outside this process, give --external"
        case .widen: "ask about more, or lower the confidence that thresholds ask for"
        case .activate(let model): "`npsledger model activate \(model)` makes it so"
        case .leaveOutOrOtherFile:
            "leave them out with --leave-out-trained, or take a file of other responses"
        case .mapTextAndScore: "map both, such as --map score=nps --map text=comment"
        case .mapTextAndLabel: "map both, such as --map text=comment --map segment.sentiment=mood"
        case .rebuild(let id): "`npsledger projection rebuild \(id)` folds it anew"
        case .listProjections: "look at `npsledger projection list` and ask again"
        case .verifyAndRestore: "run `npsledger verify`, and restore a backup"
        case .initialize(let directory):
            "create one with `npsledger init --origin NAME --ledger \(directory)`, or name the "
                + "right directory with --ledger or NPSLEDGER_DIR"
        case .rewriteManifest(let directory):
            "`npsledger init --origin NAME --ledger \(directory)` writes it again and changes "
                + "nothing else"
        case .approveProgram(let model):
            "look at it with `npsledger model card \(model?.description ?? "VERSION")`, and if it "
                + "may be run here, `npsledger model approve \(model?.description ?? "VERSION")`"
        case .restoreArtefact: "put it back from a backup"
        case .restoreArtefactOrTrain(let asOf):
            "put it back from a backup, or train it again with the same command and --as-of "
                + "\(asOf), which makes the same bytes"
        case .classifyPart(let model, let limit):
            "`npsledger classify --model \(model) --limit \(limit)` reads a part"
        case .allowExternalModels(let policy):
            "where that may be, `npsledger policy set externalModels=\(policy) --reason WHY` "
                + "allows it"
        case .fetchEncoder: "`npsledger model fetch minilm` gets it"
        case .update: "update npsledger"
        case .askForFewer: "ask for fewer with --limit"
        case .nameNewDirectory: "name a new directory with --ledger"
        case .nameOriginOrNewDirectory:
            "give --origin with that name, or name a new directory with --ledger"
        case .acceptClock:
            "set the clock, or, if it is right, say so once with --accept-clock (recorded-at never "
                + "goes back again)"
        }
    }
}

extension AnswerFrame {
    /// What was read only later counts for a model that is named.
    private var asItWas: String {
        model.map { " then; --model \($0) counts what it has read since" } ?? ""
    }

    /// How many texts are not counted, why, and what has them read.
    func uncounted(_ texts: Int) -> String {
        let reason = model == nil ? "no model was active" : "not read by the model"
        return Formatted.count(texts, of: "text") + (texts == 1 ? " is" : " are") + " not counted: "
            + reason + (unreadRemedy.map { "; " + $0.words } ?? asItWas)
    }
}
