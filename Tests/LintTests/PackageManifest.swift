/// What Package.swift declares, as far as rules ask: each target and the names it mentions.
struct PackageManifest {
    /// A target's declaration.
    struct Target {
        /// Where it begins, from 1.
        let line: Int
        /// Every string in it, and in the constants it uses.
        let mentions: Set<String>
        /// Where its sources are, if that is said.
        let path: String?
    }

    /// By name.
    private(set) var targets: [String: Target] = [:]

    init(_ text: String) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let constants = Self.constants(in: lines)
        var index = 0
        while index < lines.count {
            let isTarget = [".target(", ".executableTarget(", ".testTarget(", ".systemLibrary("]
                .contains { lines[index].contains($0) }
            guard isTarget else {
                index += 1
                continue
            }
            let start = index
            var depth = 0
            var declaration = ""
            repeat {
                for character in lines[index] {
                    if character == "(" { depth += 1 }
                    if character == ")" { depth -= 1 }
                }
                declaration += lines[index] + "\n"
                index += 1
            } while depth > 0 && index < lines.count
            let strings = Self.strings(in: declaration)
            guard let name = strings.first else { continue }
            let words = Set(
                SwiftToken.tokens(of: SwiftCode(declaration)).map(\.text))
            var mentions = Set(strings.dropFirst())
            for (constant, values) in constants where words.contains(constant) {
                mentions.formUnion(values)
            }
            let path = declaration.split(separator: "path: \"").dropFirst().first?
                .prefix { $0 != "\"" }
            // A declaration in a loop stands for each name that the loop goes through.
            let loop = lines[..<start].last { name.contains(Self.loopName) && $0.hasPrefix("for ") }
            for each in loop.map({ Self.names(in: $0, constants) }) ?? [""] {
                func filled(_ text: String) -> String {
                    text.replacing(Self.loopName, with: each)
                }
                targets[filled(name)] = Target(
                    line: start + 1, mentions: Set(mentions.map(filled)),
                    path: path.map { filled(String($0)) })
            }
        }
    }

    /// How a name is put together in a loop over a constant.
    private static let loopName = "\\(name)"

    /// The strings that `for name in constant {` goes through.
    private static func names(in loop: String, _ constants: [String: [String]]) -> [String] {
        constants[loop.split(separator: " ").dropFirst(3).first.map(String.init) ?? ""] ?? []
    }

    /// Strings by the name of the constant whose line holds them.
    private static func constants(in lines: [String]) -> [String: [String]] {
        var constants: [String: [String]] = [:]
        var current: String?
        for line in lines {
            if line.hasPrefix("let ") {
                current = line.dropFirst(4).split { !$0.isLetter && !$0.isNumber }.first
                    .map(String.init)
            } else if !line.hasPrefix(" ") && !line.hasPrefix(")") && !line.hasPrefix("]") {
                current = nil
            }
            // The package itself is a constant too, and holds everything.
            if let current, current != "package" {
                constants[current, default: []] += strings(in: line)
            }
        }
        return constants
    }

    private static func strings(in text: String) -> [String] {
        let pieces = text.split(separator: "\"", omittingEmptySubsequences: false)
        return pieces.enumerated().filter { !$0.offset.isMultiple(of: 2) }
            .map { String($0.element) }
    }
}
