import Glibc
import LMDB
import Testing

/// A store's files and the standard streams; each exit test closes one in a process of its own.
@Suite struct StandardDescriptorsTests {
    @Test(arguments: [0, 1, 2] as [Int32])
    func whileOneIsClosedNothingIsOpened(descriptor: Int32) async throws {
        let scratch = try Scratch()
        let path = "\(scratch.path)/log"
        let environment = try Environment(path: path, configuration: .small())
        try environment.append(0..<10, bytes: 200, to: try environment.integers())
        environment.close()
        await #expect(processExitsWith: .success) {
            [path = path as String, descriptor = descriptor as Int32] in
            // The runtime opens its timers' files when they are first needed, and they would take
            // the number that is closed below.
            for _ in 0..<3 { try await Task.sleep(nanoseconds: 20_000_000) }
            let spare = dup(descriptor)
            #expect(close(descriptor) == 0)
            for readOnly in [false, true] {
                var configuration = Environment.Configuration.small()
                configuration.readOnly = readOnly
                let error = #expect(throws: LMDBError.self) {
                    _ = try Environment(path: path, configuration: configuration)
                }
                #expect(error?.code == .standardStreamClosed)
                #expect(error?.description.contains("descriptor \(descriptor)") == true)
                #expect(error?.description.contains("/dev/null") == true)
                // Still free: nothing took its place.
                #expect(fcntl(descriptor, F_GETFD) == -1)
            }
            #expect(dup2(spare, descriptor) == descriptor)
            let environment = try Environment(path: path, configuration: .small())
            let entries = try environment.integers()
            #expect(try environment.checkedCount(entries, bytes: 200) == 10)
            environment.close()
        }
    }
}
