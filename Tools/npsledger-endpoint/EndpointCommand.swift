import ArgumentParser
import ExternalModels
import Foundation
import ProcessStart
import Synchronization
import Threads

/// What `npsledger` sends over HTTP: it starts this program, and links no HTTP client.
@main
struct EndpointCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "npsledger-endpoint",
        abstract: "What npsledger sends over HTTP: texts to a model, responses to a service.",
        subcommands: [AskCommand.self, PostCommand.self], defaultSubcommand: AskCommand.self)

    static func main() async {
        await main(ProcessStart.requiredArguments(of: "npsledger-endpoint"))
    }

    static func end(_ status: Int32, _ message: String) -> Never {
        try? FileHandle.standardError.write(
            contentsOf: Data("npsledger-endpoint: \(message)\n".utf8))
        Foundation.exit(status)
    }
}

/// Classifies texts by asking an endpoint that speaks OpenAI's chat completions, line by line as
/// `npsledger` asks a program.
struct AskCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ask",
        abstract: "Classify texts by asking an OpenAI-compatible endpoint.",
        usage: "npsledger-endpoint --url URL --model NAME [--key-env NAME] [options]",
        discussion: """
            `npsledger` starts it, as a description says that `npsledger model register \
            --external FILE` takes:

              {"format": "npsledger-external/1", "name": "our endpoint",
               "command": ["npsledger-endpoint", "--url", "https://llm.example/v1",
                           "--model", "small", "--key-env", "LLM_KEY"],
               "environment": ["LLM_KEY"], "timeoutSeconds": 300}

            Each line of standard input is a text, {"id": 1, "text": "…"}; each line of standard \
            output an answer, {"id": 1, "class": […], …}, or {"id": 1, "error": "…"}. One request \
            is sent for each text.

            EXAMPLE
              echo '{"id": 1, "text": "Lovely!"}' |
                npsledger-endpoint --url http://localhost:8080/v1 --model small
            """)

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The endpoint; /chat/completions is put behind it.", valueName: "url"))
    var url: String

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The model that the endpoint is asked for.", valueName: "name"))
    var model: String

    @Option(
        name: .long,
        help: ArgumentHelp("Variable of the environment that holds the key.", valueName: "name"))
    var keyEnv: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Requests that may be under way at once (1 to 64).", valueName: "n"))
    var concurrency = 4

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Longest wait for one answer, in seconds.", valueName: "seconds"))
    var timeout = 60

    @Option(
        name: .long,
        help: ArgumentHelp(
            "How often one text is asked again (0 to 10).", valueName: "n"))
    var retries = 3

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Most requests of this process, those asked again included.", valueName: "n"))
    var maxRequests = 100_000

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The seed that the endpoint is given.", valueName: "n"))
    var seed = 1

    @Option(
        name: .long,
        help: ArgumentHelp(
            "What the model is told, instead of what this program tells it.", valueName: "file"),
        completion: .file())
    var prompt: String?

    @Flag(name: .long, help: "Allow http without encryption to other machines than this one.")
    var allowPlain = false

    func validate() throws {
        let ranges: [(String, Int, ClosedRange<Int>)] = [
            ("concurrency", concurrency, 1...64), ("timeout", timeout, 1...3600),
            ("retries", retries, 0...10), ("max-requests", maxRequests, 1...Int.max),
        ]
        for (name, value, range) in ranges where !range.contains(value) {
            throw ValidationError(
                range.upperBound == .max
                    ? "--\(name) is at least \(range.lowerBound)."
                    : "--\(name) is from \(range.lowerBound) to \(range.upperBound).")
        }
        guard !model.isEmpty else { throw ValidationError("--model names a model.") }
    }

    func run() async throws {
        let address: String
        do {
            address = try EndpointAddress(url, allowsPlain: allowPlain).completions
        } catch {
            EndpointCommand.end(error.status, error.message)
        }
        let endpoint = Endpoint(
            address: address, key: try key(),
            question: Question(
                model: model, prompt: try instructions(), seed: seed),
            timeoutSeconds: timeout, retries: retries,
            requests: RequestAllowance(maxRequests))
        defer { endpoint.close() }
        await answer(by: endpoint)
    }

    /// Answers what comes in until nothing more comes.
    private func answer(by endpoint: Endpoint) async {
        await withTaskGroup(of: Void.self) { group in
            var underWay = 0
            for await line in StandardInput.lines() {
                guard let asked = TextLine(parsing: line) else {
                    // Without its id there is nothing to say on standard output.
                    EndpointCommand.end(
                        65, "a line of standard input is not {\"id\": …, \"text\": …}")
                }
                if underWay == concurrency {
                    await group.next()
                    underWay -= 1
                }
                underWay += 1
                group.addTask {
                    let result = await endpoint.answer(to: asked.text)
                    let line =
                        switch result {
                        case .success(let answer): answer.line(id: asked.id)
                        case .failure(let failure): failure.line(id: asked.id)
                        }
                    if case .failure(let failure) = result { Self.tell(failure) }
                    StandardOutput.write(line + "\n")
                }
            }
        }
    }

    private func key() throws -> String? {
        guard let keyEnv else { return nil }
        guard let key = ProcessInfo.processInfo.environment[keyEnv], !key.isEmpty else {
            EndpointCommand.end(
                77,
                "the variable \(keyEnv) is not set: a description passes it on by its "
                    + "“environment”")
        }
        guard key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            EndpointCommand.end(
                77, "the variable \(keyEnv) holds no key: it has spaces or other signs")
        }
        return key
    }

    /// Longest text that the model is told.
    private static let promptBytesMax = 64 << 10

    private func instructions() throws -> String {
        guard let prompt else { return Question.usualPrompt }
        guard let data = FileManager.default.contents(atPath: prompt) else {
            EndpointCommand.end(66, "there is no file \(prompt), or it cannot be read")
        }
        guard data.count <= Self.promptBytesMax, let text = String(data: data, encoding: .utf8),
            text.contains(where: { !$0.isWhitespace })
        else {
            EndpointCommand.end(
                65,
                "\(prompt) has to be a text in UTF-8 of at most \(Self.promptBytesMax) bytes")
        }
        return text
    }

    /// Reasons that were told, each once: who asks hears on standard error why, for what is wrong
    /// with a text is not repeated from standard output.
    private static let told = Mutex<Set<String>>([])

    private static func tell(_ failure: EndpointFailure) {
        let isNew = told.withLock { $0.count < 8 && $0.insert(failure.words).inserted }
        guard isNew else { return }
        try? FileHandle.standardError.write(contentsOf: Data((failure.words + "\n").utf8))
    }
}

