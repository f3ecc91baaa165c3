import LedgerCore
import LineageProjection

/// Which events are about which response, by looking at every event for every question.
package struct NaiveLineage {
    private var links: [(response: Position, link: LineageLink)] = []

    package init() {}

    /// Takes the log's next event.
    package mutating func append(_ event: NaiveEvent) {
        let (response, kind): (Position, LineageKind)
        switch event.payload {
        case let payload as ResponseAmended: (response, kind) = (payload.response, .amended)
        case let payload as ResponseExcluded: (response, kind) = (payload.response, .excluded)
        case let payload as ClassificationRecorded:
            (response, kind) = (payload.response, .classified)
        case let payload as ClassificationDeclined:
            (response, kind) = (payload.response, .declined)
        case let payload as TopicsRecorded: (response, kind) = (payload.response, .topics)
        case let payload as ReviewDecided: (response, kind) = (payload.response, .reviewed)
        case let payload as ReviewRequested: (response, kind) = (payload.response, .requested)
        default: return
        }
        links.append((response, LineageLink(position: event.position, kind: kind)))
    }

    /// Every position that an event before `asOf` is about, a response or not.
    package func responses(asOf: Position) -> [Position] {
        Set(links.filter { $0.link.position < asOf }.map(\.response)).sorted()
    }

    /// The events about a response, in log order.
    package func events(of response: Position, asOf: Position) -> [LineageLink] {
        links.filter { $0.response == response && $0.link.position < asOf }.map(\.link)
    }
}
