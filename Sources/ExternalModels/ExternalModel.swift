import JSON

/// A model outside this process: a program that is asked line by line, described in a JSON file.
///
/// The description is the artefact of such a version: its digest says which program was to be asked
/// and how, not what that program answers.
public struct ExternalModel: Hashable, Sendable {
    /// The only format there is.
    public static let format = "npsledger-external/1"
    /// What `model.registered` calls such a model.
    public static let kind = "external-1"
    /// Largest description; with it in its card, the registration fits an entry.
    public static let descriptionBytesMax = 32 << 10
    /// Longest text sent, in bytes of UTF-8: of a longer one the beginning goes out.
    public static let textBytesMax = 16 << 10
    /// Longest line of an answer.
    public static let lineBytesMax = 64 << 10

    /// How much of a text leaves this process.
    public enum Sending: String, CaseIterable, Sendable {
        /// Addresses and numbers that identify people are replaced first.
        case redacted
        /// All of it.
        case full
    }

    /// What it is called in messages.
    public var name: String
    /// The program's path and its arguments; no shell reads them.
    public var command: [String]
    /// Where the program is started.
    public var directory: String
    /// Names of the variables it gets from this process's environment: it has no others.
    public var environment: [String]
    /// SHA-256 of files by their path: the program's, what it reads. Checked before each start.
    public var sha256: [String: [UInt8]]
    /// What it is sent of a text.
    public var send: Sending
    /// Most texts between two answers of all.
    public var batchTexts: Int
    /// Most bytes of a batch; a text beyond it is a batch of its own.
    public var batchBytes: Int
    /// Longest wait for the answers to one batch, the program's start included.
    public var timeoutSeconds: Int
    /// How often a batch is asked again.
    public var retries: Int
    /// Most texts that leave in one run.
    public var budgetTexts: Int

    /// A description with the usual limits.
    public init(name: String, command: [String], directory: String) {
        self.name = name
        self.command = command
        self.directory = directory
        environment = []
        sha256 = [:]
        send = .redacted
        batchTexts = 32
        batchBytes = 256 << 10
        timeoutSeconds = 30
        retries = 2
        budgetTexts = 10_000
    }

    /// The program's path.
    public var program: String { command[0] }

    /// Every field, the ones that were left out too, with sorted names and no spaces: what the
    /// digest is taken of.
    public var canonicalJSON: [UInt8] {
        func list(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }
        let members: JSONValue = .object([
            ("batchBytes", .integer(batchBytes)), ("batchTexts", .integer(batchTexts)),
            ("budgetTexts", .integer(budgetTexts)), ("command", list(command)),
            ("directory", .string(directory)), ("environment", list(environment)),
            ("format", .string(Self.format)), ("name", .string(name)),
            ("retries", .integer(retries)), ("send", .string(send.rawValue)),
            (
                "sha256",
                .object(sha256.map { ($0.key, .string(FileDigest.hexadecimal($0.value))) })
            ),
            ("timeoutSeconds", .integer(timeoutSeconds)),
        ])
        return Array(members.canonical.serialized(escapes: .lines).utf8)
    }
}