/// What comes in.
enum StandardInput {
    /// The lines, without their ends. A thread of its own reads: reading blocks.
    static func lines() -> AsyncStream<[UInt8]> {
        AsyncStream { continuation in
            let isRead = Threads.start(name: "standard-input") {
                while let line = readLine(strippingNewline: true) {
                    continuation.yield(Array(line.utf8))
                }
                // What could not be read must not look like what was read to its end.
                if read(STDIN_FILENO, nil, 0) < 0 {
                    EndpointCommand.end(74, "standard input cannot be read")
                }
                continuation.finish()
            }
            if !isRead { EndpointCommand.end(70, "the system gives no thread to read with") }
        }
    }
}

/// What goes out.
enum StandardOutput {
    private static let lock = NSLock()

    /// Writes a line at once: whoever asked waits for it.
    static func write(_ line: String) {
        do {
            try lock.withLock {
                try FileHandle.standardOutput.write(contentsOf: Data(line.utf8))
            }
        } catch {
            EndpointCommand.end(74, "answers cannot be written to standard output")
        }
    }
}

/// Where requests go.
struct EndpointAddress {
    /// Why an address is not used.
    struct Refusal: Error {
        let status: Int32
        let message: String
    }

    /// The address of the chat completions.
    let completions: String

    /// - Parameter allowsPlain: whether texts may go unencrypted to other machines.
    init(_ url: String, allowsPlain: Bool) throws(Refusal) {
        var parts = try Self.parts(of: url, allowsPlain: allowsPlain, keyOption: "--key-env")
        let tail = "/chat/completions"
        while parts.path.hasSuffix("/") { parts.path.removeLast() }
        if !parts.path.hasSuffix(tail) { parts.path += tail }
        guard let whole = parts.string else {
            throw Refusal(status: 64, message: "--url is no address")
        }
        completions = whole
    }

    /// The parts of an address that something may be sent to.
    ///
    /// - Parameters:
    ///   - allowsPlain: whether it may go unencrypted to other machines.
    ///   - keyOption: the option by which a key is given.
    static func parts(
        of url: String, allowsPlain: Bool, keyOption: String
    ) throws(Refusal) -> URLComponents {
        guard let parts = URLComponents(string: url), let scheme = parts.scheme?.lowercased(),
            let host = parts.host, !host.isEmpty, ["http", "https"].contains(scheme)
        else {
            throw Refusal(
                status: 64, message: "--url is an address such as https://llm.example/v1")
        }
        // It would stand in the ledger: a description is recorded as it is.
        guard parts.user == nil, parts.password == nil, parts.fragment == nil else {
            throw Refusal(
                status: 64,
                message: "--url takes no name, password or fragment: a key goes by \(keyOption)")
        }
        if let credential = CredentialInClear.found(in: url) {
            throw Refusal(
                status: 64,
                message:
                    "--url holds \(credential), and would be recorded: a key goes by \(keyOption)")
        }
        guard scheme == "https" || allowsPlain || Self.isThisMachine(host) else {
            throw Refusal(
                status: 77,
                message: "texts would go to \(host) without encryption: use https, or "
                    + "--allow-plain where the way there is safe")
        }
        return parts
    }

    static func isThisMachine(_ host: String) -> Bool {
        let name = host.lowercased().trimmingCharacters(in: ["[", "]"])
        if name == "localhost" || name == "::1" { return true }
        let numbers = name.split(separator: ".", omittingEmptySubsequences: false)
        return numbers.count == 4 && numbers[0] == "127"
            && numbers.allSatisfy { UInt8($0) != nil }
    }
}
