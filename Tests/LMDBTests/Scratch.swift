import Glibc
import LMDB

/// A directory of a test, taken away with everything in it.
final class Scratch: Sendable {
    let path: String

    init() throws {
        var template = Array("/tmp/lmdb-test-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else { throw Failure(status: errno) }
        path = String(cString: made)
    }

    deinit {
        Self.remove(path)
    }

    struct Failure: Error {
        let status: Int32
    }

    static func remove(_ path: String) {
        if let directory = opendir(path) {
            while let entry = readdir(directory) {
                let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                    String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
                }
                if name != "." && name != ".." { remove("\(path)/\(name)") }
            }
            closedir(directory)
        }
        _ = Glibc.remove(path)
    }

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    static func sizeBytes(_ path: String) -> Int {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_size : -1
    }

    static func read(_ path: String) throws -> [UInt8] {
        let descriptor = open(path, O_RDONLY)
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: sizeBytes(path))
        guard Glibc.read(descriptor, &bytes, bytes.count) == bytes.count else {
            throw Failure(status: errno)
        }
        return bytes
    }

    static func write(_ path: String, _ bytes: [UInt8]) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        guard descriptor >= 0 else { throw Failure(status: errno) }
        defer { close(descriptor) }
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress?.advanced(by: done), bytes.count - done)
            }
            guard count > 0 else { throw Failure(status: errno) }
            done += count
        }
    }

    /// Waits until another process has made a file; false after a minute.
    static func waits(for path: String) async throws -> Bool {
        for _ in 0..<6000 {
            if exists(path) { return true }
            // Not usleep: the thread may be the one that has to start what is waited for.
            try await Task.sleep(for: .milliseconds(10))
        }
        return false
    }
}

/// A seeded generator (SplitMix64), so that a failure can be repeated.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

extension Environment.Configuration {
    /// A small map that is not synced, for tests of anything but durability.
    static func small(mapSizeBytes: Int = 1 << 20, maxBytes: Int = 1 << 34) -> Self {
        var configuration = Self()
        configuration.mapSizeBytes = mapSizeBytes
        configuration.mapSizeMaxBytes = maxBytes
        configuration.durability = .none
        return configuration
    }
}

extension Environment {
    struct Absent: Error {}

    func integers(_ name: String = "entries") throws -> Database {
        guard let database = try database(name, .integerKeys) else { throw Absent() }
        return database
    }

    func named(_ name: String = "names") throws -> Database {
        guard let database = try database(name, .bytes) else { throw Absent() }
        return database
    }

    /// Appends values of a size that tell their key, in one transaction.
    func append(_ keys: Range<UInt64>, bytes count: Int, to database: Database) throws {
        try write { transaction in
            for key in keys {
                try transaction.put(database, key, Self.value(key, count), append: true)
            }
        }
    }

    static func value(_ key: UInt64, _ count: Int) -> [UInt8] {
        var value = [UInt8](repeating: UInt8(truncatingIfNeeded: key), count: count)
        for index in 0..<min(count, 8) {
            value[index] = UInt8(truncatingIfNeeded: key >> (8 * UInt64(index)))
        }
        return value
    }

    /// How many entries there are, each checked against its key.
    func checkedCount(_ database: Database, bytes count: Int) throws -> Int {
        try read { transaction in
            var found = 0
            try transaction.forEach(database, from: 0, to: .max) { key, value in
                let isRight = value.withUnsafeBytes { bytes in
                    guard let start = bytes.baseAddress, bytes.count == count else { return false }
                    return memcmp(start, Self.value(key, count), count) == 0
                }
                if key == UInt64(found) && isRight { found += 1 }
                return true
            }
            return found
        }
    }
}

/// Runs a body on threads of their own and waits for all; the first error is thrown.
func onThreads(_ count: Int, _ body: @escaping @Sendable (Int) throws -> Void) throws {
    final class Work: Sendable {
        let index: Int
        let body: @Sendable (Int) throws -> Void
        init(index: Int, body: @escaping @Sendable (Int) throws -> Void) {
            self.index = index
            self.body = body
        }
    }
    var threads: [pthread_t] = []
    let failures = Failures()
    for index in 0..<count {
        let work = Work(index: index) { index in
            do { try body(index) } catch { failures.add(error) }
        }
        var thread = pthread_t()
        let context = Unmanaged.passRetained(work).toOpaque()
        pthread_create(
            &thread, nil,
            { context in
                guard let context else { return nil }
                let work = Unmanaged<Work>.fromOpaque(context).takeRetainedValue()
                try? work.body(work.index)
                return nil
            }, context)
        threads.append(thread)
    }
    for thread in threads { pthread_join(thread, nil) }
    if let first = failures.first { throw first }
}
