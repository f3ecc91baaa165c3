import Catalog
import Foundation
import LMDB
import LedgerCore
import LedgerReplay
import LedgerStore
import NPSLedger
import Synchronization

/// A ledger with its projections, open for as long as a process asks.
///
/// Any thread may ask. Pages of a projection are looked at once, states are folded forward before
/// each question, and each question is answered from one snapshot of a state.
public final class OpenLedger: Sendable {
    package let ledger: Ledger
    package let observer: any LedgerObserver
    package let models: ModelRegistry
    /// Threads that one question may count with.
    package let threads: Int
    /// Whether sums of lenses are kept between questions.
    let keepsSums: Bool
    private let discardsDamage: @Sendable (String) -> Bool
    private let state = Mutex(State())
    let cubes = CubeShelf()

    private struct State {
        var catalog: ProjectionCatalog?
        /// Projections whose pages were looked at.
        var checked: Set<String> = []
        /// Projections of which it was said that they are kept elsewhere.
        var moved: Set<String> = []
        var hasTold: Set<Once> = []
    }

    /// What is told once, however often it is met.
    private enum Once { case embeddings, wrongTimes }

    /// - Parameters:
    ///   - encoders: opens encoders; each should be opened once in a process.
    ///   - programs: runs models outside this process.
    ///   - threads: that one question may count with; nil for one a core.
    ///   - keepsSums: for a process that goes on asking.
    ///   - discardsDamage: for which projections a damaged file is thrown away.
    package init(
        _ ledger: Ledger, observer: any LedgerObserver, encoders: EncoderSource,
        programs: ExternalPrograms, threads: Int? = nil, keepsSums: Bool = false,
        discardsDamage: @escaping @Sendable (String) -> Bool = { _ in false }
    ) {
        self.ledger = ledger
        self.observer = observer
        self.threads = threads ?? ProcessInfo.processInfo.activeProcessorCount
        self.keepsSums = keepsSums
        self.discardsDamage = discardsDamage
        models = ModelRegistry(ledger, encoders: encoders, programs: programs)
    }

    /// Opens the ledger at `paths`.
    ///
    /// - Parameters:
    ///   - acceptsClock: records at the clock's time however far ahead of the last event it is.
    ///   - observer: is told what happens meanwhile.
    ///   - threads: that one question may count with; nil for one a core.
    /// - Throws: `LedgerError`.
    public convenience init(
        at paths: LedgerPaths, acceptsClock: Bool = false,
        observer: any LedgerObserver = SilentObserver(), threads: Int? = nil
    ) throws {
        self.init(
            try Ledger(at: paths, acceptsClock: acceptsClock), observer: observer,
            encoders: .store(),
            programs: ExternalPrograms(notice: { observer.notice(.program($0)) }),
            threads: threads, keepsSums: true)
    }

    /// The ledger's name.
    public var origin: String { ledger.manifest.origin }

    package var log: EventLog { ledger.log }
    package var workers: Workers { .threads(threads) }

    /// The projections, opened when they are first needed.
    package var catalog: ProjectionCatalog {
        get throws {
            let (catalog, isNew) = try state.withLock { state in
                if let catalog = state.catalog { return (catalog, false) }
                let catalog = try ProjectionCatalog(
                    directory: ledger.paths.projections, discardsDamage: discardsDamage)
                state.catalog = catalog
                return (catalog, true)
            }
            if isNew { try tellOpened(catalog) }
            return catalog
        }
    }

    private func tellOpened(_ catalog: ProjectionCatalog) throws {
        for projection in catalog.all {
            guard let damage = projection.discardedDamage else { continue }
            observer.notice(
                .stateDiscarded(projection: projection.descriptor.id, damage: damage))
        }
        tellMoved(catalog.all.filter { $0.scratch != nil })
        if let mismatch = try ledger.manifestMismatch() {
            observer.notice(.partsMismatch(problem: mismatch.problem))
        }
    }

