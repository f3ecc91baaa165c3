import HTTPTypes

/// To which trace a request belongs (W3C Trace Context, level 1): the caller's where it states one,
/// otherwise one that begins here.
struct TraceContext: Sendable {
    static let header = HTTPField.Name("traceparent")!
    private static let traceDigits = 32
    private static let spanDigits = 16

    /// The trace, as 32 hexadecimal digits.
    let trace: String
    /// This service's part of it, as 16.
    let span: String
    /// The caller's part; nil where the trace begins here.
    let parent: String?
    /// Whether the caller keeps what is told of it, and whatever else it states.
    private let flags: String

    init(of headers: HTTPFields) {
        span = Self.random(Self.spanDigits)
        if let stated = headers[Self.header], let (trace, parent, flags) = Self.parsed(stated) {
            (self.trace, self.parent, self.flags) = (trace, parent, flags)
        } else {
            (trace, parent, flags) = (Self.random(Self.traceDigits), nil, "00")
        }
    }

    /// What is told to the caller.
    var stated: String { "00-\(trace)-\(span)-\(flags)" }

    private static func parsed(
        _ text: String
    ) -> (trace: String, parent: String, flags: String)? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        // Later versions have more parts, and these four in front.
        guard parts.count == 4 || parts.count > 4 && parts[0] != "00", isHex(parts[0], 2),
            parts[0] != "ff", isHex(parts[1], traceDigits), isHex(parts[2], spanDigits),
            isHex(parts[3], 2), parts[1].contains(where: { $0 != "0" }),
            parts[2].contains(where: { $0 != "0" })
        else { return nil }
        return (String(parts[1]), String(parts[2]), String(parts[3]))
    }

    private static func isHex(_ text: Substring, _ count: Int) -> Bool {
        text.utf8.count == count
            && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }

    private static func random(_ digits: Int) -> String {
        var text = ""
        while text.utf8.count < digits {
            let word = String(UInt64.random(in: 1 ... .max), radix: 16)
            text += String(repeating: "0", count: 16 - word.utf8.count) + word
        }
        return text
    }
}
