import Foundation
import Glibc
import Testing

/// A user whose processes can be limited: the superuser's cannot.
private enum Nobody {
    static let isPossible =
        geteuid() == 0
        && ["/usr/bin/setpriv", "/usr/bin/prlimit"].allSatisfy {
            FileManager.default.isExecutableFile(atPath: $0)
        }

    static let options = ["--reuid=65534", "--regid=65534", "--clear-groups"]

    /// A program that nobody can start: the one built, or a copy where its folder is private.
    static func program(in here: Workspace) throws -> String {
        let reaches = try Tool.run(
            Self.options + ["/usr/bin/test", "-x", Tool.path], program: "/usr/bin/setpriv",
            in: here.path)
        guard reaches.status != 0 else { return Tool.path }
        let copy = here.path + "/npsledger"
        if !FileManager.default.fileExists(atPath: copy) {
            try FileManager.default.copyItem(atPath: Tool.path, toPath: copy)
        }
        return copy
    }
}

/// A limit on threads, as containers (`pids.max`) and users (`RLIMIT_NPROC`) have one.
@Suite(
    "Few threads", .serialized,
    .enabled(
        if: Nobody.isPossible,
        "becoming nobody, whose processes can be limited, needs the superuser, setpriv and prlimit")
)
struct FewThreadsTests {
    @Test("everything works with as few threads as there are", arguments: 1...4)
    func limited(threads: Int) throws {
        let here = try Workspace()
        chmod(here.path, 0o777)
        let truth = try here.simulate(responses: 2_000, seed: 9)
        let program = try Nobody.program(in: here)
        func run(_ arguments: [String]) throws -> Tool.Outcome {
            try Tool.run(
                Nobody.options + ["/usr/bin/prlimit", "--nproc=\(threads)", program] + arguments,
                program: "/usr/bin/setpriv", in: here.path)
        }
        for arguments in [
            ["init", "--origin", "test.example/nps"],
            ["import", "answers.csv"] + Workspace.mapping, ["projection", "rebuild"],
            ["model", "train"], ["model", "shadow", "2"], ["verify"],
        ] {
            let outcome = try run(arguments)
            #expect(outcome.status == 0, "\(threads) threads: \(outcome)")
        }
        let answer = try run(["nps", "--format", "json"]).json()
        #expect(answer["total"]?["responses"]?.int == truth["expected"]?["recorded"]?.int)
        // The same as with as many threads as there are cores.
        #expect(try here.json("nps") == answer)
    }
}