    /// Says where states are kept that cannot be kept in their folder.
    private func tellMoved(_ moved: [any CatalogedProjection]) {
        let news = state.withLock { state in
            moved.filter { state.moved.insert($0.descriptor.id).inserted }
        }
        guard let (path, reason) = news.first?.scratch else { return }
        observer.notice(
            .stateMoved(
                projections: news.map(\.descriptor.id),
                folder: URL(fileURLWithPath: path).deletingLastPathComponent().path,
                reason: reason))
    }

    /// From how many events on folding forward is worth telling.
    private static let eventsTold: Position = 500_000

    /// What moves whenever an answer may change: how far the log has come, and which build of the
    /// scores is live.
    public struct Mark: Hashable, Sendable {
        /// Entries in the log.
        public let size: Position
        /// How often a build was made live.
        public let generation: UInt64

        /// A mark, such as that of an answer.
        public init(size: Position, generation: UInt64) {
            self.size = size
            self.generation = generation
        }
    }

    /// The mark as it is now; it takes microseconds.
    public func mark() throws -> Mark {
        Mark(size: try log.head().size, generation: try catalog.npsBySegment.generation())
    }

    /// Folds a projection forward to the log's end.
    ///
    /// - Returns: How far it has come.
    @discardableResult
    package func refresh(_ projection: some CatalogedProjection) throws -> Position {
        let id = projection.descriptor.id
        // A damaged page would end this process within LMDB, where nothing can be said any more.
        if state.withLock({ !$0.checked.contains(id) }) {
            try projection.checkPages()
            state.withLock { _ = $0.checked.insert(id) }
        }
        let size = try log.head().size
        let behind = size - min(try projection.live().position, size)
        let work = behind > Self.eventsTold ? observer.begin(.catchingUp(projection: id)) : nil
        defer { work?.finish() }
        try projection.catchUp(with: log, to: nil, threads: threads) { done, total in
            work?.update(done: done, total: total)
        }
        if projection.scratch != nil { tellMoved([projection]) }
        let live = try projection.live()
        if live.poisoned > 0 {
            observer.notice(.incomplete(projection: id, events: Int(live.poisoned)))
        }
        return live.position
    }

    /// When the event before `position` was recorded.
    package func recordedAt(_ position: Position) throws -> Microseconds? {
        guard position > 0 else { return nil }
        return try log.withEvent(position - 1) { $0.recordedAt }
    }

    /// Says, once, why what an encoder made of texts was not kept or not found.
    package func tellEmbeddings() {
        guard let problem = ledger.embeddingProblem, tellsFirst(.embeddings) else { return }
        observer.notice(.embeddings(problem))
    }

    package func tellWrongTimes(_ positions: Range<Position>) {
        if tellsFirst(.wrongTimes) { observer.notice(.wrongTimes(positions)) }
    }

    private func tellsFirst(_ what: Once) -> Bool {
        state.withLock { $0.hasTold.insert(what).inserted }
    }

    /// Says where the clock is behind the last event.
    ///
    /// - Throws: `LedgerError` with code `clock` where it is far ahead and was not accepted: before
    ///   anything is written.
    package func checkClock() throws {
        if let lag = try log.checkClock() { observer.notice(.remark(lag.description)) }
    }

    /// Has a process told when it waits for another one that writes; gets the path it writes to.
    public static func onWaitingForWriter(_ tell: @escaping @Sendable (String) -> Void) {
        Environment.onWaitingForWriter(tell)
    }

    /// Closes the projections and the ledger. Nothing may be asked any more.
    public func close() {
        state.withLock { state in
            state.catalog?.close()
            state.catalog = nil
        }
        ledger.close()
    }
}

/// Who asks, and what they may see. Every question takes one, so that rights, small groups and
/// personal data can be held in one place.
public struct Viewer: Hashable, Sendable {
    /// May see everything.
    public static let everything = Viewer()
}
