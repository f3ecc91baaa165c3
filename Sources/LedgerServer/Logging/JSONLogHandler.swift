import Foundation
import JSON
import Logging
import Presentation
import Synchronization

/// Writes a line for each event of the service's log to standard error: an object for programs, or
/// words for people.
public struct ServiceLogHandler: LogHandler {
    /// How lines are written.
    public enum Form: String, CaseIterable, Sendable {
        /// One JSON object a line.
        case json
        /// Words.
        case text
    }

    /// Longest value of a line, in characters: what a client sends must not fill a disk.
    private static let valueCharactersMax = 512
    /// One line after the other, whole.
    private static let lock = Mutex(())

    private let label: String
    private let form: Form
    /// The least level of a line that is written.
    public var logLevel: Logger.Level
    /// What stands in each line.
    public var metadata: Logger.Metadata = [:]

    /// A handler of lines of one label.
    public init(label: String, form: Form, level: Logger.Level = .info) {
        self.label = label
        self.form = form
        logLevel = level
    }

    /// A value that stands in each line.
    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Writes a line.
    public func log(event: LogEvent) {
        let values = metadata.merging(event.metadata ?? [:]) { $1 }.sorted { $0.key < $1.key }
        let time = Timestamp.format(Int64(Date().timeIntervalSince1970 * 1_000_000))
        let line: String
        switch form {
        case .json:
            let fields: [(String, JSONValue)] =
                [
                    ("time", .string(time)), ("level", .string(event.level.rawValue)),
                    ("label", .string(label)), ("message", .string(Self.cut("\(event.message)"))),
                ] + values.map { ($0.key, .string(Self.cut("\($0.value)"))) }
            line = JSONValue.object(fields).serialized()
        case .text:
            line =
                ([time, event.level.rawValue, Self.cut("\(event.message)")]
                + values.map { "\($0.key)=\(Self.cut("\($0.value)"))" }).joined(separator: " ")
        }
        Self.lock.withLock { _ in
            _ = Terminal.write(TerminalText.sanitized(line) + "\n", to: .standardError)
        }
    }

    private static func cut(_ text: String) -> String {
        text.count <= valueCharactersMax ? text : text.prefix(valueCharactersMax) + "…"
    }
}
