import LMDB
import LedgerCore

/// How far the vault's subject numbers are used by the log: a vault that has not issued the highest
/// of them is an older one, and would give it to somebody else.
public struct SubjectsUsed: Hashable, Sendable {
    /// The highest subject number of any sealed part.
    public internal(set) var highest: UInt64
    /// Where the first part under it is sealed.
    public internal(set) var position: Position

    /// Fixed layout, little-endian: number, position.
    var bytes: [UInt8] {
        withUnsafeBytes(of: (highest.littleEndian, position.littleEndian)) { [UInt8]($0) }
    }

    init(highest: UInt64, position: Position) {
        self.highest = highest
        self.position = position
    }

    init?(_ bytes: [UInt8]) {
        guard bytes.count == 16 else { return nil }
        (highest, position) = bytes.withUnsafeBytes { raw in
            (
                UInt64(littleEndian: raw.loadUnaligned(as: UInt64.self)),
                UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            )
        }
    }

    /// The higher of both.
    func joined(_ subject: UInt64, at position: Position) -> SubjectsUsed {
        subject > highest ? SubjectsUsed(highest: subject, position: position) : self
    }
}

extension LogSchema {
    static let usedKey = [UInt8]("subjects-used".utf8)

    /// How far subject numbers are used: as it is kept, or read from all sealed parts where a log of
    /// format 1 kept nothing. Nil where nothing was ever sealed.
    func subjectsUsed(
        _ transaction: borrowing some ReadableTransaction & ~Copyable
    ) throws -> SubjectsUsed? {
        if let stored = try transaction.value(meta, bytes: Self.usedKey) {
            guard let used = SubjectsUsed(stored) else {
                throw LedgerError.corrupt("the log's record of used subject numbers is damaged")
            }
            return used
        }
        var used = SubjectsUsed(highest: 0, position: 0)
        try transaction.unsafeForEach(sealed, from: 0, to: .max) { position, stored in
            guard stored.count > Self.subjectPrefixBytes else {
                throw LedgerError.corrupt("the sealed part of position \(position) is damaged")
            }
            let subject = UInt64(bigEndian: stored.loadUnaligned(as: UInt64.self))
            used = used.joined(subject, at: position)
            return true
        }
        return used.highest == 0 ? nil : used
    }

    func put(_ used: SubjectsUsed, _ transaction: borrowing WriteTransaction) throws {
        try transaction.put(meta, bytes: Self.usedKey, used.bytes)
    }
}

extension EventLog {
    /// How far the vault's subject numbers are used; nil where nothing was ever sealed.
    public func subjectsUsed() throws -> SubjectsUsed? {
        try read { try schema.subjectsUsed($0) }
    }
}
