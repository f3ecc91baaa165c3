import Catalog
import Foundation
import LedgerCore
import LedgerFixtures
import LedgerReplay
import LedgerStore
import NPSLedger

extension RandomisedRun {
    /// Another process appends to the same log and folds the same projections, with this one at
    /// work beside it at times, until it is killed where it stands.
    ///
    /// How far it comes is up to the machine, so this step alone does not repeat exactly.
    func crash(_ numbers: inout SeededNumbers) throws {
        let kinds = [
            ["append"], ["catch-up"], ["rebuild"], ["append", "catch-up"],
            ["append", "catch-up", "rebuild"], ["rebuild", "append"],
        ]
        let child = try ChildProcess(
            [
                "randomised", paths.log, paths.projections, "\(numbers.next())",
                "\(1 + numbers.below(9))",
            ]
                + kinds[numbers.below(kinds.count)],
            output: scratch("child"))
        defer { child.killNow() }
        try child.wait(forLines: 1 + numbers.below(30), atMost: 0.05)
        for _ in 0..<numbers.below(3) { try workBeside(&numbers) }
        Thread.sleep(forTimeInterval: Double(numbers.below(4_000)) / 1_000_000)
        child.killNow()
        note("processes killed")
        // LMDB shows readers the last commit only once its writer has said so in shared memory. Of
        // one who was killed before that, the next writer or the next to open learns.
        if numbers.happens(percent: 50) { try reopenLedger(beside: true) }
        try appendBeside(&numbers)
        projections.close()
        projections = try DrivenProjections(
            directory: paths.projections, commitEvents: commitSize(&numbers))
        try readLines(try child.lines())
    }

    private func workBeside(_ numbers: inout SeededNumbers) throws {
        let projection = projections.all[numbers.below(projections.all.count)]
        switch numbers.below(3) {
        case 0: try projection.catchUp(with: ledger.log, to: nil, threads: 2, progress: nil)
        case 1:
            let digests = try projection.rebuild(
                from: ledger.log, threads: 2, progress: nil)
            try agree(
                digests.old ?? digests.new, digests.new,
                "\(projection.descriptor.id) before and after a rebuild beside another process")
        default: try appendBeside(&numbers)
        }
    }

    /// Appends where others may have appended meanwhile.
    private func appendBeside(_ numbers: inout SeededNumbers) throws {
        let size = try ledger.log.head().size
        var batch = EventBatch()
        var author = EventAuthor(
            numbers: numbers, tag: "beside-\(numbers.next())", now: clock.now, known: known)
        try author.add(3, to: &batch)
        numbers = author.numbers
        for case .appended(let receipt) in try ledger.log.append(batch) {
            try hold(receipt.position >= size, "\(receipt.position) was given away before")
            acknowledged[receipt.position] = receipt.leafHash
        }
    }

    /// What the process had said before it ended is so.
    private func readLines(_ lines: [String]) throws {
        let size = try ledger.log.head().size
        for line in lines {
            let words = line.split(separator: " ").map(String.init)
            if words[0] == "appended", words.count == 3, let position = Position(words[1]) {
                try hold(position < size, "position \(position) was acknowledged and is lost")
                let leaf = try ledger.log.leafHash(at: position)
                try agree("\(leaf)", words[2], "the leaf of what another process appended")
                acknowledged[position] = leaf
                note("entries of killed processes")
            } else if words[0] == "folded", words.count == 3, let position = Position(words[2]) {
                let folded = try projections.all.first { $0.descriptor.id == words[1] }?.live()
                note("folds of killed processes")
                try hold(
                    folded.map { $0.position >= position } ?? false,
                    "\(words[1]) was folded to \(position), and is at \(folded as Any)")
            } else {
                try agree(line, "begin", "what another process says")
            }
        }
    }
}
