/// A horizontal bar for an amount: `██████▌   `.
public struct Bar: Sendable, Hashable {
    /// The filled share, 0…1; beyond is shown as empty or full.
    public var share: Double

    private static let eighths: [Character] = ["▏", "▎", "▍", "▌", "▋", "▊", "▉"]

    /// A bar of a share, 0…1.
    public init(share: Double) {
        self.share = share
    }

    /// A bar of a value out of the value that fills it.
    public init(_ value: Double, of full: Double) {
        self.init(share: full > 0 ? value / full : 0)
    }

    /// The bar, padded with spaces to `width` columns.
    ///
    /// With Unicode it is exact to an eighth of a column; in ASCII to one `#`.
    public func render(width: Int, style: TerminalStyle = .plain) -> String {
        let columns = max(width, 0)
        let clamped = share.isNaN ? 0 : min(max(share, 0), 1)
        guard style.usesUnicode else {
            let full = Int((clamped * Double(columns)).rounded())
            return String(repeating: "#", count: full)
                + String(repeating: " ", count: columns - full)
        }
        let units = Int((clamped * Double(columns) * 8).rounded())
        var text = String(repeating: "█", count: units / 8)
        if units % 8 > 0 { text.append(Self.eighths[units % 8 - 1]) }
        return text + String(repeating: " ", count: columns - (units + 7) / 8)
    }
}
