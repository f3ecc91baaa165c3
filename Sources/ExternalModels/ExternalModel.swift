import Crypto
import Foundation
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
    /// The languages that it reads, by their codes of ISO 639-1; nil where it is sent texts in any.
    public var languages: [String]?
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
        languages = nil
        batchTexts = 32
        batchBytes = 256 << 10
        timeoutSeconds = 30
        retries = 2
        budgetTexts = 10_000
    }

    /// The program's path.
    public var program: String { command[0] }

    /// Every field, the ones that were left out too, with sorted names and no spaces: what the
    /// digest is taken of. `languages` stands there only where it was given: the first descriptions
    /// had no such field.
    public var canonicalJSON: [UInt8] {
        func list(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }
        var members: [(String, JSONValue)] = [
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
        ]
        if let languages { members.append(("languages", list(languages))) }
        return Array(JSONValue.object(members).canonical.serialized(escapes: .lines).utf8)
    }
}

extension ExternalModel {
    /// The description with paths that mean the same from everywhere.
    ///
    /// - Parameters:
    ///   - base: the directory of the file, which relative paths start from.
    ///   - searchPath: where a program without a slash is looked for, as `PATH` has it.
    /// - Throws: `ExternalModelError` with code `missing` where the program is not to be found.
    public func resolved(
        in base: String, searchPath: String
    ) throws(ExternalModelError) -> ExternalModel {
        var model = self
        model.directory = Self.absolute(directory, in: base)
        if program.contains("/") {
            model.command[0] = Self.absolute(program, in: model.directory)
        } else {
            let found = searchPath.split(separator: ":").lazy.map { "\($0)/\(program)" }
                .first { $0.hasPrefix("/") && Self.isProgram($0) }
            guard let found else {
                throw ExternalModelError(
                    .missing,
                    "\(program) is not on the path: give it with a slash, such as ./\(program)")
            }
            model.command[0] = found
        }
        try model.checkFiles()
        return model
    }

    /// Whether everything that is needed is there, and what has a SHA-256 in the description still
    /// has it.
    ///
    /// - Throws: `ExternalModelError` with code `missing` or `changed`.
    public func checkFiles() throws(ExternalModelError) {
        guard Self.isProgram(program) else {
            throw ExternalModelError(
                .missing, "there is no program \(program), or you may not run it")
        }
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: directory, isDirectory: &isDirectory),
            isDirectory.boolValue
        else { throw ExternalModelError(.missing, "there is no directory \(directory)") }
        for (path, expected) in sha256.sorted(by: { $0.key < $1.key }) {
            let whole = Self.absolute(path, in: directory)
            guard let digest = FileDigest.sha256(of: whole) else {
                throw ExternalModelError(.missing, "\(whole) cannot be read")
            }
            guard digest == expected else {
                throw ExternalModelError(
                    .changed,
                    "\(whole) has SHA-256 \(FileDigest.hexadecimal(digest)), described is "
                        + "\(FileDigest.hexadecimal(expected)): put the file back, or register "
                        + "the changed one as a version of its own")
            }
        }
    }

    /// What an approval of the program is for: SHA-256 of the description, with every field in it, and
    /// of the program's bytes as they are now.
    ///
    /// - Throws: `ExternalModelError` with code `missing` where the program cannot be read.
    public func approvalDigest() throws(ExternalModelError) -> [UInt8] {
        guard let program = FileDigest.sha256(of: program) else {
            throw ExternalModelError(.missing, "\(self.program) cannot be read")
        }
        var hash = SHA256()
        hash.update(data: Array("npsledger-approval-1\0".utf8))
        hash.update(data: program)
        hash.update(data: canonicalJSON)
        return [UInt8](hash.finalize())
    }

    private static func absolute(_ path: String, in base: String) -> String {
        let whole = path.hasPrefix("/") ? path : "\(base)/\(path)"
        return URL(fileURLWithPath: whole).standardizedFileURL.path
    }

    private static func isProgram(_ path: String) -> Bool {
        var isDirectory: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
            && !isDirectory.boolValue && FileManager.default.isExecutableFile(atPath: path)
    }
}

/// SHA-256 of files.
enum FileDigest {
    /// The digest of a file's bytes; nil where it cannot be read.
    static func sha256(of path: String) -> [UInt8]? {
        guard let file = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? file.close() }
        var hash = SHA256()
        do {
            // Weights can be larger than what memory should be taken for.
            while let piece = try file.read(upToCount: 1 << 20), !piece.isEmpty {
                hash.update(data: piece)
            }
        } catch {
            return nil
        }
        return [UInt8](hash.finalize())
    }

    static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// The 32 bytes that 64 digits stand for, in either case.
    static func bytes(_ text: String) -> [UInt8]? {
        let digits = text.utf8.compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
        guard digits.count == 64, text.utf8.count == 64 else { return nil }
        return stride(from: 0, to: 64, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }
}

/// Why a model outside this process cannot be used, and what to do about it.
public struct ExternalModelError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What sort of failure it is.
    public enum Code: Sendable, Hashable {
        /// The description does not say what a model is.
        case invalid
        /// The program, or a file that the description names, is not there.
        case missing
        /// A file has another SHA-256 than the description says.
        case changed
        /// The run would need more texts than its budget.
        case budget
        /// The program did not answer, or not as agreed.
        case failed
    }

    /// What sort of failure it is.
    public let code: Code
    /// What is wrong and what to do next. Nothing of a text is in it.
    public let description: String

    /// An error.
    public init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}

/// Keys in addresses: a description is recorded as it is, in clear and for ever.
public enum CredentialInClear {
    /// What fields of a query are called that hold a key, without what parts their words.
    private static let names: Set = [
        "key", "apikey", "subscriptionkey", "token", "accesstoken", "authtoken", "auth",
        "authorization", "secret", "clientsecret", "password", "passwd", "pwd", "sig", "signature",
        "code", "credential", "xamzsignature",
    ]

    /// What of an address holds a key, in words: a name or password before the host, or a field of the
    /// query; nil where nothing looks like one, and for a text that is no address.
    public static func found(in text: String) -> String? {
        guard let parts = URLComponents(string: text), parts.scheme != nil, parts.host != nil
        else { return nil }
        if parts.user != nil || parts.password != nil { return "a name or a password" }
        let field = parts.queryItems?.first { item in
            let name = item.name.lowercased().filter { $0.isLetter || $0.isNumber }
            return names.contains(name) && item.value?.isEmpty == false
        }
        return field.map { "the field “\($0.name)” of its query" }
    }
}
