import LMDB
import Testing

@Suite struct AppendTests {
    @Test func aKeyThatIsNotAboveTheLastIsRefused() throws {
        let scratch = try Scratch()
        let environment = try Environment(path: scratch.path, configuration: .small())
        let entries = try environment.integers()
        try environment.write { transaction in
            try transaction.put(entries, 5, [5], append: true)
            for key: UInt64 in [5, 4] {
                let error = #expect(throws: LMDBError.self) {
                    try transaction.put(entries, key, [0], append: true)
                }
                #expect(error?.code == .keyExists)
                #expect(error?.operation == "put")
                #expect(error?.path == scratch.path)
            }
            // A refused key spoils nothing.
            try transaction.put(entries, 6, [6], append: true)
        }
        #expect(try environment.read { try $0.value(entries, 5) } == [5])
        #expect(try environment.read { try $0.count(entries) } == 2)
    }

    @Test func keysAndValuesOutOfBoundsAreRefused() throws {
        let scratch = try Scratch()
        let environment = try Environment(path: scratch.path, configuration: .small())
        let names = try environment.named()
        try environment.write { transaction in
            for key in [[], Array(repeating: 1, count: 512)] as [[UInt8]] {
                let error = #expect(throws: LMDBError.self) {
                    try transaction.put(names, bytes: key, [1])
                }
                #expect(error?.code == .badValueSize)
            }
            try transaction.put(names, bytes: [1], [1])
        }
        #expect(try environment.read { try $0.count(names) } == 1)
    }

    /// Appends go through a cursor that believes to stand at the end; whatever else happens to
    /// the database in between must not mislead it. Checked against a dictionary.
    @Test(arguments: 1...12 as ClosedRange<UInt64>)
    func appendsMixWithEveryOtherChange(seed: UInt64) throws {
        var generator = SeededGenerator(state: seed)
        let scratch = try Scratch()
        let environment = try Environment(path: scratch.path, configuration: .small())
        let databases = [try environment.integers("one"), try environment.integers("two")]
        var expected: [[UInt64: [UInt8]]] = [[:], [:]]
        for _ in 0..<6 {
            var draft = expected
            let start = generator
            try environment.write { transaction in
                // A full map runs this again, so it must begin from the same place.
                draft = expected
                generator = start
                for _ in 0..<1500 {
                    let which = Int.random(in: 0...1, using: &generator)
                    try Self.change(
                        transaction, databases[which], &draft[which], using: &generator)
                }
            }
            expected = draft
            for which in 0...1 {
                let found = try Self.content(environment, databases[which])
                #expect(found.keys == expected[which].keys.sorted(), "seed \(seed)")
                #expect(
                    found.values == found.keys.map { expected[which][$0] ?? [] }, "seed \(seed)")
            }
        }
    }

    private static func change(
        _ transaction: borrowing WriteTransaction, _ database: Database,
        _ expected: inout [UInt64: [UInt8]], using generator: inout SeededGenerator
    ) throws {
        let size = Int.random(in: 0...20, using: &generator) == 0 ? 9000 : 150
        let last = try transaction.last(database) ?? 0
        let any = UInt64.random(in: 0...(last + 1), using: &generator)
        switch Int.random(in: 0...99, using: &generator) {
        case 0:
            try transaction.removeAll(database)
            expected = [:]
        case 1...9:
            let value = Environment.value(any, size)
            try transaction.put(database, any, value)
            expected[any] = value
        case 10...19:
            #expect(try transaction.delete(database, any) == (expected[any] != nil))
            expected[any] = nil
        case 20...24:
            // From the end, so that the last page empties below the cursor.
            for key in (last > 40 ? last - 40 : 0)...last {
                try transaction.delete(database, key)
                expected[key] = nil
            }
        case 25...27:
            // Behind the end without appending, so that pages split below the cursor.
            for key in last + 1...last + 60 {
                let value = Environment.value(key, size)
                try transaction.put(database, key, value)
                expected[key] = value
            }
        case 28...29:
            #expect(try transaction.value(database, any) == expected[any])
        default:
            let key = last + 1 + UInt64.random(in: 0...2, using: &generator)
            let value = Environment.value(key, size)
            if Bool.random(using: &generator) {
                try transaction.put(database, key, value, append: true)
            } else {
                try transaction.reserve(database, key, count: size, append: true) {
                    $0.copyBytes(from: value)
                }
            }
            expected[key] = value
        }
    }

    private static func content(
        _ environment: Environment, _ database: Database
    ) throws -> (keys: [UInt64], values: [[UInt8]]) {
        try environment.read { transaction in
            var keys: [UInt64] = []
            var values: [[UInt8]] = []
            try transaction.forEach(database, from: 0, to: .max) { key, value in
                keys.append(key)
                values.append(value.withUnsafeBytes { [UInt8]($0) })
                return true
            }
            return (keys, values)
        }
    }
}
