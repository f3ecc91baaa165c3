import Foundation

/// The zone in which a file's times are written when they do not say it themselves.
///
/// "UTC", a fixed offset as "+02:00", or an IANA name as "Europe/Paris". Abbreviations as "CET"
/// are refused, for they do not say whether summer time is meant.
public struct SurveyTimeZone: Sendable, Hashable, CustomStringConvertible {
    enum Rule: Sendable, Hashable {
        case fixed(seconds: Int)
        case named(TimeZone)
    }

    /// The name as it was stated, "Z" and "GMT" as "UTC".
    public let name: String
    let rule: Rule

    /// Coordinated Universal Time.
    public static let utc = SurveyTimeZone(name: "UTC", rule: .fixed(seconds: 0))

    private init(name: String, rule: Rule) {
        self.name = name
        self.rule = rule
    }

    /// Reads a zone's name; throws `badMapping` where there is no such zone.
    public init(argument: String) throws(ImportError) {
        if ["UTC", "GMT", "Z"].contains(argument.uppercased()) {
            self = .utc
            return
        }
        let bytes = Array(argument.utf8)
        if let first = bytes.first, first == UInt8(ascii: "+") || first == UInt8(ascii: "-") {
            let seconds = bytes.withUnsafeBufferPointer { bytes -> Int? in
                var cursor = ByteCursor(bytes)
                let offset = cursor.offset()
                return cursor.isAtEnd ? offset : nil
            }
            if let seconds {
                self.init(name: argument, rule: .fixed(seconds: seconds))
                return
            }
        } else if argument.contains("/"), let zone = TimeZone(identifier: argument) {
            self.init(name: argument, rule: .named(zone))
            return
        }
        throw ImportError(
            .badMapping, "there is no such time zone", column: "timeZone", value: argument,
            expected: "UTC, an offset as +02:00, or a name as Europe/Paris",
            advice: "State the zone in which the survey tool writes its times.")
    }

    /// The zone as ``init(argument:)`` reads it.
    public var description: String { name }
}

extension SurveyTimeZone.Rule {
    /// How far the zone is ahead of UTC at an instant, in seconds.
    func offsetSeconds(atUTC seconds: Int) -> Int {
        switch self {
        case .fixed(let offset): offset
        case .named(let zone):
            zone.secondsFromGMT(for: Date(timeIntervalSince1970: TimeInterval(seconds)))
        }
    }
}
