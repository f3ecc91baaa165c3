import LMDB
import Testing

@Suite struct CopyTests {
    @Test(arguments: [false, true])
    func aCopyHoldsWhatWasCommitted(compacting: Bool) throws {
        let scratch = try Scratch()
        let environment = try Environment(
            path: "\(scratch.path)/original", configuration: .small())
        let entries = try environment.integers()
        let scrap = try environment.integers("scrap")
        try environment.append(0..<3000, bytes: 200, to: entries)
        try environment.append(0..<3000, bytes: 200, to: scrap)
        try environment.write { try $0.removeAll(scrap) }
        let path = "\(scratch.path)/copy"
        try environment.copy(to: path, compacting: compacting)
        try environment.append(3000..<3100, bytes: 200, to: entries)

        let copy = try Environment(path: path, configuration: .small())
        #expect(try copy.checkedCount(try copy.integers(), bytes: 200) == 3000)
        let smaller = copy.statistics.usedBytes < environment.statistics.usedBytes * 2 / 3
        #expect(smaller == compacting)
        copy.close()

        let error = #expect(throws: LMDBError.self) {
            try environment.copy(to: path, compacting: compacting)
        }
        #expect(error?.code == .fileExists)
        #expect(error?.path == path)
        // The refusal leaves the copy that is there alone.
        let again = try Environment(path: path, configuration: .small())
        #expect(try again.checkedCount(try again.integers(), bytes: 200) == 3000)
    }
}
