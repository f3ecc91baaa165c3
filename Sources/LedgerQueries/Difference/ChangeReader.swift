import LedgerCore
import LedgerReplay
import LedgerStore
import LedgerVault
import LineageProjection
import NPSBySegmentProjection
import NPSLedger
import NPSStatistics

/// A response that counts otherwise, with what the log says of it.
public struct ListedChange: Sendable {
    /// Its position in the log.
    public let position: Position
    /// What it counts as under the first lens; nil where it does not count.
    public let first: NPSClass?
    /// What it counts as under the second lens; nil where it does not count.
    public let second: NPSClass?
    /// The first reason that suffices.
    public let reason: DifferenceReason
    /// What amendments between the two lenses changed: `score`, `text`, `segments`.
    public let amended: [String]
    /// Whether the first lens's model has read its text.
    public let wasRead: Bool
    /// Whether the second lens's model has read its text.
    public let isRead: Bool
    /// Its part of the difference, over the denominator of all responses.
    public let numerator: Int
    /// Under the second lens, or the first where the second does not see the response.
    public let segments: [String: String]
    /// Positions of the events that made the difference, ascending.
    public let events: [Position]
    /// The text as the same lens has it; nil where it is not opened or there is none.
    public let text: String?
}

/// Looks up what made a response count otherwise. A few seeks each, so it is for those listed.
struct ChangeReader<Scores: StateReader, Links: StateReader> {
    private let log: EventLog
    private let lenses: LensPair
    private let total: DifferenceSums
    private let query: NPSBySegmentQuery<Scores>
    private let links: Links
    private let texts: SealedReader?
    /// Positions of the edits that put the two threshold sets into force.
    private let edits: [Position]

    /// Why texts that were asked for are not there.
    var problem: String? { texts?.problem }

    init(
        _ open: OpenLedger, _ lenses: LensPair, query: NPSBySegmentQuery<Scores>,
        links: Links, total: DifferenceSums, opensTexts: Bool
    ) throws {
        log = open.log
        self.lenses = lenses
        self.total = total
        self.query = query
        self.links = links
        texts = opensTexts ? SealedReader(open.ledger, sealed: false) : nil
        let history = try ThresholdRegistry(open.ledger).history()
        edits = [lenses.first, lenses.second].compactMap { lens in
            history.last { $0.id == lens.thresholdsID }?.position
        }
    }

    func read(_ change: ResponseChange) throws -> ListedChange {
        let asOf = max(lenses.first.lens.readAsOf, lenses.second.lens.readAsOf)
        let linked = try LineageQuery.events(of: change.position, asOf: asOf, in: links)
        let row = change.secondRow ?? change.firstRow
        let lens = change.secondRow == nil ? lenses.first : lenses.second
        var text: String?
        if let texts, row?.hasText == true {
            let events = CountingEvents(log, change.position, lens, linked)
            text = try texts.open(try events.text())?.text
        }
        return ListedChange(
            position: change.position, first: change.first?.npsClass,
            second: change.second?.npsClass, reason: change.reason,
            amended: change.amended.map(\.rawValue),
            wasRead: change.firstRow?.isClassified ?? false,
            isRead: change.secondRow?.isClassified ?? false,
            numerator: ResponseChange.effect(
                ofKind: change.kind, first: total.first.total, second: total.second.total),
            segments: try row.map { try query.segments($0.tuple) } ?? [:],
            events: Array(Set(try events(change, linked))).sorted(), text: text)
    }

    private func events(
        _ change: ResponseChange, _ linked: [LineageLink]
    ) throws -> [Position] {
        let between = linked.filter { lenses.between.contains($0.position) }
        switch change.reason {
        case .recorded:
            return try [change.position] + classifications(change, linked, isEither: true)
        case .excluded: return between.filter { $0.kind == .excluded }.prefix(1).map(\.position)
        case .amended:
            let own = between.filter { $0.kind == .amended }.map(\.position)
            return change.amended.contains(.text)
                ? try own + classifications(change, linked, isEither: true) : own
        case .reviewed: return try decisions(change, linked)
        case .reclassified, .unread: return try classifications(change, linked, isEither: false)
        case .thresholds: return edits
        case .basis, .window, .duplicate: return []
        }
    }

    /// The classifications by which a response counts under the two lenses.
    ///
    /// - Parameter isEither: only where it counts by one and not by its score.
    private func classifications(
        _ change: ResponseChange, _ linked: [LineageLink], isEither: Bool
    ) throws -> [Position] {
        let sides = [(change.firstRow, lenses.first), (change.secondRow, lenses.second)]
        return try sides.compactMap { row, lens in
            guard let row, row.isClassified else { return nil }
            let isInferred = lens.lens.basis == .inferred || row.score == nil
            guard !isEither || isInferred && lens.lens.basis != .stated else { return nil }
            return try CountingEvents(log, change.position, lens, linked).classification()
        }
    }

    /// The decisions by which a response counts under the two lenses.
    private func decisions(
        _ change: ResponseChange, _ linked: [LineageLink]
    ) throws -> [Position] {
        let sides = [(change.firstRow, lenses.first), (change.secondRow, lenses.second)]
        return try sides.compactMap { row, lens in
            guard row?.decision != nil else { return nil }
            return try CountingEvents(log, change.position, lens, linked).decision()
        }
    }
}

/// The responses whose text was amended between two positions.
///
/// A bit for each position of the log, so that ten million responses take a few megabytes however
/// many of them were amended.
struct AmendedTexts {
    private var bits: [UInt64] = []

    /// Reads the amendments in a range of the log.
    init(_ log: EventLog, _ range: Range<Position>) throws {
        guard !range.isEmpty else { return }
        let end = min(range.upperBound, try log.head().size)
        try log.forEachEvent(in: range, named: [.responseAmended]) { event in
            let amended = try ResponseAmended(event)
            // A reference that leads nowhere is no response of this log.
            guard amended.hasText, amended.response < end else { return true }
            if bits.isEmpty { bits = [UInt64](repeating: 0, count: Int(end / 64) + 1) }
            bits[Int(amended.response / 64)] |= 1 << (amended.response % 64)
            return true
        }
    }

    func contains(_ response: Position) -> Bool {
        let word = Int(clamping: response / 64)
        return word < bits.count && bits[word] & 1 << (response % 64) != 0
    }
}
