import Dispatch
import ExternalModels
import Foundation
import Synchronization
import Testing

@Suite("Asking again", .serialized)
struct RetryTests {
    /// Fails as `fault` says in its first so many lives.
    private func failing(_ lives: Int, _ fault: String) throws -> ScratchProgram {
        try ScratchProgram(
            each: """
                open("seen", "a").write("%d %s\\n" % (life, text))
                if life <= \(lives) and text == "second": \(fault)
                answer(id, len(text) / 10, 1 - len(text) / 10, 0)
                """,
            before: """
                open("lives", "a").write("x")
                life = len(open("lives").read())
                """)
    }

    static let faults = [
        "os._exit(1)", "time.sleep(60)", "print('{', flush=True)", "answer(id + 9)",
        "sys.stdout.close(); time.sleep(60)",
    ]

    @Test("a program that fails is started anew and asked what is open", arguments: faults)
    func again(fault: String) throws {
        let program = try failing(1, fault)
        var model = program.model
        model.retries = 1
        // Long enough to start an interpreter on a busy machine.
        model.timeoutSeconds = fault.contains("sleep") ? 8 : 60
        let notices = Notices()
        let run = notices.run(model)
        let answers = try run.answers(to: ["first", "second", "thirdly"]).answers
        #expect(answers.map { $0?.classes[0] } == [5_000, 6_000, 7_000])
        #expect(run.tally.starts == 2)
        #expect(run.tally.texts == 3)
        #expect(notices.all.filter { $0.hasSuffix("the batch is asked again") }.count == 1)
        // What was answered well is not asked again, unless nothing it said can be believed.
        let isViolation = fault.contains("print") || fault.contains("answer")
        #expect(run.tally.resent == (isViolation ? 3 : 2))
        #expect(program.lines(of: "seen").contains("2 first") == isViolation)
        // In its second life it goes on.
        #expect(try run.answers(to: ["x"]).answers.count { $0 != nil } == 1)
        run.finish()
    }

    @Test("after the last attempt the run ends, and says how often it was tried")
    func last() throws {
        let program = try failing(9, "os._exit(1)")
        var model = program.model
        model.retries = 2
        let notices = Notices()
        let run = notices.run(model)
        let found = try run.answers(to: ["first", "second"])
        // What was answered well is kept; the text at which it breaks off is left, once it was asked
        // alone.
        #expect(found.answers.map { $0 != nil } == [true, false])
        #expect(found.failure == nil)
        #expect(run.tally.starts == 4)
        let alone = try run.answers(to: ["second"])
        #expect(alone.answers == [nil])
        // One that is all there is to ask about was asked alone, and is left in the same way.
        #expect(alone.failure == nil)
        #expect(notices.all.last?.contains("the last of 3 attempts; the text is left") == true)
    }

    @Test("a text that could not be classified is asked again alone, of the same program")
    func errors() throws {
        let program = try ScratchProgram(
            each: """
                open("seen", "a").write(text + "\\n")
                if text not in tried and text == "second":
                    tried.add(text)
                    say({"id": id, "error": "busy\\u001b[2J" + "x" * 1000})
                else: answer(id)
                """, before: "tried = set()")
        var model = program.model
        model.retries = 1
        let notices = Notices()
        let run = notices.run(model)
        #expect(try run.answers(to: ["first", "second", "third"]).answers.count { $0 != nil } == 3)
        #expect(run.tally.starts == 1)
        #expect(run.tally.resent == 1)
        #expect(program.lines(of: "seen") == ["first", "second", "third", "second"])
        let notice = try #require(notices.all.first)
        #expect(notice.contains("could not classify 1 of 3 texts"))
        #expect(!notice.contains("busy"), "its words may hold the text")
    }

    @Test("a text that is refused every time is left, and the others are answered")
    func refused() throws {
        let program = try ScratchProgram(
            each: """
                if text == "second": say({"id": id, "error": "no"})
                elif text == "fourth": os._exit(1)
                else: answer(id)
                """)
        var model = program.model
        model.retries = 1
        let run = Notices().run(model)
        let found = try run.answers(to: ["first", "second", "third"])
        #expect(found.answers.map { $0 != nil } == [true, false, true] && found.failure == nil)
        // One at which the program dies does not keep those behind it from being read.
        let more = try run.answers(to: ["fourth", "fifth", "second", "sixth"])
        #expect(more.answers.map { $0 != nil } == [false, true, false, true])
        #expect(more.failure == nil)
        // A program that only dies is not asked about every text of a history.
        let dead = try ScratchProgram(each: "os._exit(1)")
        var other = dead.model
        other.retries = 0
        let dying = Notices().run(other)
        let none = try dying.answers(to: (0..<50).map { "\($0)" })
        #expect(none.answers.allSatisfy { $0 == nil } && none.failure?.code == .failed)
        #expect(dying.tally.starts == 1 + ExternalRun.failuresInARowMax)
    }

