import Foundation
import Glibc
import Testing

/// The key's file: who else may read it, what is none, and a disk that takes none.
@Suite("Key files", .serialized)
struct KeyFileTests {
    private func ledger() throws -> Workspace {
        let here = try Workspace()
        try here.succeed("init", "--origin", "test.example/nps")
        try here.write("a.csv", "id,score,text\na,9,fine\n")
        try here.succeed(
            "import", "a.csv", "--source", "s", "--map", "response_id=id", "--map", "score=score",
            "--map", "text=text", "--at", "2025-05-01")
        return here
    }

    @Test("a key that others may read or change is told of, once a command")
    func modes() throws {
        let here = try ledger()
        let key = here.path + "/ledger.key"
        let cases: [(mode_t, String?)] = [
            (0o600, nil), (0o400, nil), (0o640, nil), (0o644, "everybody may read it"),
            (0o666, "everybody may change it"), (0o620, "its group may change it"),
        ]
        for (mode, says) in cases {
            #expect(chmod(key, mode) == 0)
            for command in [["nps"], ["verify"], ["trace", "a"], ["thresholds"], ["model"]] {
                let outcome = try here.run(command)
                #expect(outcome.status == 0, "\(outcome)")
                let notices = outcome.errors.ranges(of: "chmod 600").count
                #expect(notices == (says == nil ? 0 : 1), "\(String(mode, radix: 8)): \(outcome)")
                if let says { #expect(outcome.errors.contains(says), "\(outcome)") }
            }
        }
    }

    @Test("a key with blank lines after it is a key, which others may read")
    func blankLines() throws {
        let here = try ledger()
        let key = here.path + "/ledger.key"
        let text = try String(contentsOfFile: key, encoding: .utf8)
        try (text + "\n \r\n\n").write(toFile: key, atomically: false, encoding: .utf8)
        #expect(chmod(key, 0o644) == 0)
        let outcome = try here.run("nps")
        #expect(
            outcome.status == 0 && outcome.words.contains("everybody may read it"), "\(outcome)")
        try here.verify()
    }

    @Test("a pipe, a device and a directory are refused at once, and no text is opened")
    func noFiles() throws {
        let here = try ledger()
        #expect(mkfifo(here.path + "/pipe", 0o600) == 0)
        try FileManager.default.createDirectory(
            atPath: here.path + "/folder", withIntermediateDirectories: false)
        for (name, says) in [
            ("pipe", "pipe"), ("/dev/zero", "device"), ("/dev/null", "device"),
            ("folder", "directory"),
        ] {
            let environment = ["NPSLEDGER_KEY_FILE": name]
            let act = ["thresholds", "edit", "--passive-from", "6", "--reason", "x"]
            let creation = ["init", "--origin", "a.example/b", "--ledger", "other"]
            for command in [act, creation, ["import", "a.csv", "--source", "s"] + Self.map] {
                let outcome = try here.run(command, environment: environment)
                #expect(outcome.status == 77, "\(outcome)")
                #expect(outcome.errors.contains(says), "\(outcome)")
                #expect(outcome.errors.contains("NPSLEDGER_KEY_FILE"), "\(outcome)")
            }
        }
        try here.verify()
    }

    private static let map = ["--map", "response_id=id", "--map", "score=score"]

    @Test(
        "a full disk is no missing right, and half a key does not stay",
        .enabled(if: geteuid() == 0, "a small disk needs the superuser"))
    func fullDisk() throws {
        let here = try Workspace()
        let disk = here.path + "/disk"
        #expect(mkdir(disk, 0o755) == 0)
        try #require(mount("tmpfs", disk, "tmpfs", 0, "size=64k") == 0)
        defer { umount2(disk, Int32(MNT_DETACH)) }
        try? Data(repeating: 1, count: 64 << 10).write(to: URL(fileURLWithPath: disk + "/filler"))
        let outcome = try here.run(
            ["init", "--origin", "test.example/nps"],
            environment: ["NPSLEDGER_KEY_FILE": disk + "/key"])
        #expect(outcome.status == 74, "\(outcome)")
        #expect(outcome.errors.contains("No space left"), "\(outcome)")
        #expect(!FileManager.default.fileExists(atPath: disk + "/key"))
        // With room it goes on from there.
        unlink(disk + "/filler")
        let again = try here.run(
            ["init", "--origin", "test.example/nps"],
            environment: ["NPSLEDGER_KEY_FILE": disk + "/key"])
        #expect(again.status == 0, "\(again)")
    }

