import LedgerCore

/// Writes a history, remembering what later events may refer to.
struct HistoryAuthor {
    /// A response that was recorded.
    struct Response {
        let position: Position
        let subject: UInt64
    }

    /// A text that a model may read: which response it belongs to, and which event brought it.
    struct Text {
        let response: Position
        let event: Position
    }

    /// An activation, for rollbacks.
    struct Activation {
        let position: Position
        let previous: ModelVersion?
    }

    static let sources = ["web", "call centre", "Filiale Zürich"]
    /// 2023-11-14T22:13:20Z.
    static let start: Microseconds = 1_700_000_000_000_000

    var numbers: SeededNumbers
    let dangles: Bool
    var entries: [HistoryEntry] = []
    var now = Self.start
    var responses: [Response] = []
    var texts: [Text] = []
    var requests: [Text] = []
    var modelCount: ModelVersion = 0
    var activeModel: ModelVersion?
    var activations: [Activation] = []
    var thresholdsCount: UInt32 = 0
    var subjectCount: UInt64 = 0
    var rowCount: UInt64 = 0

    init(seed: UInt64, dangles: Bool) {
        numbers = SeededNumbers(seed: seed)
        self.dangles = dangles
    }

    /// The position of the next entry.
    var next: Position { Position(entries.count) }

    /// What may happen next.
    enum Step {
        case openLedger
        case editMapping
        case registerModel
        case activateModel
        case rollBack
        case shadowModel
        case editThresholds
        case editPolicy
        case recordResponse(hasText: Bool)
        case classify
        case decline
        case amend
        case review
        case requestReview
        case rejectRow
        case exclude
        case commitState
        case findTopics
        case retrain
    }

    /// What every history starts with, so that each type of event occurs.
    private static let opening: [Step] = [
        .openLedger, .editMapping, .registerModel, .activateModel, .editThresholds,
        .recordResponse(hasText: true), .classify, .decline, .amend, .classify,
        .requestReview, .review, .rejectRow,
        .exclude, .shadowModel, .commitState, .findTopics, .retrain,
        .editPolicy,
    ]

    mutating func write(_ count: Int) throws(EntryError) {
        for step in Self.opening where entries.count < count { try take(step) }
        while entries.count < count { try take(anyStep()) }
    }

    private mutating func anyStep() -> Step {
        switch numbers.below(100) {
        case 0..<40: .recordResponse(hasText: numbers.happens(percent: 60))
        case 40..<67: numbers.happens(percent: 12) ? .decline : .classify
        case 67..<70: .findTopics
        case 70..<77: .amend
        case 77..<80: .exclude
        case 80..<86: numbers.happens(percent: 30) ? .requestReview : .review
        case 86..<91: .rejectRow
        case 91..<93: numbers.happens(percent: 60) ? .registerModel : .retrain
        case 93..<95: .activateModel
        case 95..<97: .rollBack
        case 97..<98: numbers.happens(percent: 70) ? .editThresholds : .editPolicy
        case 98..<99: .commitState
        default: numbers.happens(percent: 50) ? .editMapping : .shadowModel
        }
    }

    private mutating func take(_ step: Step) throws(EntryError) {
        switch step {
        case .openLedger: try openLedger()
        case .editMapping: try editMapping()
        case .registerModel: try registerModel()
        case .activateModel: try activateModel()
        case .rollBack: try rollBack()
        case .shadowModel: try shadowModel()
        case .editThresholds: try editThresholds()
        case .editPolicy: try editPolicy()
        case .recordResponse(let hasText): try recordResponse(hasText: hasText)
        case .classify: try classify()
        case .decline: try decline()
        case .amend: try amend()
        case .review: try review()
        case .requestReview: try requestReview()
        case .rejectRow: try rejectRow()
        case .exclude: try exclude()
        case .commitState: try commitState()
        case .findTopics: try findTopics()
        case .retrain: try retrain()
        }
    }

    /// Appends an event; the clock stands still for every third, as within one commit.
    mutating func append(
        _ payload: some EventPayload, by actor: String, cause: Position? = nil,
        sealed: Bool = false
    ) throws(EntryError) {
        if !numbers.happens(percent: 33) { now += Microseconds(numbers.below(3_600_000_000)) }
        // Mostly a while ago, sometimes by a clock that runs ahead.
        let occurredAt = now + Microseconds(numbers.below(1_000_000) - 900_000) * 1_000_000
        let draft = EventDraft(
            payload, occurredAt: occurredAt, actor: Actor(actor) ?? .system, cause: cause)
        entries.append(
            try HistoryEntry(
                draft, position: next, recordedAt: now,
                sealedCommitment: sealed ? numbers.bytes(Entry.commitmentBytes) : nil))
    }

    mutating func newSubject() -> UInt64 {
        subjectCount += 1
        return subjectCount
    }

    /// A response to refer to: where references may dangle, now and then a position that is
    /// something else, the event itself, still to come, or as far away as a number can be.
    mutating func anyResponse() -> Position? {
        if dangles, numbers.happens(percent: 15) {
            switch numbers.below(4) {
            case 0: return Position(numbers.below(entries.count + 1))
            case 1: return next
            case 2: return next + Position(numbers.below(50))
            default: return .max
            }
        }
        return numbers.pick(responses)?.position
    }

    mutating func anyModel() -> ModelVersion {
        if dangles, numbers.happens(percent: 10) { return modelCount + 7 }
        return ModelVersion(1 + numbers.below(max(1, Int(modelCount))))
    }
}
