import LedgerCore
import LedgerFixtures
import LedgerStore
import NPSLedger
import NaiveFolds

extension RandomisedRun {
    /// Reads what the log has come to hold since.
    func readOn() throws {
        let head = try ledger.log.head()
        let from = known.size
        try hold(from <= head.size, "the log has shrunk from \(from) entries to \(head.size)")
        try ledger.log.forEachEvent(in: from..<head.size) { event in
            try agree(event.position, known.size, "the position of the next event")
            try known.take(event)
            let decoded = try NaiveEvent(event)
            naive.append(decoded)
            naiveLineage.append(decoded)
            naiveAudit.append(decoded)
            note(event.name.rawValue)
            return true
        }
        try agree(known.size, head.size, "the events read, and the log's size")
        roots.append((head.size, head.root))
        for (position, leaf) in acknowledged where position >= from {
            try hold(position < head.size, "position \(position) was acknowledged and is lost")
            try agree(try ledger.log.leafHash(at: position), leaf, "the leaf of \(position)")
        }
    }

    /// The log is what it was at earlier sizes, with something behind it.
    func checkPast(_ numbers: inout SeededNumbers) throws {
        for _ in 0..<2 {
            let earlier = roots[numbers.below(roots.count)]
            try hold(earlier.size <= known.size, "the log has shrunk to \(known.size)")
            try agree(
                try ledger.log.root(at: earlier.size), earlier.root,
                "the root of the first \(earlier.size) entries")
        }
    }

    /// The whole log, from the pages up, and everything that was ever acknowledged.
    func verifyLog() throws {
        let report = try LogVerifier(ledger.log).verify()
        try hold(report.isSound, "the log is not sound: \(report.findings)")
        try agree(report.entries, known.size, "entries verified")
        for (position, leaf) in acknowledged {
            try agree(try ledger.log.leafHash(at: position), leaf, "the leaf of \(position)")
        }
    }
}
