import ExternalModels
import Testing

/// Texts at which a program fails, however often it is asked: what is the text's fault, and what the
/// program's.
@Suite("Texts that are left", .serialized)
struct LeftTextsTests {
    private func run(_ each: String, retries: Int = 0) throws -> (
        ScratchProgram, ExternalRun, Notices
    ) {
        let program = try ScratchProgram(
            each: "open('seen', 'a').write(text + '\\n')\n" + each)
        var model = program.model
        model.retries = retries
        let notices = Notices()
        return (program, notices.run(model), notices)
    }

    private let crashing = "if text.startswith('bad'): os._exit(3)\nanswer(id)"

    @Test("a run of nothing but texts at which the program fails leaves them and goes on")
    func leftOver() throws {
        let (program, run, _) = try run(crashing)
        // As a later run meets them: what the program can read was read before.
        let found = try run.answers(to: ["bad 1", "bad 2", "bad 3", "bad 4", "bad 5"])
        #expect(found.answers.allSatisfy { $0 == nil } && found.failure == nil)
        #expect(program.lines(of: "seen").contains(ExternalRun.sample))
        // Batches of one each are no different.
        for text in ["bad 6", "bad 7", "bad 8", "bad 9"] {
            let alone = try run.answers(to: [text])
            #expect(alone.answers == [nil] && alone.failure == nil, "\(text)")
        }
        #expect(try run.answers(to: ["fine"]).answers.count { $0 != nil } == 1)
        #expect(run.tally.texts == 10)
    }

    @Test(
        "a program that fails at nobody's text too is asked no further, in batches of one as well")
    func dead() throws {
        let (program, run, _) = try run("os._exit(3)")
        #expect(try run.answers(to: ["one"]).failure != nil)
        #expect(program.lines(of: "seen") == ["one", ExternalRun.sample])
        #expect(run.tally.starts == 2)
        let (half, other, _) = try self.run(
            "if os.path.exists('gone'): os._exit(3)\nopen('gone', 'w')\nanswer(id)")
        var failed = 0
        for text in ["one", "two", "three", "four"] where failed == 0 {
            if try other.answers(to: [text]).failure != nil { failed += 1 }
        }
        #expect(failed == 1)
        #expect(half.lines(of: "seen") == ["one", "two", "three", ExternalRun.sample])
    }

    @Test("one that reads nobody's text and no other is stopped all the same")
    func sampleOnly() throws {
        let (program, run, _) = try run(
            "if text != '\(ExternalRun.sample)': os._exit(3)\nanswer(id)")
        let found = try run.answers(to: (0..<60).map { "\($0)" })
        #expect(found.failure != nil)
        let texts = program.lines(of: "seen").filter { $0 != ExternalRun.sample }
        #expect(Set(texts).count == ExternalRun.unansweredMax)
    }

    @Test("texts refused by a program that answers others are left, however many they are")
    func refused() throws {
        let refusing = "say({'id': id, 'error': 'no'}) if text.startswith('bad') else answer(id)"
        let texts = (0..<30).map { "bad \($0)" }
        let (program, run, _) = try run(refusing)
        let found = try run.answers(to: texts)
        #expect(found.answers.allSatisfy { $0 == nil } && found.failure == nil)
        #expect(program.lines(of: "seen").contains(ExternalRun.sample))
        let (dead, other, _) = try self.run("say({'id': id, 'error': 'no'})")
        #expect(try other.answers(to: texts).failure != nil)
        #expect(dead.lines(of: "seen").last == ExternalRun.sample)
    }

    @Test("a text that was told unclassifiable does not count as unanswered")
    func counted() throws {
        let (program, run, notices) = try run(
            "if text == 'crash': os._exit(3)\nsay({'id': id, 'error': 'no'})")
        let found = try run.answers(to: ["refuse", "crash"])
        #expect(found.answers == [nil, nil] && found.failure == nil)
        #expect(program.lines(of: "seen").first == "refuse")
        #expect(notices.all.first?.contains("left 1 of 2 texts unanswered") == true)
    }
}
