import ExternalModels
import Foundation
import Testing

@Suite("Asking a program", .serialized)
struct ExternalRunTests {
    private func failure(
        _ run: ExternalRun, _ texts: [String], sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> ExternalModelError {
        let found: ExternalRun.Answers
        do {
            found = try run.answers(to: texts)
        } catch {
            return error
        }
        return try #require(found.failure, sourceLocation: sourceLocation)
    }

    @Test("answers come in any order, and belong to their texts")
    func order() throws {
        let program = try ScratchProgram(
            """
            #!/usr/bin/env python3
            import json, sys
            held = []
            for line in sys.stdin:
                held.append(json.loads(line))
                if len(held) == 3:
                    for asked in reversed(held):
                        share = len(asked["text"]) / 10
                        print(json.dumps({"id": asked["id"], "class": [share, 0, 1 - share],
                            "sentiment": [0, 1, 0], "intents": {"leaving": 0.25}}), flush=True)
                    held = []
            """)
        let notices = Notices()
        let run = notices.run(program.model)
        let answers = try run.answers(to: ["a", "bé", "ccc"]).answers.compactMap { $0 }
        #expect(answers.map { $0.classes[0] } == [1_000, 2_000, 3_000])
        #expect(answers.allSatisfy { $0.sentiment == [0, 10_000, 0] })
        #expect(answers.allSatisfy { $0.intents == [0, 0, 0, 0, 2_500] })
        // Once started, it goes on; numbers are not given twice.
        #expect(
            try run.answers(to: ["dddd", "e", "f"]).answers.map { $0?.classes[0] }
                == [4_000, 1_000, 1_000])
        #expect(run.tally.starts == 1)
        #expect(run.tally.texts == 6)
        run.finish()
        #expect(notices.all.isEmpty)
    }

    @Test("a text arrives as it is, whatever it holds")
    func content() throws {
        let program = try ScratchProgram(
            each: """
                with open("seen", "a") as file: file.write(text.encode().hex() + "\\n")
                answer(id)
                """)
        let texts = [
            "", "\"\\\n\r\t\u{0}\u{1F}\u{7F}\u{2028}", "日本 🇯🇵 é e\u{301}", "{\"id\":0}\n{\"id\":1}",
            String(repeating: "long ", count: 3_000),
        ]
        let run = Notices().run(program.model)
        _ = try run.answers(to: texts)
        let seen = FileManager.default.contents(atPath: program.directory + "/seen") ?? Data()
        let hexadecimal = texts.map { text in
            text.utf8.map { String(format: "%02x", $0) }.joined() + "\n"
        }
        #expect(String(decoding: seen, as: UTF8.self) == hexadecimal.joined())
    }

    @Test("the environment is empty but for what is named, and no file is handed down")
    func environment() throws {
        let program = try ScratchProgram(
            each: """
                names = {name for name in os.environ if name not in ("LC_CTYPE", "PWD")}
                files = [int(name) for name in os.listdir("/proc/self/fd")]
                open("seen", "w").write("\\n".join(sorted(names)) + "\\n" + os.environ["JUDGE_KEY"]
                    + "\\n" + os.getcwd() + "\\n" + str(len([f for f in files if f > 3])))
                answer(id)
                """)
        let held = FileHandle(forReadingAtPath: "/dev/zero")
        defer { try? held?.close() }
        var model = program.model
        model.environment = ["JUDGE_KEY", "NOT_SET"]
        let run = Notices().run(
            model, environment: ["JUDGE_KEY": "k=1 2", "SECRET": "s", "NPSLEDGER_KEY": "n"])
        _ = try run.answers(to: ["x"])
        let here = URL(fileURLWithPath: program.directory).resolvingSymlinksInPath().path
        #expect(program.lines(of: "seen") == ["JUDGE_KEY", "k=1 2", here, "0"])
    }

    @Test("no shell reads the arguments")
    func arguments() throws {
        let program = try ScratchProgram(
            each: "open('seen', 'w').write('\\n'.join(sys.argv[1:]))\nanswer(id)")
        var model = program.model
        model.command += ["$HOME", "a b; touch broken", "*", ""]
        _ = try Notices().run(model).answers(to: ["x"])
        #expect(program.lines(of: "seen") == ["$HOME", "a b; touch broken", "*"])
        #expect(program.lines(of: "broken").isEmpty)
    }

