import Foundation

/// The library that makes system calls of a program fail, from `Tests/FaultInjection`.
package enum FaultLibrary {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// What a program is started with to have the library in front of it.
    ///
    /// - Parameter program: its file's name; programs that it starts, or is started through, are
    ///   left alone.
    package static func environment(
        of program: String, _ variables: [String: String]
    ) throws -> [String: String] {
        [
            "LD_PRELOAD": try built.get(), "FAULT_PROGRAM": program,
            "PATH": "/usr/local/bin:/usr/bin:/bin", "SWIFT_BACKTRACE": "enable=no",
        ].merging(variables) { $1 }
    }

    /// The library's file, beside the tests; compiled once a run, which takes less than a second.
    private static let built = Result { try build() }

    private static func build() throws -> String {
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let library = (own as NSString).deletingLastPathComponent + "/fault-injection.so"
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("FaultInjection")
        let sources = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { $0.hasSuffix(".c") }.sorted().map { folder.appendingPathComponent($0).path }
        // Tests run in several processes: the file appears whole, or is replaced by its like.
        let aside = library + ".\(ProcessInfo.processInfo.processIdentifier)"
        let compiler = Process()
        compiler.executableURL = URL(fileURLWithPath: "/usr/bin/cc")
        compiler.arguments =
            ["-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-o", aside]
            + sources + ["-ldl", "-lpthread"]
        try compiler.run()
        compiler.waitUntilExit()
        guard compiler.terminationStatus == 0 else {
            throw Failure(
                description: "cc cannot build \(folder.path): is gcc installed (Tools/setup)?")
        }
        guard rename(aside, library) == 0 else {
            throw Failure(description: "\(library) cannot be written")
        }
        return library
    }
}
