import Foundation
import Testing

/// A small C library that is loaded before a program, and takes the place of what it names.
struct Preloaded {
    /// The C compiler that came with the tools; nil where there is none.
    static let compiler: String? = {
        let folders = ProcessInfo.processInfo.environment["PATH"]?.split(separator: ":") ?? []
        return folders.flatMap { folder in ["cc", "clang", "gcc"].map { "\(folder)/\($0)" } }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }()

    /// What a program is started with.
    let environment: [String: String]

    init(_ source: String, in here: Workspace) throws {
        let compiler = try #require(Self.compiler)
        try here.write("preloaded.c", source)
        let library = here.path + "/preloaded.so"
        let outcome = try Tool.run(
            ["-shared", "-fPIC", "-O1", "-o", library, "preloaded.c"], program: compiler,
            in: here.path, environment: ["PATH": "/usr/local/bin:/usr/bin:/bin:/opt/swift/usr/bin"])
        try #require(outcome.status == 0, "\(outcome)")
        environment = ["LD_PRELOAD": library]
    }
}
