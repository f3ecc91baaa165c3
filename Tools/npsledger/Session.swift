import Catalog
import Foundation
import LedgerCore
import LedgerReplay
import LedgerStore
import NPSBySegmentProjection
import NPSLedger
import Presentation

/// An open ledger with its projections, for the length of one command.
struct Session {
    let ledger: Ledger
    let catalog: ProjectionCatalog
    private let folded = Folded()
    private let checked = Checked()
    let embeddingNotes = EmbeddingNotes()

    /// Projections whose pages were looked at: once for each command.
    private final class Checked {
        private var ids: Set<String> = []
        func insert(_ id: String) -> Bool { ids.insert(id).inserted }
    }

    /// How far the projections were folded for this command: what an answer is as of.
    private final class Folded {
        /// By projection: one that is folded again has come further.
        var positions: [String: Position] = [:]
        var position: Position { positions.values.min() ?? .max }
    }

    /// - Parameter discardsDamage: for which projections a damaged file is thrown away.
    init(
        _ options: LedgerOptions, discardsDamage: (String) -> Bool = { _ in false }
    ) throws {
        try self.init(try Ledger(at: options.paths), discardsDamage: discardsDamage)
    }

    /// For a command that records.
    init(_ options: LedgerOptions, by author: AuthorOptions) throws {
        try self.init(try author.open(options))
    }

    init(_ ledger: Ledger, discardsDamage: (String) -> Bool = { _ in false }) throws {
        self.ledger = ledger
        catalog = try ProjectionCatalog(
            directory: ledger.paths.projections, discardsDamage: discardsDamage)
        for projection in catalog.all {
            guard let damage = projection.discardedDamage else { continue }
            Printer.notice(
                "the file of \(projection.descriptor.id) was damaged and is thrown away; it is "
                    + "folded anew from the log (\(damage))")
        }
        noteScratch(catalog.all.filter { $0.scratch != nil })
        if let mismatch = try ledger.manifestMismatch() {
            Printer.notice("\(mismatch.problem): run `npsledger verify`")
        }
    }

    /// Says where states are kept that cannot be kept in their folder.
    private func noteScratch(_ moved: [any CatalogedProjection]) {
        guard let (path, reason) = moved.first?.scratch else { return }
        Printer.notice(
            "\(moved.map(\.descriptor.id).joined(separator: ", ")): kept in "
                + "\(URL(fileURLWithPath: path).deletingLastPathComponent().path) for this command, "
                + "for \(reason)")
    }

    static var threads: Int { ProcessInfo.processInfo.activeProcessorCount }
    static var workers: Workers { .threads(threads) }

    /// Folds a projection forward, with a bar where that takes long.
    func catchUp(_ projection: some CatalogedProjection) throws {
        // A damaged page would end this process within LMDB, where nothing can be said any more.
        if checked.insert(projection.descriptor.id) { try projection.checkPages() }
        let wasMoved = projection.scratch != nil
        let start = min(try projection.live().position, try ledger.log.head().size)
        let behind = try ledger.log.head().size - start
        let bar =
            behind > 500_000
            ? ProgressBar("catching up \(projection.descriptor.id)", unit: "events") : nil
        try projection.catchUp(
            with: ledger.log, to: nil, threads: Self.threads
        ) { position, target in
            bar?.update(done: Int(position), total: Int(target))
        }
        bar?.finish()
        if !wasMoved { noteScratch(projection.scratch == nil ? [] : [projection]) }
        let live = try projection.live()
        folded.positions[projection.descriptor.id] = live.position
        let poisoned = live.poisoned
        if poisoned > 0 {
            Printer.notice(
                "incomplete: \(poisoned) events wait in the quarantine of "
                    + "\(projection.descriptor.id); see `npsledger projection list`")
        }
    }

    /// The position an answer is as of: the one asked for, else where the projections stand. The
    /// log may have grown since, and what is not folded yet is not in the answer.
    func asOf(_ lens: LensOptions) throws -> Position {
        let here = min(folded.position, try ledger.log.head().size)
        guard lens.asOf != nil else { return here }
        let asked = try lens.position(in: ledger.log)
        guard asked <= here else {
            throw CommandFailure(
                ExitStatus.noInput,
                "--as-of \(asked): the log was at \(here) when this was asked; ask again")
        }
        // A day is easily taken for the time of the answers.
        if asked == 0, here > 0, let begin = try recordedAt(1) {
            Printer.notice(
                "nothing was recorded by then: the ledger begins \(Timestamp.format(begin)); "
                    + "--from and --to ask about the time of the responses")
        }
        return asked
    }

    /// The lens that options describe, looked up in the projection's state.
    func resolve(
        _ lens: LensOptions, from: Microseconds? = nil, to: Microseconds? = nil,
        _ state: some StateReader
    ) throws -> ResolvedLens {
        try ResolvedLens(
            Lens(
                asOf: try asOf(lens),
                model: lens.model.map { .pinned($0) } ?? .asActivated,
                thresholds: lens.thresholds.map { .pinned($0) } ?? .asEdited,
                basis: lens.basis, duplicates: lens.duplicates, reviews: lens.reviews, from: from,
                to: to), in: state)
    }

    /// The lens of a question about a selection; `--window` ends with the latest response.
    func resolve(
        _ lens: LensOptions, _ selection: SelectionOptions, _ state: some StateReader
    ) throws -> ResolvedLens {
        if let version = lens.model { _ = try ledger.models.model(version) }
        var (from, to) = (
            try selection.from.map(SelectionOptions.time),
            try selection.to.map(SelectionOptions.time)
        )
        if let window = selection.window {
            let all = try resolve(lens, state)
            if let range = try NPSBySegmentQuery(state, workers: Session.workers).timeRange(all) {
                to = range.last + 1
                from = range.last + 1 - (try SelectionOptions.span(window))
            }
        }
        return try resolve(lens, from: from, to: to, state)
    }

    /// Values listed when one was asked for that does not exist: a few lines of a terminal.
    static let valuesNamedMax = 24

    /// Fails where a selection names a dimension or a value that no response has: a misspelt
    /// segment must not look like an empty one.
    func check(
        _ selection: SegmentSelection, _ query: NPSBySegmentQuery<some StateReader>
    ) throws {
        let known = try query.dimensions()
        for dimension in selection.by + selection.keeping.keys.sorted()
        where !known.contains(dimension) {
            throw CommandFailure(
                ExitStatus.noInput,
                "no response has the dimension “\(dimension)”; there are: "
                    + (known.isEmpty ? "none" : known.joined(separator: ", ")))
        }
        for (dimension, values) in selection.keeping.sorted(by: { $0.key < $1.key }) {
            let there = try query.values(of: dimension)
            // The empty value asks for responses without one.
            guard let missing = values.subtracting(there).filter({ !$0.isEmpty }).min() else {
                continue
            }
            throw CommandFailure(
                ExitStatus.noInput,
                "no response has \(dimension)=\(missing); there are: "
                    + there.prefix(Self.valuesNamedMax).joined(separator: ", ")
                    + (there.count > Self.valuesNamedMax ? ", …" : ""))
        }
    }

    /// When the event before `position` was recorded.
    func recordedAt(_ position: Position) throws -> Microseconds? {
        guard position > 0 else { return nil }
        return try ledger.log.withEvent(position - 1) { $0.recordedAt }
    }
}
