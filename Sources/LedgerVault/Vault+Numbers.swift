import LMDB
import LedgerCore

/// Which subject numbers are given away, and whose vault it is.
extension Vault {
    private static let nextKey = [UInt8]("next".utf8)
    private static let issuedKey = [UInt8]("issued".utf8)
    private static let identityKey = [UInt8]("identity".utf8)
    /// Numbers are 48 bits: far more than there are people, and an index stays small.
    private static let numbersEnd: UInt64 = 1 << 48

    /// The first subject number that was never given away.
    ///
    /// - Throws: `VaultError` with code `corrupt` where the number was set back.
    public func nextNumber() throws -> UInt64 {
        try translating { try environment.read { try nextNumber($0) } }
    }

    /// It is kept twice: as older programs read it, and sealed with the master key, so that nobody
    /// without that key can set it back. An older program moves on the first alone.
    func nextNumber(
        _ transaction: borrowing some ReadableTransaction & ~Copyable
    ) throws -> UInt64 {
        let sealed = try transaction.value(meta, bytes: Self.issuedKey).map { wrapped in
            try Self.number(try master.unwrap(wrapped, context: Self.issuedKey).reversed())
        }
        let clear = try transaction.value(meta, bytes: Self.nextKey).map { stored in
            try Self.number(stored)
        }
        let isBound = try transaction.value(meta, bytes: Self.identityKey) != nil
        guard sealed != nil || !isBound else { throw Self.setBack }
        // Number 0 is never given away: it marks “no subject”.
        guard let clear else {
            guard sealed == nil else { throw Self.setBack }
            return 1
        }
        guard clear >= sealed ?? 0 else { throw Self.setBack }
        return clear
    }

    /// A number given twice would put two persons under one key.
    private static var setBack: VaultError {
        VaultError(
            .corrupt,
            "the vault's next subject number was set back or is damaged: restore a backup of the "
                + "vault as new as the log")
    }

    private static func number(_ littleEndian: some Collection<UInt8>) throws(VaultError) -> UInt64
    {
        var number: UInt64 = 0
        for (index, byte) in littleEndian.enumerated() where index < 8 {
            number |= UInt64(byte) << UInt64(8 * index)
        }
        guard littleEndian.count == 8, number > 0, number < numbersEnd else { throw setBack }
        return number
    }

    func putNext(_ next: UInt64, _ transaction: borrowing WriteTransaction) throws {
        guard next < Self.numbersEnd else {
            throw VaultError(.corrupt, "the vault has no subject numbers left")
        }
        let clear = withUnsafeBytes(of: next.littleEndian) { [UInt8]($0) }
        try transaction.put(meta, bytes: Self.nextKey, clear)
        try transaction.put(
            meta, bytes: Self.issuedKey,
            try master.wrap(clear.reversed(), context: Self.issuedKey))
    }

    /// What the vault says of the ledger it belongs to: the leaf hash of the log's first entry. Nil
    /// where an older program made it and nobody has bound it since.
    ///
    /// - Throws: `VaultError` with code `wrong-key` where it is not this vault's.
    public func identity() throws -> [UInt8]? {
        try translating {
            try environment.read { try $0.value(meta, bytes: Self.identityKey) }
        }.map { try master.unwrap($0, context: Self.identityKey) }
    }

    /// Binds the vault to a ledger, once and for all.
    ///
    /// - Throws: `VaultError` with code `foreign` where it is bound to another.
    public func bind(to identity: [UInt8]) throws {
        let wrapped = try master.wrap(identity, context: Self.identityKey)
        try translating {
            try environment.write { transaction in
                guard let stored = try transaction.value(meta, bytes: Self.identityKey) else {
                    // With it, sealed, how many numbers are issued: a bound vault without that is
                    // one that somebody took it from.
                    try putNext(try nextNumber(transaction), transaction)
                    return try transaction.put(meta, bytes: Self.identityKey, wrapped)
                }
                guard try master.unwrap(stored, context: Self.identityKey) == identity else {
                    throw VaultError(
                        .foreign, "the vault \(environment.path) belongs to another ledger")
                }
            }
        }
    }

    /// What was looked at by `check`, and what is wrong.
    public struct Report: Sendable {
        /// Blocks of keys that were opened.
        public internal(set) var blocks = 0
        /// Keys in them that were given away and not destroyed.
        public internal(set) var keys = 0
        /// What is wrong: the subjects concerned where they are known, and the problem.
        public internal(set) var findings: [(subjects: Range<UInt64>?, problem: String)] = []
    }

    /// Looks at every page, opens every block of keys, and reads every other record.
    public func check() throws -> Report {
        var report = Report()
        do {
            try environment.checkPages()
        } catch let error as LMDBError where error.code == .corrupted {
            report.findings.append((nil, error.description))
            return report
        }
        return try translating {
            try environment.read { transaction in
                var next: UInt64 = 1
                do {
                    next = try nextNumber(transaction)
                } catch let error as VaultError {
                    report.findings.append((nil, error.message))
                }
                if let wrapped = try transaction.value(meta, bytes: Self.identityKey) {
                    do throws(VaultError) {
                        _ = try master.unwrap(wrapped, context: Self.identityKey)
                    } catch {
                        report.findings.append((nil, "the vault's identity does not open"))
                    }
                }
                try checkBlocks(below: next, transaction, &report)
                return report
            }
        }
    }

    private func checkBlocks(
        below next: UInt64, _ transaction: borrowing ReadTransaction, _ report: inout Report
    ) throws {
        let blocksNeeded = next > 1 ? (next - 1) / Self.blockKeys + 1 : 0
        var expected: UInt64 = 0
        func miss(_ range: Range<UInt64>) {
            guard !range.isEmpty else { return }
            report.findings.append(
                (
                    (range.lowerBound * Self.blockKeys)..<(range.upperBound * Self.blockKeys),
                    "the keys of subjects \(max(1, range.lowerBound * Self.blockKeys)) to "
                        + "\(range.upperBound * Self.blockKeys - 1) are missing"
                ))
        }
        // Collected first: opening one is not done while the map is walked.
        var numbers: [UInt64] = []
        try transaction.unsafeForEach(blocks, from: 0, to: .max) { number, _ in
            numbers.append(number)
            return true
        }
        for number in numbers {
            guard number < Self.numbersEnd / Self.blockKeys else {
                report.findings.append((nil, "there is a block of keys \(number), beyond the last"))
                continue
            }
            miss(expected..<max(expected, min(number, blocksNeeded)))
            expected = number + 1
            let subjects = (number * Self.blockKeys)..<(number + 1) * Self.blockKeys
            do {
                guard let keys = try block(number, transaction) else { continue }
                report.blocks += 1
                keys.withBytes { block in
                    for index in 0..<Int(Self.blockKeys) {
                        let subject = number * Self.blockKeys + UInt64(index)
                        guard subject > 0, subject < next else { continue }
                        let isDestroyed = Self.key(index, in: block).allSatisfy { $0 == 0 }
                        report.keys += isDestroyed ? 0 : 1
                    }
                }
            } catch let error as VaultError {
                report.findings.append(
                    (
                        subjects,
                        error.message
                    ))
            }
        }
        miss(expected..<max(expected, blocksNeeded))
    }
}
