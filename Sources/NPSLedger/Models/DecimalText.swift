/// Numbers as they are spelled in JSON, read without going through floating point.
enum DecimalText {
    /// Most digits that any Int64 of them can hold.
    private static let digitsMax = 18
    /// Beyond the digits of the largest file.
    private static let exponentMax = 10_000_000

    /// `text` times ten to the power of `decimals`; nil where that is no whole number. What is too
    /// large for an integer comes out as the largest. `text` follows the grammar of JSON.
    static func scaled(_ text: String, decimals: Int) -> Int64? {
        let isNegative = text.hasPrefix("-")
        let parts = text.drop { $0 == "-" }.split(
            omittingEmptySubsequences: false
        ) { $0 == "e" || $0 == "E" }
        let halves = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        let fraction = halves.count == 2 ? halves[1] : ""
        var digits = (halves[0] + fraction).drop { $0 == "0" }
        guard !digits.isEmpty else { return 0 }
        let written = parts.count == 2 ? parts[1] : "0"
        // An exponent beyond any file's digits: the number is nearly nothing, or beyond everything.
        let exponent = Int(written) ?? (written.hasPrefix("-") ? -exponentMax : exponentMax)
        var shift = decimals - fraction.count + min(max(exponent, -exponentMax), exponentMax)
        while shift < 0, digits.last == "0" {
            digits.removeLast()
            shift += 1
        }
        guard shift >= 0 else { return nil }
        let isHuge = digits.count + shift > digitsMax
        let magnitude =
            isHuge ? nil : Int64(String(digits) + String(repeating: "0", count: shift))
        return (magnitude ?? .max) * (isNegative ? -1 : 1)
    }
}
