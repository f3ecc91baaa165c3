import LedgerCore

/// Projections that are built anew after every step, in a folder of their own and in a way of their
/// own: however the log is cut, and whoever reads it, the state is the same.
struct Replica<Scores: Projection> {
    let projections: DrivenProjections<Scores>
    let threads: Int
    let name: String

    init(directory: String, threads: Int, commitEvents: Int, spanPositions: Int) throws {
        projections = try DrivenProjections(
            directory: directory, commitEvents: commitEvents, spanPositions: spanPositions)
        self.threads = threads
        let reader = threads == 1 ? "one thread" : "\(threads) threads"
        name = "\(reader), spans of \(spanPositions), commits of \(commitEvents)"
    }
}
