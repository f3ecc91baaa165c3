import Foundation
import LMDB
import LedgerCore
import LedgerFixtures
import LedgerProof
import Testing

@testable import LedgerStore

/// A log on disk that is changed behind the library's back, through LMDB itself.
struct LogTampering {
    static let count = 300

    let path: String

    /// 300 events; every fifth an exclusion, every third response with a sealed part, one in ten
    /// bound to an identifier.
    static func make(_ path: String) throws {
        let clock = TestClock()
        let log = try EventLog(testing: path, clock: clock)
        var random = SeededNumbers(seed: 91)
        // Few enough keys a commit for the index's B-tree, so that the last of them stand there.
        for start in stride(from: 0, to: count, by: 10) {
            var batch = EventBatch()
            clock.advance(1_000)
            for id in start..<(start + 10) {
                if id % 5 == 4 {
                    try batch.append(Sample.exclusion(of: Position(id - 1)))
                    continue
                }
                let subject = UInt64(id + 1)
                let sealed = SealedPart(subject: subject, bytes: random.bytes(40))
                let binding = SubjectBinding(
                    identifier: Hash128(high: random.next(), low: random.next()), subject: subject)
                try batch.append(
                    Sample.response(id, subject: subject), key: Sample.key(id),
                    sealed: id % 3 == 0 ? sealed : nil, binding: id % 10 == 0 ? binding : nil)
            }
            _ = try log.append(batch)
        }
        log.close()
    }

    /// Changes tables in one transaction.
    func change(
        _ body: (borrowing WriteTransaction, LogSchema) throws -> Void
    ) throws {
        let environment = try Environment(path: path)
        defer { environment.close() }
        let schema = try LogSchema(environment)
        try environment.write { try body($0, schema) }
    }

    /// What verification finds, each as its check and position.
    func findings() throws -> (report: LogVerifier.Report, places: Set<Place>) {
        let log = try EventLog(path: path, clock: { TestClock.start })
        defer { log.close() }
        let report = try LogVerifier(log).verify()
        #expect(report.findingCount >= report.findings.count)
        return (report, Set(report.findings.map { Place($0.check, $0.position) }))
    }

    /// A check and a position.
    struct Place: Hashable, CustomStringConvertible {
        let check: LogFinding.Check
        let position: Position?

        init(_ check: LogFinding.Check, _ position: Position?) {
            self.check = check
            self.position = position
        }

        var description: String { "\(check) \(position.map { "\($0)" } ?? "-")" }
    }
}

extension LogSchema {
    /// Rewrites an entry, with leaf hash and checksum made to fit or left as they were.
    func rewrite(
        _ position: Position, fitsLeaf: Bool, _ transaction: borrowing WriteTransaction,
        _ body: (inout [UInt8]) throws -> Void
    ) throws {
        guard var stored = try transaction.value(entries, position) else { return }
        var entry = Array(stored[StoredEntry.headBytes...])
        try body(&entry)
        if fitsLeaf {
            stored = [UInt8](repeating: 0, count: StoredEntry.headBytes + entry.count)
            entry.withUnsafeBytes { entry in
                stored.withUnsafeMutableBytes {
                    StoredEntry.write(entry, .leaf(entry), at: position, to: $0)
                }
            }
        } else {
            stored = Array(stored[..<StoredEntry.headBytes]) + entry
        }
        try transaction.put(entries, position, stored)
    }

    /// Flips the lowest bit of a byte of a value; counted from the end where negative.
    func flip(
        _ table: Database, _ key: UInt64, at offset: Int,
        _ transaction: borrowing WriteTransaction
    ) throws {
        guard var value = try transaction.value(table, key) else { return }
        value[offset < 0 ? value.count + offset : offset] ^= 1
        try transaction.put(table, key, value)
    }
}
