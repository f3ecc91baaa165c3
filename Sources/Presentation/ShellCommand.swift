/// Commands that can be copied from a terminal into a shell.
public enum ShellCommand {
    /// A command in lines of at most a width, broken where a shell goes on reading; an option stands
    /// together with its value.
    ///
    /// - Parameters:
    ///   - words: as the program takes them.
    ///   - lead: what stands before the command.
    public static func lines(_ words: [String], lead: String, width: Int) -> [String] {
        let margin = String(repeating: " ", count: DisplayWidth.of(lead))
        var lines: [String] = []
        var line = lead
        var isEmpty = true
        let parts = parts(words)
        for (index, part) in parts.enumerated() {
            let room = width - (index + 1 < parts.count ? 2 : 0)
            let text = isEmpty ? part : " " + part
            if !isEmpty, DisplayWidth.of(line + text) > room {
                lines.append(line + " \\")
                line = margin + part
            } else {
                line += text
            }
            isEmpty = false
        }
        return lines + [line]
    }

    /// A text whose commands of a program, each between backquotes, name what they are about, too:
    /// given as they stand, they would be about something else.
    ///
    /// - Parameters:
    ///   - program: what such a command begins with.
    ///   - option: what is added, such as `--ledger` and a path.
    ///   - verbs: first words of commands that do not take it.
    public static func adding(
        _ option: (name: String, value: String), to text: String, of program: String,
        but verbs: Set<String>
    ) -> String {
        let pieces = text.split(separator: "`", omittingEmptySubsequences: false)
        return pieces.enumerated().map { index, piece in
            let words = piece.split(separator: " ")
            guard index % 2 == 1, index < pieces.count - 1, words.count > 1, words[0] == program,
                !verbs.contains(String(words[1])), !words.contains(Substring(option.name))
            else { return String(piece) }
            return "\(piece) \(option.name) \(quoted(option.value))"
        }.joined(separator: "`")
    }

    private static func parts(_ words: [String]) -> [String] {
        var parts: [String] = []
        for (index, word) in words.enumerated() {
            if index > 0, words[index - 1].hasPrefix("--"), !word.hasPrefix("--") {
                parts[parts.count - 1] += " " + quoted(word)
            } else {
                parts.append(quoted(word))
            }
        }
        return parts
    }

    /// A word as a shell takes it for one.
    public static func quoted(_ word: String) -> String {
        let plain = "-_=.,:/@%+"
        let isPlain = word.unicodeScalars.allSatisfy { scalar in
            scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
                || plain.unicodeScalars.contains(scalar)
        }
        guard !isPlain || word.isEmpty else { return word }
        return "'" + TerminalText.sanitized(word).replacing("'", with: "'\\''") + "'"
    }
}
