extension TerminalText {
    /// Untrusted text in lines of at most `width` columns: broken at spaces, and within words that
    /// are longer; newlines of a comment become spaces.
    public static func wrapped(_ text: String, _ width: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        var columns = 0
        let shown = sanitized(text, lineBreaks: .spaces)
        for word in shown.split(whereSeparator: { $0.isWhitespace }) {
            let length = DisplayWidth.of(word)
            if columns > 0, columns + 1 + length > width {
                lines.append(line)
                (line, columns) = ("", 0)
            } else if columns > 0 {
                line += " "
                columns += 1
            }
            for character in word {
                let length = DisplayWidth.of(character)
                if columns + length > width, columns > 0 {
                    lines.append(line)
                    (line, columns) = ("", 0)
                }
                line.append(character)
                columns += length
            }
        }
        return line.isEmpty ? lines : lines + [line]
    }
}
