import LedgerCore
import Testing

/// An entry as plain values, to be compared and to be taken apart.
struct DecodedEntry: Hashable {
    var name: EventName
    var version: UInt32
    var recordedAt: Microseconds
    var clock: Microseconds?
    var occurredAt: Microseconds
    var actor: String
    var cause: Position?
    var payload: AnyHashable
    var sealed: [UInt8]?

    init(_ event: EventView) throws {
        name = event.name
        version = event.version
        recordedAt = event.recordedAt
        clock = event.clock
        occurredAt = event.occurredAt
        actor = event.actorName
        cause = event.cause
        payload = AnyHashable(try EventCatalog.payload(of: event))
        sealed = event.sealedCommitment.map { [UInt8]($0) }
    }
}

/// Makes and reads whole entries.
enum EntryBytes {
    static let recordedAt: Microseconds = 1_767_000_000_123_456
    static let occurredAt: Microseconds = 1_766_999_000_000_000

    static func make(
        _ draft: EventDraft, sealed: [UInt8]? = nil, recordedAt: Microseconds = recordedAt,
        clock: Microseconds? = nil
    ) throws -> [UInt8] {
        var (bytes, offset) = try Entry.encode(draft, sealedCommitment: sealed)
        if let clock {
            var writer = CBORWriter()
            offset = bytes.withUnsafeBytes {
                Entry.appendCarried($0, recordedAtOffset: offset, to: &writer)
            }
            bytes = writer.bytes
            bytes.withUnsafeMutableBytes {
                Entry.stamp($0, at: offset + Entry.clockDistance, recordedAt: clock)
            }
        }
        bytes.withUnsafeMutableBytes { Entry.stamp($0, at: offset, recordedAt: recordedAt) }
        return bytes
    }

    static func make(_ payload: some EventPayload) throws -> [UInt8] {
        try make(EventDraft(payload, occurredAt: occurredAt, actor: .system))
    }

    /// An entry whose payload is any map, as a damaged or foreign writer would make it; of the
    /// newest version, unless one is given.
    static func make(
        _ name: EventName, version: UInt64? = nil, fields: [String: CBORValue]
    ) -> [UInt8] {
        envelope(name, version: version, payload: .map(fields)).encoded
    }

    static func envelope(
        _ name: EventName, version: UInt64? = nil, payload: CBORValue
    ) -> CBORValue {
        let newest = UInt64(EventCatalog.payloadType(of: name).version)
        return .array([
            .unsigned(1), .text(name.rawValue), .unsigned(version ?? newest),
            .integer(recordedAt), .integer(occurredAt), .text("system"), .null, payload, .null,
        ])
    }

    @discardableResult
    static func withView<R>(
        _ bytes: [UInt8], _ body: (EventView) throws -> R
    ) throws -> R {
        try bytes.withUnsafeBytes { try body(EventView(unsafe: $0, position: 7)) }
    }

    static func decode(_ bytes: [UInt8]) throws -> DecodedEntry {
        try withView(bytes) { try DecodedEntry($0) }
    }

    /// The error of a validation, or nil where the entry is valid.
    static func flaw(_ bytes: [UInt8]) -> EntryError? {
        do {
            try EventView.validate(bytes, position: 7)
            return nil
        } catch {
            return error
        }
    }

    static func hex(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(
            decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] },
            as: UTF8.self)
    }

    static func bytes(hex: String) throws -> [UInt8] {
        let digits = Array(hex.utf8)
        return try stride(from: 0, to: digits.count, by: 2).map { index in
            let pair = String(decoding: digits[index..<index + 2], as: UTF8.self)
            return try #require(UInt8(pair, radix: 16))
        }
    }
}
