import HTTPTypes
import Synchronization

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

    /// Where the numbers of this process begin: drawn once, for a draw for each request would ask the
    /// system each time.
    private static let start = UInt64.random(in: .min ... .max)
    private static let count = Atomic<UInt64>(0)

    /// A number that no other request of this process has, spread over all there are (Steele, Lea and
    /// Flood, “Fast splittable pseudorandom number generators”, 2014).
    private static func next() -> UInt64 {
        let step = count.add(1, ordering: .relaxed).newValue
        var number = start &+ step &* 0x9E37_79B9_7F4A_7C15
        number = (number ^ (number >> 30)) &* 0xBF58_476D_1CE4_E5B9
        number = (number ^ (number >> 27)) &* 0x94D0_49BB_1331_11EB
        return number ^ (number >> 31)
    }

    private static func random(_ digits: Int) -> String {
        String(unsafeUninitializedCapacity: digits) { buffer in
            var number: UInt64 = 0
            for index in 0..<digits {
                if index % 16 == 0 { number = next() | 1 }
                let digit = UInt8(truncatingIfNeeded: number & 15)
                buffer[index] = digit < 10 ? 0x30 + digit : 0x57 + digit
                number >>= 4
            }
            return digits
        }
    }
}
