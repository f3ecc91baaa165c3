import Foundation
import Glibc
import LMDB
import Testing

/// What a look at every page finds beyond heads and lengths: order, counts, and free pages in use.
@Suite struct PageCheckTests {
    private static let pageBytes = 4096

    private static func code(_ path: String) throws -> LMDBError.Code? {
        do {
            let environment = try Environment(path: path, configuration: .small())
            defer { environment.close() }
            try environment.checkPages()
            return nil
        } catch let error as LMDBError {
            return error.code
        }
    }

    /// Two tables whose pages were written over a few times, so that some are free.
    private static func filled(_ path: String) throws {
        let environment = try Environment(path: path, configuration: .small())
        let integers = try environment.integers()
        let named = try #require(try environment.database("named", .bytes))
        for round in 0..<6 {
            try environment.write { transaction in
                for index in 0..<400 {
                    try transaction.put(
                        integers, UInt64(index), [UInt8](repeating: UInt8(round), count: 90))
                    try transaction.put(
                        named, bytes: Array("name-\(1_000 + index)".utf8),
                        [UInt8](repeating: UInt8(round), count: 40))
                }
                if round % 2 == 1 {
                    for index in stride(from: 0, to: 400, by: 2) {
                        try transaction.delete(integers, UInt64(index))
                    }
                }
            }
        }
        environment.close()
    }

    @Test func aFileInUseIsSound() throws {
        let scratch = try Scratch()
        try Self.filled(scratch.path)
        #expect(try Self.code(scratch.path) == nil)
    }

    /// The newer one with a smaller number would be passed over, and its commit be gone.
    @Test func metaPagesThatDoNotFollowEachOtherAreDamage() throws {
        let scratch = try Scratch()
        try Self.filled(scratch.path)
        let path = scratch.path + "/data.mdb"
        let sound = try #require(FileManager.default.contents(atPath: path))
        for page in 0..<2 {
            for bit in 0..<64 {
                var damaged = sound
                damaged[page * Self.pageBytes + 144 + bit / 8] ^= 1 << UInt8(bit % 8)
                try damaged.write(to: URL(fileURLWithPath: path))
                #expect(try Self.code(scratch.path) == .corrupted, "page \(page), bit \(bit)")
            }
        }
        try sound.write(to: URL(fileURLWithPath: path))
        #expect(try Self.code(scratch.path) == nil)
    }

    /// Pages of branches that all point to the next one: a hundred to the sixth are walked, unless
    /// each page is read once.
    @Test func aListOfFreePagesThatPointsInCirclesIsLeft() throws {
        let scratch = try Scratch()
        try Self.filled(scratch.path)
        let path = scratch.path + "/data.mdb"
        var file = try #require(FileManager.default.contents(atPath: path)).map { $0 }
        let first = file.count / Self.pageBytes
        func put<Value: FixedWidthInteger>(_ value: Value, _ offset: Int, in page: inout [UInt8]) {
            withUnsafeBytes(of: value.littleEndian) {
                page.replaceSubrange(offset..<(offset + $0.count), with: $0)
            }
        }
        for level in 0..<7 {
            var page = [UInt8](repeating: 0, count: Self.pageBytes)
            put(UInt64(first + level), 0, in: &page)
            put(UInt16(0x01), 10, in: &page)
            put(UInt16(16 + 2 * 100), 12, in: &page)
            put(UInt16(4000), 14, in: &page)
            for slot in 0..<100 { put(UInt16(4000), 16 + 2 * slot, in: &page) }
            put(UInt32(first + level + 1), 4000, in: &page)
            file += page
        }
        // Both meta pages say so, and that the file is longer than it is.
        for meta in 0..<2 {
            let start = meta * Self.pageBytes
            put(UInt16(8), start + 46, in: &file)
            put(UInt64(first), start + 80, in: &file)
            put(UInt64(first + 100), start + 136, in: &file)
        }
        try Data(file).write(to: URL(fileURLWithPath: path))
        let clock = ContinuousClock.now
        #expect(try Self.code(scratch.path) == .corrupted)
        #expect(clock.duration(to: .now) < .seconds(20))
    }

    /// A file of a terabyte of nothing is told from one that is used, in the memory that it needs.
    @Test func pagesThatAFileOnlyClaimsToHaveTakeNoMemory() throws {
        let scratch = try Scratch()
        try Self.filled(scratch.path)
        let size = off_t(1) << 40
        guard truncate(scratch.path + "/data.mdb", size) == 0 else {
            print("no file of a terabyte can be made here: a sparse one is not tried")
            return
        }
        #expect(try Self.code(scratch.path) == nil)
    }

