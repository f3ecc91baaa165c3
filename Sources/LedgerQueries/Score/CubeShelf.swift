import LedgerCore
import NPSBySegmentProjection
import Synchronization

/// Sums of the lenses that were asked with last, so that the same lens can be asked again, about other segments, without counting every response anew.
///
/// What is kept are sums of blocks, never answers: each answer looks at what came in since.
final class CubeShelf: Sendable {
    /// Lenses whose sums are kept: a page of a dashboard, several times over.
    static let lensesMax = 64

    /// A lens as of whichever position: what came in since is counted anew.
    private struct Key: Hashable {
        let lens: Lens
        let model: ModelVersion?
        let thresholds: Thresholds

        init(_ resolved: ResolvedLens) {
            var lens = resolved.lens
            lens.asOf = 0
            self.lens = lens
            model = resolved.model
            thresholds = resolved.thresholds
        }
    }

    private struct Shelf {
        var generation: UInt64 = 0
        var tuples = SegmentTuples()
        var sums: [Key: KeptSums] = [:]
        /// The one asked last at the end.
        var order: [Key] = []
    }

    private let shelf = Mutex(Shelf())

    /// Calls `body` with the sums of a lens, and keeps them for the next question; not what a failed
    /// one leaves behind. While they are lent, another question with the same lens counts anew.
    func with<Answer>(
        _ lens: ResolvedLens, _ body: (inout KeptSums) throws -> Answer
    ) rethrows -> Answer {
        let key = Key(lens)
        var sums = shelf.withLock { $0.sums.removeValue(forKey: key) } ?? KeptSums()
        let answer = try body(&sums)
        shelf.withLock { shelf in
            if shelf.order.last != key {
                shelf.order.removeAll { $0 == key }
                shelf.order.append(key)
            }
            shelf.sums[key] = sums
            while shelf.order.count > Self.lensesMax {
                shelf.sums[shelf.order.removeFirst()] = nil
            }
        }
        return answer
    }

    /// The segment tuples of the state, those that have come in since the last question loaded.
    func tuples(_ state: some StateReader) throws -> SegmentTuples {
        try shelf.withLock { shelf in
            try shelf.tuples.load(state)
            return shelf.tuples
        }
    }

    /// Forgets the sums of another build: it may say otherwise at the same positions.
    func require(_ generation: UInt64) {
        shelf.withLock { shelf in
            guard shelf.generation != generation else { return }
            shelf = Shelf()
            shelf.generation = generation
        }
    }
}

/// Sums of one lens: of its responses, and of the persons who gave several of them.
///
/// They are made when a lens is asked again as of the same position: whoever asks once need not
/// wait for them.
struct KeptSums: Sendable {
    /// Cells that sums by person are kept for, beyond what one question is about.
    static let cellsMax = 256

    private var asOf: Position?
    private var responses: SegmentCube?
    private var persons: PersonCube?
    /// Whether a person's answers lie in so many cells that no sums are kept.
    private var isWide = false
    private var dimensions: Set<String> = []
    private var unlearnt: (asOf: Position, texts: [UnlearntTexts])?

    /// How many responses do not count because the model has not learnt their texts' language.
    mutating func unlearntLanguages<State: StateReader>(
        _ lens: ResolvedLens, _ selection: SegmentSelection, _ query: NPSBySegmentQuery<State>
    ) throws -> [LanguageCode: Int] {
        if unlearnt?.asOf != lens.lens.asOf {
            unlearnt = (lens.lens.asOf, try query.unlearntTexts(lens))
        }
        return try query.unlearntLanguages(lens, selection, among: unlearnt?.texts)
    }

    /// Sums by group, and what repeated answers change in them.
    mutating func score<State: StateReader>(
        _ lens: ResolvedLens, _ selection: SegmentSelection, _ query: NPSBySegmentQuery<State>
    ) throws -> (groups: [NPSBySegmentQuery<State>.Group], repeated: RepeatedByGroup) {
        let isNew = asOf != lens.lens.asOf
        if isNew { (asOf, persons, isWide) = (lens.lens.asOf, nil, false) }
        dimensions.formUnion(Self.asked(selection))
        if isNew, responses == nil {
            responses = SegmentCube()
            return try query.score(lens, selection)
        }
        let groups = try responses?.tally(lens, selection, query)
        let repeated =
            isNew
            ? try query.repeated(lens, selection) : try repeated(lens, selection, query)
        return (try groups ?? query.tally(lens, selection), repeated)
    }

    private mutating func repeated<State: StateReader>(
        _ lens: ResolvedLens, _ selection: SegmentSelection, _ query: NPSBySegmentQuery<State>
    ) throws -> RepeatedByGroup {
        let asked = Self.asked(selection)
        if let persons, asked.isSubset(of: persons.dimensions) {
            return try persons.repeated(selection, query)
        }
        if !isWide {
            if try query.cellCount(of: dimensions) > Self.cellsMax { dimensions = asked }
            persons = try PersonCube(lens, dimensions: dimensions, query)
            if let persons { return try persons.repeated(selection, query) }
            isWide = true
        }
        return try query.repeated(lens, selection)
    }

    private static func asked(_ selection: SegmentSelection) -> Set<String> {
        Set(selection.by).union(selection.keeping.keys)
    }
}
