import Foundation
import LedgerCore

extension EventLog {
    /// Entries copied out of one snapshot; it bounds how long a snapshot lives and what waits in
    /// memory.
    static let followPositionsMax: Position = 65_536
    /// Bytes copied out of one snapshot.
    static let followBytesMax = 1 << 20

    /// Calls `body` with each event from `position` on, in order, and waits for more at the end of
    /// the log: events of this and of any other process are seen one poll after their commit.
    ///
    /// Entries are copied out, so that no snapshot is held while `body` runs or while it waits; a
    /// follower never makes the log grow. `body` may append.
    ///
    /// - Parameters:
    ///   - names: only events of these types; nil for all.
    ///   - pollInterval: time between two looks at the end of the log; a look takes microseconds.
    ///   - isDone: asked before each look; true ends it. Give one where `body` may never be called.
    ///   - body: answers whether to go on.
    /// - Returns: the position to go on from: after the last event considered.
    /// - Throws: what `body` throws, and `LedgerError`.
    @available(*, noasync, message: "it waits; give it a thread of its own")
    @discardableResult
    public func follow(
        from position: Position, named names: Set<EventName>? = nil,
        pollInterval: Duration = .milliseconds(5), until isDone: () -> Bool = { false },
        _ body: (EventView) throws -> Bool
    ) throws -> Position {
        var next = position
        while !isDone() {
            let chunk = try entries(from: next, named: names)
            for (at, bytes) in chunk.entries {
                let goesOn = try chunk.arena.withUnsafeBytes { arena in
                    // It was an event when it was copied out; what `body` throws passes.
                    try body(
                        EventView(
                            unsafe: UnsafeRawBufferPointer(rebasing: arena[bytes]),
                            position: at))
                }
                if !goesOn { return at + 1 }
            }
            if chunk.next > next {
                next = chunk.next
            } else {
                Thread.sleep(forTimeInterval: pollInterval / .seconds(1))
            }
        }
        return next
    }

    private struct FollowChunk {
        var arena: [UInt8] = []
        var entries: [(position: Position, bytes: Range<Int>)] = []
        var next: Position
    }

    private func entries(
        from position: Position, named names: Set<EventName>?
    ) throws -> FollowChunk {
        var chunk = FollowChunk(next: position)
        let (limit, overflow) = position.addingReportingOverflow(Self.followPositionsMax)
        chunk.next = try read { transaction in
            try walk(position..<(overflow ? .max : limit), names, transaction) { event in
                let start = chunk.arena.count
                chunk.arena.append(contentsOf: event.entry)
                chunk.entries.append((event.position, start..<chunk.arena.count))
                return chunk.arena.count < Self.followBytesMax
            }
        }
        return chunk
    }
}