    static let violations: [(String, String)] = [
        ("print('nonsense', flush=True)", "not JSON"),
        ("print('', flush=True)", "not JSON"),
        ("print('[1]', flush=True)", "not an object"),
        ("say({'class': [0, 0, 1]})", "no whole number as id"),
        ("say({'id': id})", "no class"),
        ("say({'id': id, 'class': [0.5, 0.5]})", "list of three"),
        ("say({'id': id, 'class': [0.5, 0.5, 0.5]})", "do not sum to 1"),
        ("say({'id': id, 'class': [1.5, -0.5, 0]})", "no probability"),
        ("print('{\"id\":%d,\"class\":[NaN,0,1]}' % id, flush=True)", "not JSON"),
        ("say({'id': id, 'class': ['1', 0, 0]})", "no probability"),
        ("say({'id': id, 'class': [1, 0, 0], 'sentiments': [1, 0, 0]})", "none of class"),
        ("say({'id': id, 'class': [1, 0, 0], 'intents': {'rage': 1}})", "an intent"),
        ("say({'id': id + 7, 'class': [1, 0, 0]})", "not asked"),
        ("answer(id); answer(id)", "answered already"),
        ("sys.stdout.buffer.write(b'{\"id\":\\xff}\\n'); sys.stdout.flush()", "UTF-8"),
        ("sys.stdout.write('x' * 70000 + '\\n'); sys.stdout.flush()", "more than 65536 bytes"),
        ("while True: sys.stdout.write('x' * 4096)", "more than 65536 bytes"),
        ("say({'id': id, 'class': [1, 0, 0], 'class ': 1, 'error': 'x'})", "none of class"),
    ]

    @Test("what is no answer ends the run, and tells nothing of a text", arguments: violations)
    func violation(python: String, message: String) throws {
        let program = try ScratchProgram(each: python + "\ntime.sleep(0.02)")
        let error = try failure(Notices().run(program.model), ["private words", "more", "third"])
        #expect(error.code == .failed)
        #expect(error.description.contains(message), "\(error)")
        #expect(!error.description.contains("private"))
    }

    @Test("a program that ends is told with its status and its last words")
    func ends() throws {
        let program = try ScratchProgram(
            each: "answer(id)\nsys.stderr.write('out of \\x1b[31mpaper\\n')\nos._exit(3)")
        let notices = Notices()
        let found = try notices.run(program.model).answers(to: ["a", "b"])
        // It answers one in each life, so the other is answered when it is asked alone.
        #expect(found.answers.allSatisfy { $0 != nil } && found.failure == nil)
        let ended = "ended with status 3 and left 1 of 2 texts unanswered"
        #expect(notices.all.contains { $0.contains(ended) }, "\(notices.all)")
        #expect(notices.all.contains { $0.contains("judge says: out of") })
        let killed = try ScratchProgram(each: "os.kill(os.getpid(), 9)")
        #expect(
            try failure(Notices().run(killed.model), ["a"]).description.contains(
                "ended by signal 9"))
    }

    @Test("a broken pipe is an end like any other", arguments: [1, 400])
    func brokenPipe(texts: Int) throws {
        let program = try ScratchProgram("#!/bin/sh\nexec 0<&-\nsleep 0.2\nexit 4\n")
        // More than a pipe holds is still being written when its other end closes.
        let error = try failure(
            Notices().run(program.model),
            (0..<texts).map { "\($0) " + String(repeating: "words ", count: 200) })
        #expect(error.description.contains("ended with status 4"), "\(error)")
    }

    @Test("a program that is being written is waited for a moment")
    func busy() throws {
        let program = try ScratchProgram(each: "answer(id)")
        let writer = open(program.model.program, O_WRONLY | O_CLOEXEC)
        try #require(writer >= 0)
        Thread.detachNewThread {
            usleep(300_000)
            close(writer)
        }
        #expect(
            try Notices().run(program.model).answers(to: ["a", "b"]).answers.allSatisfy {
                $0 != nil
            })
    }

    @Test("what hangs is ended when time is up, with all that it started")
    func hangs() throws {
        let program = try ScratchProgram(
            "#!/bin/sh\nsleep 300 &\necho $! > child\necho $$ > own\nread line\nsleep 300\n")
        var model = program.model
        model.timeoutSeconds = 5
        let start = ContinuousClock.now
        let error = try failure(Notices().run(model), ["a", "b"])
        #expect(error.description.contains("left 2 of 2 texts unanswered for 5 s"))
        #expect(ContinuousClock.now - start < .seconds(120))
        for file in ["child", "own"] {
            let id = try #require(program.lines(of: file).first.flatMap { pid_t($0) })
            // It may take a moment until nothing is left of it but its number.
            var tries = 0
            while isRunning(id), tries < 6_000 {
                usleep(10_000)
                tries += 1
            }
            #expect(!isRunning(id), "\(file) \(id)")
        }
    }

    /// Whether a process does anything; one that has ended and was not waited for does not.
    private func isRunning(_ id: pid_t) -> Bool {
        let status = FileManager.default.contents(atPath: "/proc/\(id)/stat") ?? Data()
        let text = String(decoding: status, as: UTF8.self)
        return !text.isEmpty && text.split(separator: ")").last?.hasPrefix(" Z") != true
    }

    @Test("a flood of errors is drained, and only its beginning passed on")
    func flood() throws {
        let program = try ScratchProgram(
            each: """
                for number in range(20000): sys.stderr.write("line %d %s\\n" % (number, "x" * 500))
                answer(id)
                """)
        let notices = Notices()
        let run = notices.run(program.model)
        _ = try run.answers(to: ["a"])
        run.finish()
        #expect(notices.all.count == 21)
        #expect(notices.all.allSatisfy { $0.utf8.count < 500 })
        #expect(notices.all.last?.contains("19980 lines more") == true, "\(notices.all)")
    }
}
