import AuditProjection
import LedgerCore

/// Which acts are wanted: of which events, by whom, when recorded, about what.
public struct AuditFilter: Hashable, Sendable {
    /// Only these events; all acts where it is empty.
    public var events: Set<EventName> = []
    /// Only what this actor did.
    public var actor: String?
    /// Only what was recorded from then on.
    public var from: Microseconds?
    /// Only what was recorded before.
    public var to: Microseconds?
    /// Only what is about this.
    public var subject: AuditSubject?

    /// All acts.
    public init() {}

    /// The kinds of acts wanted.
    ///
    /// - Throws: `LedgerError` with code `invalid` for an event that is no act of governance.
    func kinds() throws(LedgerError) -> Set<AuditActKind> {
        let all = AuditActKind.allCases
        guard !events.isEmpty else { return Set(all) }
        for event in events where !all.contains(where: { $0.event == event }) {
            throw LedgerError(
                .invalid,
                "\(event.rawValue) is no act of governance; those are "
                    + all.map(\.event.rawValue).joined(separator: ", "))
        }
        return Set(all.filter { events.contains($0.event) })
    }

    func matches(_ act: AuditAct) -> Bool {
        matches(act.actor, act.recordedAt)
            && (subject.map { $0.concerns(act.after) || act.before.map($0.concerns) ?? false }
                ?? true)
    }

    func matches(_ row: AuditRejection) -> Bool { matches(row.actor, row.recordedAt) }

    private func matches(_ actor: String, _ recordedAt: Microseconds) -> Bool {
        (self.actor ?? actor) == actor && (from ?? .min) <= recordedAt
            && recordedAt < (to ?? .max)
    }

    /// Refuses what a row in quarantine cannot be asked for by: an answer that passed over it would
    /// be taken for one that heeds it.
    func checkForRows() throws(LedgerError) {
        guard events.isEmpty, subject == nil else {
            throw LedgerError(
                .invalid,
                "rows in quarantine are no acts: they are asked for by source, reason, actor and "
                    + "time, and not by event or by what an act is about")
        }
    }
}

/// What an act can be about.
public enum AuditSubject: Hashable, Sendable {
    /// A model: registered, activated, shadowing, trained, taken back.
    case model(ModelVersion)
    /// A response: excluded, to be read, decided on.
    case response(Position)
    /// The mapping of a source.
    case source(String)
    /// The cut-offs.
    case thresholds
    /// A policy.
    case policy(String)
    /// A projection's states on record.
    case projection(String)

    /// A subject as people write it: `model=2`, `response=83120` (a position), `source=web`,
    /// `thresholds`, `policy=externalModels`, `projection=audit`.
    ///
    /// - Throws: `LedgerError` with code `invalid`.
    public init(_ text: String) throws(LedgerError) {
        let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
        let value = parts.count == 2 ? parts[1] : ""
        switch parts.first ?? "" {
        case "model": self = try Self.number(value, of: text) { .model($0) }
        case "response": self = try Self.number(value, of: text) { .response($0) }
        case "source" where !value.isEmpty: self = .source(value)
        case "thresholds" where parts.count == 1: self = .thresholds
        case "policy" where !value.isEmpty: self = .policy(value)
        case "projection" where !value.isEmpty: self = .projection(value)
        default: throw Self.unknown(text)
        }
    }

    private static func number<Number: FixedWidthInteger>(
        _ value: String, of text: String, _ subject: (Number) -> AuditSubject
    ) throws(LedgerError) -> AuditSubject {
        guard let number = Number(value) else { throw unknown(text) }
        return subject(number)
    }

    private static func unknown(_ text: String) -> LedgerError {
        LedgerError(
            .invalid,
            "“\(text)” is nothing that an act can be about: that is model=VERSION, "
                + "response=POSITION, source=NAME, thresholds, policy=NAME or projection=NAME")
    }

    /// Whether a fact is about it.
    func concerns(_ fact: AuditFact) -> Bool {
        switch (self, fact) {
        case (.model(let model), .registration(let other, _, _, _, _)),
            (.model(let model), .active(let other)), (.model(let model), .shadow(let other, _)):
            model == other
        case (.model(let model), .retrained(_, _, let other, _)),
            (.model(let model), .retraining(_, _, let other, _)):
            model == other
        case (.response(let response), _) where fact.response != nil: response == fact.response
        case (.source(let source), .mapping(let other, _)): source == other
        case (.source(let source), .imported(_, let other, _, _, _)): source == other
        case (.thresholds, .thresholds): true
        case (.policy(let policy), .policy(let other, _)): policy == other.rawValue
        case (.projection(let id), .commitment(let other, _, _, _)): id == other
        default: false
        }
    }
}

/// What is on a page, while all that it is a page of is read in log order.
///
/// All is read, for a page that says how much it leaves out; no more is kept than it can need.
struct RequestedPage<Element> {
    private let request: AuditRequest
    private let keptMax: Int
    private var kept: [Element] = []
    /// How many there are over all pages.
    private(set) var count = 0

    init(_ request: AuditRequest) {
        self.request = request
        let end = request.offset.addingReportingOverflow(request.limit ?? .max)
        keptMax = end.overflow ? .max : end.partialValue
    }

    mutating func add(_ element: Element) {
        count += 1
        switch request.order {
        case .oldestFirst:
            if kept.count < keptMax { kept.append(element) }
        case .newestFirst:
            kept.append(element)
            if kept.count / 2 >= keptMax { kept.removeFirst(kept.count - keptMax) }
        }
    }

    /// What is on the page.
    var elements: [Element] {
        let ordered = request.order == .newestFirst ? kept.reversed() : kept
        return Array(ordered.dropFirst(request.offset).prefix(request.limit ?? .max))
    }

    /// How many follow on later pages.
    var omitted: Int { max(0, count - request.offset - elements.count) }
}

/// A page of acts while they are read in log order: which act begins or continues what one actor
/// recorded of one kind in one go, and which of them are on the page.
struct AuditPage {
    /// What one actor recorded of one kind in one go.
    struct Group {
        let first: AuditAct
        var last: AuditAct
        var count = 1
    }

    /// Acts of one go follow each other within this time.
    private static let pauseMax: Microseconds = 1_000_000

    private let request: AuditRequest
    private var page: RequestedPage<Group>
    /// What the next act may continue.
    private var open: Group?

    init(_ request: AuditRequest) {
        self.request = request
        page = RequestedPage(request)
    }

    /// Takes an act in.
    mutating func add(_ act: AuditAct) {
        guard request.filter.matches(act) else { return }
        if request.groups, let group = open, Self.belong(group.last, act) {
            open?.last = act
            open?.count += 1
            return
        }
        if let open { page.add(open) }
        open = Group(first: act, last: act)
    }

    /// The page, once all acts were taken in.
    consuming func finished() -> RequestedPage<Group> {
        if let open { page.add(open) }
        return page
    }

    private static func belong(_ last: AuditAct, _ act: AuditAct) -> Bool {
        last.kind == act.kind && last.actor == act.actor && !last.isDisputed && !act.isDisputed
            && last.rollsBack == nil && act.rollsBack == nil
            && [.reviewRequested, .reviewDecided, .responseExcluded, .projectionCommitted]
                .contains(act.kind)
            && act.recordedAt - last.recordedAt <= pauseMax
    }
}
