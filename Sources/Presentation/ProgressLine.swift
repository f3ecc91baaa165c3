/// The text of one drawing of a progress bar.
struct ProgressLine {
    var label: String
    var unit: String
    var done: Int
    var total: Int?
    var rate: Double?
    var elapsed: Duration

    /// What is worth showing, most needed first; what does not fit is left out, then cut.
    func render(width: Int, style: TerminalStyle) -> String {
        var line = label
        for part in parts {
            let longer = line + "  " + part
            if DisplayWidth.of(longer) > width { break }
            line = longer
        }
        let room = min(width - DisplayWidth.of(line) - 2, 30)
        if let share, room >= 8 {
            let bar = Bar(share: share).render(width: room - 2, style: style)
            let rest = line.dropFirst(label.count)
            line = label + "  " + (style.usesUnicode ? "▕\(bar)▏" : "[\(bar)]") + rest
        }
        return DisplayWidth.truncated(line, to: width, ellipsis: style.ellipsis)
    }

    private var share: Double? {
        guard let total, total > 0 else { return nil }
        return min(max(Double(done) / Double(total), 0), 1)
    }

    private var parts: [String] {
        let suffix = unit.isEmpty ? "" : " " + unit
        guard let total, let share else {
            return [Formatted.count(done) + suffix]
                + (rate.map { [Formatted.rate($0)] } ?? [])
                + [Formatted.duration(elapsed)]
        }
        // Rounded down: 100% is only shown when all is done.
        var parts = ["\(Int(share * 100))%"]
        parts.append("\(Formatted.count(done)) of \(Formatted.count(total))\(suffix)")
        // Before the first step there is no rate to speak of.
        guard let rate, done > 0 else { return parts }
        parts.append(Formatted.rate(rate))
        let left = Double(max(total - done, 0)) / rate
        // A time beyond a month is a guess nobody can use.
        if rate > 0, left < 2_592_000 {
            let seconds = Int(left.rounded(.up))
            let span = seconds < 60 ? "\(seconds) s" : Formatted.duration(.seconds(seconds))
            parts.append(span + " left")
        }
        return parts
    }
}
