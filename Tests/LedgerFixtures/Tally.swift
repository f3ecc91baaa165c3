import Glibc
import LedgerCore

/// Which layout a tally has.
package protocol TallyVersion: Sendable {
    static var number: UInt32 { get }
}

/// The first layout.
package enum First: TallyVersion {
    package static let number: UInt32 = 1
}

/// The second layout.
package enum Second: TallyVersion {
    package static let number: UInt32 = 2
}

/// Counts responses by score, and notes each position's score; ids that begin with `poison` cannot
/// be applied, and those that begin with `slow` take half a second.
package struct Tally<Version: TallyVersion>: Projection {
    package static var descriptor: ProjectionDescriptor {
        ProjectionDescriptor(
            id: "tally", version: Version.number,
            consumes: [.responseRecorded, .responseExcluded])
    }

    private var counts: [UInt16: UInt64] = [:]
    private var changed: Set<UInt16> = []
    private var scores: [Position: UInt16] = [:]

    package init() {}

    package mutating func apply(_ event: EventView, to state: some StateWriter) throws {
        if event.name == .responseExcluded {
            let position = try ResponseExcluded(event).response
            let kept = try state.value(Self.rowKey(position))
            guard let score = scores[position] ?? kept.map(Self.number) else { return }
            try change(score, by: -1, state)
            return
        }
        let response = try ResponseRecorded(event)
        guard !response.id.hasPrefix("poison") else {
            throw PoisonEvent(position: event.position, reason: "its id is \(response.id)")
        }
        if response.id.hasPrefix("slow") { usleep(500_000) }
        let score = response.score ?? 0
        scores[event.position] = score
        try change(score, by: 1, state)
    }

    private mutating func change(_ score: UInt16, by delta: Int, _ state: some StateReader) throws {
        let stored = try state.value(Self.countKey(score))
        let count = counts[score] ?? stored.map { $0.reduce(0) { $0 << 8 | UInt64($1) } } ?? 0
        counts[score] = UInt64(Int(count) + delta)
        changed.insert(score)
    }

    package mutating func flush(to state: some StateWriter) throws {
        for score in changed.sorted() {
            try state.put(Self.countKey(score), Self.bytes(counts[score] ?? 0))
        }
        for (position, score) in scores.sorted(by: { $0.key < $1.key }) {
            try state.put(Self.rowKey(position), [UInt8(score >> 8), UInt8(score & 255)])
        }
        changed.removeAll()
        scores.removeAll()
    }

    /// How many responses have this score, in hundredths.
    package static func count(of score: UInt16, in state: some StateReader) throws -> UInt64 {
        try state.value(countKey(score))?.reduce(0) { $0 << 8 | UInt64($1) } ?? 0
    }

    private static func countKey(_ score: UInt16) -> [UInt8] {
        [UInt8(ascii: "c"), UInt8(score >> 8), UInt8(score & 255)]
    }

    private static func rowKey(_ position: Position) -> [UInt8] {
        [UInt8(ascii: "r")] + bytes(position)
    }

    private static func number(_ bytes: [UInt8]) -> UInt16 {
        bytes.reduce(0) { $0 << 8 | UInt16($1) }
    }

    private static func bytes(_ number: UInt64) -> [UInt8] {
        withUnsafeBytes(of: number.bigEndian) { [UInt8]($0) }
    }
}
