import Catalog
import Foundation
import LMDB
import LedgerCore
import LedgerFixtures
import LedgerStore
import NPSBySegmentProjection
import NPSLedger

/// Faults that are planted in the files of a ledger.
enum Meddling {
    /// Changes one byte of a projection's state, once.
    ///
    /// - Parameter index: which projection, as they are listed.
    static func changingAByte(of index: Int, after number: Int)
        -> RandomisedRun<NPSBySegment>.Meddling
    {
        { run, step in
            guard step.number == number else { return }
            let id = run.projections.all[index].descriptor.id
            run.projections.close()
            var numbers = step.numbers
            let environment = try Environment(path: "\(run.paths.projections)/\(id)")
            for build in ["state.0", "state.1"] {
                guard let table = try environment.database(build, .bytes) else { continue }
                try changeAByte(of: table, in: environment, &numbers)
            }
            environment.close()
            run.projections = try DrivenProjections(
                directory: run.paths.projections, commitEvents: 5)
        }
    }

    private static func changeAByte(
        of table: Database, in environment: Environment, _ numbers: inout SeededNumbers
    ) throws {
        var pairs: [(key: [UInt8], value: [UInt8])] = []
        try environment.read { transaction in
            try transaction.forEach(table, fromBytes: []) { key, value in
                pairs.append(
                    (key.withUnsafeBytes { [UInt8]($0) }, value.withUnsafeBytes { [UInt8]($0) }))
                return true
            }
        }
        guard !pairs.isEmpty else { return }
        var (key, value) = pairs[numbers.below(pairs.count)]
        guard !value.isEmpty else { return }
        value[numbers.below(value.count)] ^= UInt8(1 + numbers.below(255))
        let changed = value
        try environment.write { try $0.put(table, bytes: key, changed) }
    }

    /// Puts the log's files back as they were some steps before: what was appended is lost.
    static func losingTheEnd(
        from first: Int, after last: Int
    ) -> RandomisedRun<NPSBySegment>.Meddling {
        { run, step in
            let file = run.paths.log + "/data.mdb"
            let copy = run.scratch("copy")
            if step.number == first {
                try FileManager.default.copyItem(atPath: file, toPath: copy)
            } else if step.number == last {
                run.ledger.close()
                try FileManager.default.removeItem(atPath: file)
                try FileManager.default.moveItem(atPath: copy, toPath: file)
                let clock = run.clock
                run.ledger = try Ledger(at: run.paths, clock: { clock.now })
            }
        }
    }
}