    @Test("what takes more than the budget is refused before anything is sent")
    func budget() throws {
        let program = try ScratchProgram(each: "open('seen', 'a').write('x')\nanswer(id)")
        var model = program.model
        model.budgetTexts = 5
        let run = Notices().run(model)
        #expect(throws: ExternalModelError.self) { try run.checkBudget(6) }
        _ = try run.answers(to: ["a", "b", "c"])
        let error = try #require(throws: ExternalModelError.self) {
            try run.answers(to: ["d", "e", "f"])
        }
        #expect(error.code == .budget)
        #expect(error.description.contains("3 texts would have to be sent beside 3"))
        #expect(error.description.contains("5"))
        #expect(program.lines(of: "seen") == ["xxx"])
        _ = try run.answers(to: ["d", "e"])
    }

    @Test("who asks at the same time shares the budget")
    func sharedBudget() throws {
        let program = try ScratchProgram(each: "open('seen', 'a').write('x')\nanswer(id)")
        var model = program.model
        model.budgetTexts = 5
        let run = Notices().run(model)
        let passed = Mutex(0)
        DispatchQueue.concurrentPerform(iterations: 8) { _ in
            guard (try? run.answers(to: ["a", "b", "c"])) != nil else { return }
            passed.withLock { $0 += 1 }
        }
        #expect(passed.withLock { $0 } == 1)
        #expect(program.lines(of: "seen") == ["xxx"] && run.tally.texts == 3)
    }

    @Test("batches keep to both bounds, and none is empty")
    func batches() {
        var model = ExternalModel(name: "judge", command: ["/bin/true"], directory: "/")
        model.batchTexts = 3
        model.batchBytes = 10
        let run = Notices().run(model)
        for seed in UInt64(1)...20 {
            var generator = Numbers(state: seed)
            let texts = (0..<40).map { _ in
                String(repeating: "x", count: Int.random(in: 0...14, using: &generator))
            }
            var start = 0
            while start < texts.count {
                let end = run.batchEnd(of: texts, from: start)
                #expect(end > start && end - start <= 3, "seed \(seed)")
                let bytes = texts[start..<end].reduce(0) { $0 + $1.utf8.count }
                #expect(bytes <= 10 || end == start + 1, "seed \(seed)")
                start = end
            }
        }
    }

    @Test("a program that does not end by itself is ended")
    func stubborn() throws {
        let program = try ScratchProgram(
            each: "answer(id)", before: "import signal; signal.signal(15, signal.SIG_IGN)")
        let script = "#!/bin/sh\n\"$0.py\"\nsleep 300\n"
        let path = program.model.program
        try FileManager.default.moveItem(atPath: path, toPath: path + ".py")
        try Data(script.utf8).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        let notices = Notices()
        let run = notices.run(program.model)
        _ = try run.answers(to: ["a"])
        let start = ContinuousClock.now
        run.finish()
        // It would sleep for five minutes.
        #expect(ContinuousClock.now - start < .seconds(120))
        #expect(notices.all.contains { $0.contains("did not end") })
    }

    @Test("a missing or changed file is named before the program is started")
    func files() throws {
        let program = try ScratchProgram(each: "answer(id)")
        var model = program.model
        model.command = [program.directory + "/none"]
        #expect(
            throws: ExternalModelError.self,
            performing: { try Notices().run(model).answers(to: ["a"]) })
        model = program.model
        model.sha256 = ["judge": [UInt8](repeating: 7, count: 32)]
        let changed = try #require(throws: ExternalModelError.self) {
            try Notices().run(model).answers(to: ["a"])
        }
        #expect(changed.code == .changed)
        #expect(changed.description.contains("07070707"))
        model.sha256 = ["absent": [UInt8](repeating: 7, count: 32)]
        let missing = try #require(throws: ExternalModelError.self) { try model.checkFiles() }
        #expect(missing.code == .missing)
        // Executable, and nothing that a kernel would run.
        let text = try ScratchProgram("no program\n")
        let broken = try #require(throws: ExternalModelError.self) {
            try Notices().run(text.model).answers(to: ["a"])
        }
        #expect(broken.code == .missing, "\(broken)")
    }
}

/// SplitMix64.
struct Numbers: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
