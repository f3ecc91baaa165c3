import ArgumentParser

/// Tells a misspelt verb from an argument. Where a command has a verb that is meant when none is
/// given, the parser would take the word for an argument of that one.
enum VerbCheck {
    /// - Throws: `CommandFailure` with status 64 that names what was probably meant.
    static func check(_ arguments: [String], of root: any ParsableCommand.Type) throws {
        var command = root
        var path = name(root)
        for (index, argument) in arguments.enumerated() {
            let verbs = command.configuration.subcommands
            guard !verbs.isEmpty, !argument.hasPrefix("-") else {
                return try checkVersion(arguments[index...].prefix { $0 != "--" }, path)
            }
            if index == 0, argument == "help" {
                path = "npsledger help"
                continue
            }
            guard let next = verbs.first(where: { name($0) == argument }) else {
                throw CommandFailure(ExitStatus.usage, message(argument, path, verbs.map(name)))
            }
            command = next
            path += " " + argument
        }
    }

    /// Beside other arguments the parser would print this program's version, and do nothing else.
    private static func checkVersion(_ rest: ArraySlice<String>, _ path: String) throws {
        guard rest.count > 1, rest.contains("--version") else { return }
        throw CommandFailure(ExitStatus.usage, "--version stands alone: see `\(path) --help`")
    }

    private static func name(_ command: any ParsableCommand.Type) -> String {
        command.configuration.commandName ?? String(describing: command).lowercased()
    }

    private static func message(_ given: String, _ path: String, _ known: [String]) -> String {
        let nearest = known.map { ($0, distance(given, $0)) }.min { $0.1 < $1.1 }
        // Beyond a third of the letters it is another word.
        let meant = nearest.flatMap { $0.1 <= max(1, $0.0.count / 3) ? $0.0 : nil }
        return "there is no `\(path) \(given)`"
            + (meant.map { "; did you mean `\($0)`?" } ?? "; there are: ")
            + (meant == nil ? known.joined(separator: ", ") : "")
    }

    /// Letters to insert, leave out, replace or exchange with the next (Damerau 1964, optimal string
    /// alignment).
    static func distance(_ one: String, _ other: String) -> Int {
        let (one, other) = (Array(one), Array(other))
        var rows = [Array(0...other.count)]
        for i in one.indices {
            var row = [i + 1]
            for j in other.indices {
                var least = min(
                    row[j] + 1, rows[i][j + 1] + 1, rows[i][j] + (one[i] == other[j] ? 0 : 1))
                if i > 0, j > 0, one[i] == other[j - 1], one[i - 1] == other[j] {
                    least = min(least, rows[i - 1][j - 1] + 1)
                }
                row.append(least)
            }
            rows.append(row)
        }
        return rows[one.count][other.count]
    }
}
