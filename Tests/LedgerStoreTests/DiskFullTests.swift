import Glibc
import LedgerCore
import LedgerFixtures
import Testing

@testable import LedgerStore

/// A disk that fills up; a small file system of its own, which only the superuser can mount.
@Suite(.serialized, .enabled(if: SmallDisk.isPossible, "mounting a tmpfs needs the superuser"))
struct DiskFullTests {
    @Test func aFullDiskIsAnErrorThatPasses() throws {
        let disk = try SmallDisk(sizeBytes: 3 << 20)
        let log = try EventLog(testing: "\(disk.path)/log")
        try disk.fill(leaving: 400 << 10)
        var receipts: [Receipt] = []
        var failure: LedgerError?
        var id = 0
        while failure == nil, id < 20_000 {
            do {
                let outcomes = try log.append(EventBatch(responses: id..<(id + 50)))
                receipts += outcomes.compactMap(\.receipt)
                id += 50
            } catch let error as LedgerError {
                failure = error
            }
        }
        #expect(failure?.code == .diskFull)
        #expect(failure?.message.contains(disk.path) == true)
        #expect(receipts.count == id)
        #expect(id > 100)
        // What was acknowledged stands while the disk is full.
        #expect(try log.head().size == Position(id))
        for receipt in receipts {
            #expect(try log.leafHash(at: receipt.position) == receipt.leafHash)
        }
        try AppendTests.expectSound(log)
        disk.empty()
        let more = try log.append(EventBatch(responses: (id - 50)..<(id + 50)))
        #expect(more.count { if case .duplicate = $0 { true } else { false } } == 50)
        #expect(try log.head().size == Position(id + 50))
        try AppendTests.expectSound(log)
        log.close()
        let again = try EventLog(testing: "\(disk.path)/log")
        try AppendTests.expectSound(again)
        #expect(try again.head().size == Position(id + 50))
        again.close()
    }

    @Test func aLogCannotBeMadeOnAFullDisk() throws {
        let disk = try SmallDisk(sizeBytes: 1 << 20)
        try disk.fill(leaving: 0)
        let error = #expect(throws: LedgerError.self) {
            _ = try EventLog(testing: "\(disk.path)/log")
        }
        #expect(error?.code == .diskFull)
        disk.empty()
        try EventLog(testing: "\(disk.path)/log").close()
    }
}
