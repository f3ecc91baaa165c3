import Foundation
import LedgerCore

/// A person's decision as it stands in the log.
public struct Review: Hashable, Sendable {
    /// Position of the event.
    public let position: Position
    /// What was decided.
    public let decided: ReviewDecided
    /// Who decided.
    public let reviewer: String
    /// When it was recorded.
    public let recordedAt: Microseconds

    /// What tells one person from another: the same name in other letters or between spaces is the
    /// same person, who cannot be both of two reviewers.
    public static func person(_ name: String) -> String {
        name.trimmingCharacters(in: .whitespaces).lowercased().precomposedStringWithCanonicalMapping
    }

    /// The reviewer as a person.
    public var person: String { Self.person(reviewer) }
}