    @Test("a ledger is its owner's alone, whatever the mask of modes is")
    func ledgerModes() throws {
        let here = try Workspace()
        let made = try Tool.run(
            ["-c", "umask 0; exec \"$0\" init --origin a.example/b", Tool.path],
            program: "/bin/sh", in: here.path)
        #expect(made.status == 0, "\(made)")
        _ = try here.simulate(responses: 60, seed: 5)
        let imported = try Tool.run(
            ["-c", "umask 0; exec \"$0\" import \"$@\"", Tool.path, "answers.csv"]
                + Workspace.mapping,
            program: "/bin/sh", in: here.path)
        #expect(imported.status == 0, "\(imported)")
        let files = FileManager.default
        let names = try #require(files.enumerator(atPath: here.path + "/ledger")?.allObjects)
        #expect(names.count > 10)
        for name in [""] + names.compactMap({ $0 as? String }) {
            var status = stat()
            #expect(stat("\(here.path)/ledger/\(name)", &status) == 0)
            #expect(status.st_mode & 0o077 == 0, "\(name)")
        }
        #expect(try !here.run("verify").errors.contains("chmod"))
        chmod(here.path + "/ledger", 0o755)
        chmod(here.path + "/ledger/log/data.mdb", 0o644)
        #expect(try here.run("verify").errors.contains("chmod -R go-rwx"))
    }

    @Test("a crash leaves neither registers nor a file of the memory behind")
    func crash() throws {
        let here = try Workspace()
        try here.succeed("init", "--origin", "test.example/nps")
        let tail = try Tool.start(
            ["tail", "--follow"], in: here.path)
        usleep(500_000)
        tail.send(SIGTRAP)
        let outcome = try tail.wait()
        #expect(outcome.errors.isEmpty, "\(outcome)")
    }

    @Test("a key that is there and is none is told as such, and is no reason to check less quietly")
    func garbledKey() throws {
        let here = try ledger()
        let path = here.path + "/ledger.key"
        let sound = try String(contentsOfFile: path, encoding: .utf8)
        for text in ["", String(sound.dropFirst(2)), "g" + sound.dropFirst()] {
            try text.write(toFile: path, atomically: false, encoding: .utf8)
            let outcome = try here.run("verify", "--log-only")
            #expect(outcome.status == 1 && outcome.words.contains("is not a master key"))
        }
        try sound.write(toFile: path, atomically: false, encoding: .utf8)
        #expect(try here.run("verify", "--log-only").status == 0)
    }

    @Test("a limit on the size of files is told as a full disk is", arguments: [64, 1024])
    func fileSize(blocks: Int) throws {
        let here = try ledger()
        _ = try here.simulate(responses: 3_000, seed: 8)
        let outcome = try Tool.run(
            ["-c", "ulimit -f \(blocks); exec \"$0\" import \"$@\"", Tool.path, "answers.csv"]
                + Workspace.mapping,
            program: "/bin/sh", in: here.path)
        #expect(outcome.status == 74 && !outcome.errors.isEmpty, "\(outcome)")
        #expect(try here.run("verify").status == 0)
    }

    @Test("a pipe in place of ledger.json is refused, and not waited for")
    func manifestPipe() throws {
        let here = try ledger()
        let path = here.path + "/ledger/ledger.json"
        unlink(path)
        #expect(mkfifo(path, 0o600) == 0)
        for command in ["nps", "verify"] {
            let outcome = try here.run(command)
            #expect(outcome.status != 0 && outcome.words.contains("is no file"), "\(outcome)")
        }
    }
}