    /// A page that says it is kept or being written has the next writer leave it out, and a table
    /// that says it sorts otherwise has it lose its keys.
    @Test func aFlagThatNoPageAndNoTableHasIsDamage() throws {
        let scratch = try Scratch()
        try Self.filled(scratch.path)
        let sound = try Scratch.read("\(scratch.path)/data.mdb")
        let newer = Self.integer(sound, 144, 8) > Self.integer(sound, Self.pageBytes + 144, 8)
        let meta = newer ? 0 : Self.pageBytes
        // The roots of the free list and of the tables, and both tables' records in the meta page.
        let roots = [80, 128].map { Self.integer(sound, meta + $0, 8) * Self.pageBytes + 10 }
        for flags in roots + [meta + 44, meta + 92] {
            for bit in 0..<16 {
                var bytes = sound
                bytes[flags + bit / 8] ^= 1 << UInt8(bit % 8)
                #expect(try Self.isFound(scratch, bytes, 0), "bit \(bit) at \(flags)")
            }
        }
    }

    private static func integer(_ bytes: [UInt8], _ offset: Int, _ count: Int) -> Int {
        (0..<count).reversed().reduce(0) { $0 << 8 | Int(bytes[offset + $1]) }
    }

    /// The pages of a kind: 0x01 branches, 0x02 leaves.
    private static func pages(_ bytes: [UInt8], _ kind: Int) -> [Int] {
        (2..<(bytes.count / pageBytes)).filter {
            integer(bytes, $0 * pageBytes + 10, 2) & 0x0F == kind
        }
    }

    private static func isFound(
        _ scratch: Scratch, _ bytes: [UInt8], _ page: Int
    ) throws -> Bool {
        try Scratch.write("\(scratch.path)/data.mdb", bytes)
        _ = unlink("\(scratch.path)/lock.mdb")
        return try code(scratch.path) == .corrupted
    }

    @Test func keysOutOfOrderAreFound() throws {
        let scratch = try Scratch()
        try Self.filled(scratch.path)
        let sound = try Scratch.read("\(scratch.path)/data.mdb")
        var (tried, found) = (0, 0)
        for page in Self.pages(sound, 0x02) {
            // Two entries of a page change places.
            let start = page * Self.pageBytes
            guard Self.integer(sound, start + 12, 2) >= 16 + 4 else { continue }
            var bytes = sound
            bytes.swapAt(start + 16, start + 18)
            bytes.swapAt(start + 17, start + 19)
            tried += 1
            found += try Self.isFound(scratch, bytes, page) ? 1 : 0
        }
        // Pages that are free hold what they held before, and are nobody's.
        #expect(tried > 20 && found >= 15, "\(found) of \(tried)")
    }

    @Test func entriesThatAPageNoLongerShowsAreMissed() throws {
        let scratch = try Scratch()
        try Self.filled(scratch.path)
        let sound = try Scratch.read("\(scratch.path)/data.mdb")
        var found = 0
        for page in Self.pages(sound, 0x02) {
            let start = page * Self.pageBytes
            let lower = Self.integer(sound, start + 12, 2)
            guard lower >= 16 + 6 else { continue }
            var bytes = sound
            bytes[start + 12] = UInt8((lower - 2) & 0xFF)
            bytes[start + 13] = UInt8((lower - 2) >> 8)
            found += try Self.isFound(scratch, bytes, page) ? 1 : 0
        }
        #expect(found >= 15)
    }

    @Test func aFreePageThatIsInUseIsFound() throws {
        let scratch = try Scratch()
        try Self.filled(scratch.path)
        let sound = try Scratch.read("\(scratch.path)/data.mdb")
        let newer = Self.integer(sound, 144, 8) > Self.integer(sound, Self.pageBytes + 144, 8)
        let meta = newer ? 0 : Self.pageBytes
        let (freeRoot, mainRoot) = (
            Self.integer(sound, meta + 80, 8), Self.integer(sound, meta + 128, 8)
        )
        let leaf = freeRoot * Self.pageBytes
        try #require(Self.integer(sound, leaf + 10, 2) & 0x02 != 0, "one page of free pages")
        let node = leaf + Self.integer(sound, leaf + 16, 2)
        let list = node + 8 + 8
        try #require(Self.integer(sound, list, 8) > 1, "some pages are free")
        for (page, slot) in [(mainRoot, 1), (freeRoot, 1), (1, 1), (1 << 40, 1)] {
            var bytes = sound
            for index in 0..<8 {
                bytes[list + 8 * slot + index] = UInt8(truncatingIfNeeded: page >> (8 * index))
            }
            #expect(try Self.isFound(scratch, bytes, page), "\(page)")
        }
        var twice = sound
        for index in 0..<8 { twice[list + 16 + index] = sound[list + 8 + index] }
        #expect(try Self.isFound(scratch, twice, 0))
        #expect(try !Self.isFound(scratch, sound, 0))
    }

    @Test func aCopyIsOneSnapshot() throws {
        let scratch = try Scratch()
        try Self.filled(scratch.path)
        let copy = try Scratch()
        #expect(try Environment.copyDataFile(from: scratch.path, to: copy.path))
        #expect(try Self.code(copy.path) == nil)
        let environment = try Environment(path: copy.path, configuration: .small())
        let named = try #require(try environment.database("named", .bytes))
        #expect(try environment.read { try $0.count(named) } == 400)
        environment.close()
        let empty = try Scratch()
        #expect(try !Environment.copyDataFile(from: empty.path, to: copy.path))
    }
}
