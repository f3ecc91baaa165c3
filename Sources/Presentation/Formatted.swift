import JSON

/// Numbers as a person reads them, the same in every locale.
///
/// Output is compared, searched and pasted; it must not change with the reader's settings. The
/// minus sign is the ASCII hyphen for the same reason.
public enum Formatted {
    /// What stands for a value that is not a finite number.
    public static let notANumber = "n/a"

    /// A whole number with thousands grouped by commas: `1,234,567`.
    public static func count(_ value: some BinaryInteger) -> String {
        let digits = Array(String(value.magnitude).utf8)
        var text = value < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0 && (digits.count - index).isMultiple(of: 3) { text += "," }
            text.unicodeScalars.append(Unicode.Scalar(digit))
        }
        return text
    }

    /// So many of something: `1 text`, `1,234 texts`.
    ///
    /// - Parameter noun: in the singular; the plural takes an s, or ies for a y.
    public static func count(_ value: some BinaryInteger, of noun: String) -> String {
        guard value.magnitude != 1 else { return "\(count(value)) \(noun)" }
        let plural = noun.hasSuffix("y") ? noun.dropLast() + "ies" : noun + "s"
        return "\(count(value)) \(plural)"
    }

    /// A value in points with its sign and one decimal: `+32.4`, `-7.0`, `0.0`.
    ///
    /// For Net Promoter Scores (−100…100) and their differences.
    public static func points(_ value: Double) -> String {
        let text = fixed(value, decimals: 1)
        return value > 0 && text != "0.0" && text != notANumber ? "+" + text : text
    }

    /// A share of one as a percentage: 0.1234 is `12.3%`.
    public static func percent(_ share: Double, decimals: Int = 1) -> String {
        let text = fixed(share * 100, decimals: decimals)
        return text == notANumber ? text : text + "%"
    }

    /// A number with exactly so many decimals (0…12), half rounded away from zero.
    ///
    /// Never an exponent; a value that rounds to zero has no sign.
    public static func fixed(_ value: Double, decimals: Int) -> String {
        guard value.isFinite else { return notANumber }
        let places = min(max(decimals, 0), 12)
        var scale = 1.0
        for _ in 0..<places { scale *= 10 }
        let scaled = (value.magnitude * scale).rounded()
        // Beyond 2^63 the value has no decimals of its own left to show.
        guard let units = UInt64(exactly: scaled), scaled < 9.2e18 else {
            return shortest(value) ?? notANumber
        }
        var digits = String(units)
        if digits.utf8.count <= places {
            digits = String(repeating: "0", count: places + 1 - digits.utf8.count) + digits
        }
        let sign = value < 0 && units > 0 ? "-" : ""
        if places == 0 { return sign + digits }
        return sign + digits.dropLast(places) + "." + digits.suffix(places)
    }

    /// A span of time in its two leading units: `850 ms`, `1.2 s`, `3 min 04 s`, `2 h 05 min`.
    public static func duration(_ span: Duration) -> String {
        let (seconds, attoseconds) = span.components
        let value = Double(seconds) + Double(attoseconds) * 1e-18
        if value < 0 { return "-" + duration(.zero - span) }
        // Each threshold stands where the smaller unit would round up to the larger.
        if value < 0.000_999_5 { return fixed(value * 1e6, decimals: 0) + " µs" }
        if value < 0.999_5 { return fixed(value * 1e3, decimals: 0) + " ms" }
        if value < 59.95 { return fixed(value, decimals: 1) + " s" }
        let total = Int64(value.rounded())
        if total < 3600 { return pair(total / 60, "min", total % 60, "s") }
        let minutes = (total + 30) / 60
        if minutes < 1440 { return pair(minutes / 60, "h", minutes % 60, "min") }
        let hours = (total + 1800) / 3600
        return pair(hours / 24, "d", hours % 24, "h")
    }

    /// A size in bytes with a binary unit: `512 B`, `1.5 KiB`, `3.2 GiB`.
    public static func bytes(_ count: some BinaryInteger) -> String {
        if count.magnitude < 1024 { return "\(count) B" }
        var value = Double(count)
        var unit = "B"
        for next in ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"] {
            // 1023.95 would be shown as 1024.0 of the smaller unit.
            if value.magnitude < 1023.95 { break }
            value /= 1024
            unit = next
        }
        return fixed(value, decimals: 1) + " " + unit
    }

    /// A pace per second: `210,000/s`, and with one decimal below ten: `2.5/s`.
    public static func rate(_ perSecond: Double) -> String {
        guard perSecond.isFinite, perSecond.magnitude < 9e18 else { return notANumber }
        if perSecond < 9.95 { return fixed(perSecond, decimals: 1) + "/s" }
        return count(Int64(perSecond.rounded())) + "/s"
    }

    /// The shortest decimal digits that read back as the same number; nil if it is not finite.
    ///
    /// Never an exponent, no trailing `.0`, and no negative zero.
    public static func shortest(_ value: Double) -> String? { JSONText.shortest(value) }

    private static func pair(
        _ large: Int64, _ largeUnit: String, _ small: Int64, _ smallUnit: String
    ) -> String {
        "\(large) \(largeUnit) \(small < 10 ? "0" : "")\(small) \(smallUnit)"
    }
}
