import LedgerCore
import NPSBySegmentProjection
import Synchronization

/// Sums by segment tuple of the lenses that were asked with last, so that the same lens can be asked
/// again, about other segments, without counting every response anew.
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
        var respondents = Respondents()
        var cubes: [Key: SegmentCube] = [:]
        /// The one asked last at the end.
        var order: [Key] = []
    }

    private let shelf = Mutex(Shelf())

    /// The sums of a lens; while they are lent, another question with the same lens counts anew.
    func take(_ lens: ResolvedLens) -> SegmentCube {
        shelf.withLock { $0.cubes.removeValue(forKey: Key(lens)) ?? SegmentCube() }
    }

    /// Keeps them for the next question.
    func put(_ cube: SegmentCube, _ lens: ResolvedLens) {
        let key = Key(lens)
        shelf.withLock { shelf in
            if shelf.order.last != key {
                shelf.order.removeAll { $0 == key }
                shelf.order.append(key)
            }
            shelf.cubes[key] = cube
            while shelf.order.count > Self.lensesMax {
                shelf.cubes[shelf.order.removeFirst()] = nil
            }
        }
    }

    /// The segment tuples of the state, those that have come in since the last question loaded.
    func tuples(_ state: some StateReader) throws -> SegmentTuples {
        try shelf.withLock { shelf in
            try shelf.tuples.load(state)
            return shelf.tuples
        }
    }

    /// The respondents with several responses, those that have come in since the last question too.
    func respondents(_ state: some StateReader) throws -> Respondents {
        try shelf.withLock { shelf in
            try shelf.respondents.load(state)
            return shelf.respondents
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
