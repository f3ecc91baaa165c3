import LedgerCore
import LedgerStore
import LineageProjection
import NPSBySegmentProjection

/// The events by which a response counts under a lens, among those that are about it. A few seeks
/// each, so it is for responses that are listed.
struct CountingEvents {
    private let log: EventLog
    private let response: Position
    private let model: ModelVersion?
    /// What is about the response as of the lens, in log order.
    private let links: [LineageLink]
    /// The same up to where a pinned model may have read.
    private let readLinks: [LineageLink]

    init(
        _ log: EventLog, _ response: Position, _ lens: ResolvedLens, _ links: [LineageLink]
    ) {
        self.log = log
        self.response = response
        model = lens.model
        self.links = links.filter { $0.position < lens.lens.asOf }
        readLinks = links.filter { $0.position < lens.lens.readAsOf }
    }

    /// The event whose text the response has.
    func text() throws -> Position {
        try links.last { try bringsText($0) }?.position ?? response
    }

    private func bringsText(_ link: LineageLink) throws -> Bool {
        guard link.kind == .amended else { return false }
        return try log.withEvent(link.position) { try ResponseAmended($0).hasText } ?? false
    }

    /// What the lens's model read in that text, or that it left it unread; nil where it has not looked
    /// at it.
    func classification() throws -> Position? {
        guard let model else { return nil }
        let text = try text()
        let replaced = try readLinks.first { try $0.position > text && bringsText($0) }
        return try readLinks.last { link in
            guard link.kind == .classified || link.kind == .declined, link.position > text else {
                return false
            }
            return try log.withEvent(link.position) { event in
                let by =
                    link.kind == .classified
                    ? try ClassificationRecorded(event).model
                    : try ClassificationDeclined(event).model
                // What names no text read the one there was.
                let isAbout =
                    event.cause.map { $0 == text }
                    ?? (link.position < replaced?.position ?? .max)
                return by == model && isAbout
            } ?? false
        }?.position
    }

    /// What people decided of that text: the latest that settles, else the latest.
    func decision() throws -> Position? {
        let text = try text()
        var found: (position: Position, settles: Bool)?
        for link in links where link.kind == .reviewed {
            let decided = try log.withEvent(link.position) { try ReviewDecided($0) }
            guard let decided, decided.text ?? text == text, link.position > text,
                decided.settles || found?.settles != true
            else { continue }
            found = (link.position, decided.settles)
        }
        return found?.position
    }

    /// What replaced a score, a text or segments.
    var amendments: [Position] { links.filter { $0.kind == .amended }.map(\.position) }
}
