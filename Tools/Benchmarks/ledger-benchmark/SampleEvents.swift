import LedgerCore
import LedgerStore

/// Survey responses whose entries take exactly 200 bytes, the same on every run.
///
/// They differ in the source's identifier and in time. The identifier in a prepared payload is
/// overwritten, so that what is measured is the log and not the making of samples.
struct SampleEvents: Sendable {
    /// Size of every entry.
    static let entryBytes = 200
    /// Recorded-at of all and occurred-at of the first; fixed, so that a tree has one root.
    static let time: Microseconds = 1_735_689_600_000_000

    private static let source = "benchmark"
    private static let identifierDigits = 12
    private static let segments = ["region": "EMEA", "plan": "business", "channel": "email"]

    private let draft: EventDraft
    private let identifierOffset: Int

    init() throws {
        // Heads grow with lengths, so the filling segment that makes 200 bytes is searched for.
        let drafts = (0..<Self.entryBytes).lazy.map(Self.draft)
        let fitting = try drafts.first { draft in
            try Entry.encode(draft, sealedCommitment: nil).bytes.count == Self.entryBytes
        }
        guard let fitting else {
            throw BenchmarkFailure("no sample takes \(Self.entryBytes) bytes")
        }
        draft = fitting
        // A map of one byte, the key "id" of three, the identifier's head of one.
        identifierOffset = 5
    }

    private static func draft(filling count: Int) -> EventDraft {
        let payload = ResponseRecorded(
            source: source, id: String(repeating: "0", count: identifierDigits), subject: 70_000,
            score: 900, hasText: true,
            segments: segments.merging(["product": String(repeating: "x", count: count)]) { $1 })
        return EventDraft(payload, occurredAt: time, actor: .system)
    }

    /// Turns `draft` into the event of an ordinal and returns its key.
    private func turn(_ draft: inout EventDraft, to ordinal: Int) -> IdempotencyKey {
        draft.occurredAt = Self.time + Microseconds(ordinal)
        let id = String(unsafeUninitializedCapacity: Self.identifierDigits) { digits in
            var rest = ordinal
            for index in digits.indices.reversed() {
                digits[index] = UInt8(ascii: "0") + UInt8(rest % 10)
                rest /= 10
            }
            return Self.identifierDigits
        }
        let place = identifierOffset..<(identifierOffset + Self.identifierDigits)
        draft.payload.replaceSubrange(place, with: id.utf8)
        return IdempotencyKey(source: Self.source, id: id)
    }

    /// Events ready to be submitted, stamped where `stamps` says so.
    func batch(_ ordinals: Range<Int>, stamps: Bool = true) throws -> EventBatch {
        var batch = EventBatch(
            reservingEvents: ordinals.count, entryBytes: Self.entryBytes)
        var draft = draft
        for ordinal in ordinals {
            let key = turn(&draft, to: ordinal)
            try batch.append(draft, key: key)
        }
        if stamps { batch.stamp(Self.time) }
        return batch
    }

    /// The same entries one after another, as the bare loops take them.
    func entries(_ ordinals: Range<Int>) throws -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(ordinals.count * Self.entryBytes)
        var draft = draft
        for ordinal in ordinals {
            _ = turn(&draft, to: ordinal)
            var (entry, offset) = try Entry.encode(draft, sealedCommitment: nil)
            entry.withUnsafeMutableBytes {
                Entry.stamp($0, at: offset, recordedAt: Self.time)
            }
            bytes += entry
        }
        return bytes
    }
}
