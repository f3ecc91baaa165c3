import Foundation
import LedgerCore
import LedgerFixtures
import LedgerProof
import LedgerStore
import LedgerVault
import NPSLedger

/// What a program was heard to say before the power failed, and whether a ledger keeps to it.
struct Acknowledged {
    /// A ledger that does not keep what was said.
    struct Broken: Error, CustomStringConvertible {
        let description: String
    }

    private(set) var events: [Int: (position: Position, leaf: String)] = [:]
    /// Responses that were appended together: all of them are there, or none.
    private(set) var batches: Set<Range<Int>> = []
    /// The first subject number that nobody was given.
    private(set) var subjectsEnd: UInt64 = 1
    /// Whether a ledger was open once.
    private(set) var isOpened = false
    private(set) var failures = 0

    mutating func hear(_ line: String) throws {
        let words = line.split(separator: " ").map(String.init)
        let numbers = words.dropFirst().compactMap { Int($0) }
        switch (words.first, numbers.count) {
        case ("opened", _): isOpened = true
        case ("failed", _): failures += 1
        case ("batch", 2): batches.insert(numbers[0]..<numbers[1])
        case ("reserved", 2):
            guard numbers[0] >= Int(subjectsEnd) else {
                throw Broken(
                    description: "subjects from \(numbers[0]) were given, after those up to "
                        + "\(subjectsEnd)")
            }
            subjectsEnd = UInt64(numbers[1])
        case ("recorded", 2...) where words.count == 4:
            let event = (position: Position(numbers[1]), leaf: words[3])
            if let earlier = events[numbers[0]], earlier != event {
                throw Broken(description: "\(earlier) became \(event)")
            }
            events[numbers[0]] = event
        default: throw Broken(description: "the program said “\(line)”")
        }
    }

    /// Reads the ledger and compares; the number of events read, or nil where there is no ledger
    /// and none was ever open.
    func check(_ paths: LedgerPaths) throws -> Int? {
        guard FileManager.default.fileExists(atPath: paths.manifest) else {
            if isOpened { throw Broken(description: "the ledger is gone") }
            return nil
        }
        let ledger = try Ledger(at: paths)
        defer { ledger.close() }
        let report = try LogVerifier(ledger.log).verify()
        guard report.isSound else { throw Broken(description: "verify: \(report.findings)") }
        let vault = try ledger.vault()
        let found = try responses(ledger.log, vault)
        for (id, event) in events {
            guard let there = found[id] else {
                throw Broken(description: "number \(id) at \(event.position) is lost")
            }
            guard there == event else {
                throw Broken(description: "number \(id) was \(event) and is \(there)")
            }
        }
        for batch in batches {
            let there = batch.count { found[$0] != nil }
            guard there == 0 || there == batch.count else {
                throw Broken(description: "of the batch \(batch) \(there) events are there")
            }
        }
        return Int(report.entries)
    }

    /// Every response of the log, whole: its leaf is that of its bytes, and its text opens and says
    /// what it must.
    private func responses(
        _ log: EventLog, _ vault: Vault
    ) throws -> [Int: (position: Position, leaf: String)] {
        var found: [Int: (position: Position, leaf: String)] = [:]
        for position in 0..<(try log.head().size) {
            let response = try log.withEvent(position) { event in
                event.name == .responseRecorded ? try ResponseRecorded(event) : nil
            }
            guard let response = response ?? nil else { continue }
            guard let id = Int(response.id.dropFirst()), batches.contains(where: { $0 ~= id }),
                found[id] == nil
            else { throw Broken(description: "nobody appended \(response.id) at \(position)") }
            guard let sealed = try log.sealed(position), let data = try vault.open(sealed),
                data.text == SealedResponses.text(id)
            else { throw Broken(description: "the text of \(response.id) does not open") }
            let leaf = try log.entry(position).map { entry in
                entry.withUnsafeBytes { MerkleHash.leaf($0) }
            }
            found[id] = (position, leaf.map { "\($0)" } ?? "")
        }
        return found
    }
}
