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

    private struct Shelf {
        var cubes: [ResolvedLens: SegmentCube] = [:]
        /// The one asked last at the end.
        var order: [ResolvedLens] = []
    }

    private let shelf = Mutex(Shelf())

    /// The sums of a lens; while they are lent, another question with the same lens counts anew.
    func take(_ lens: ResolvedLens) -> SegmentCube {
        shelf.withLock { shelf in
            shelf.order.removeAll { $0 == lens }
            return shelf.cubes.removeValue(forKey: lens) ?? SegmentCube()
        }
    }

    /// Keeps them for the next question.
    func put(_ cube: SegmentCube, _ lens: ResolvedLens) {
        shelf.withLock { shelf in
            if shelf.cubes.updateValue(cube, forKey: lens) == nil { shelf.order.append(lens) }
            while shelf.order.count > Self.lensesMax {
                shelf.cubes[shelf.order.removeFirst()] = nil
            }
        }
    }

    /// Forgets everything: another build may say otherwise at the same positions.
    func clear() { shelf.withLock { $0 = Shelf() } }
}
