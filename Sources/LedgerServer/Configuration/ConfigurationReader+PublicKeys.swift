import JSON
import SurveyImport

extension ConfigurationReader {
    private static let fields = [
        "name", "key", "source", "origins", "apps", "perMinute", "perMinuteOfAddress",
    ]
    /// Fewest letters of a key: none is to be guessed.
    private static let keyLettersMin = 24

    /// Reads a public key.
    ///
    /// - Parameter known: those that were read before.
    mutating func read(publicKey tree: JSONTree, _ known: [PublicKey]) -> PublicKey? {
        let members = members(of: tree, known: Self.fields, what: "a public key")
        var texts: [String: String] = [:]
        for field in ["name", "key", "source"] {
            guard let stated = members[field] else {
                fail(tree.line, "a public key needs \(field)")
                return nil
            }
            texts[field] = text(stated, field)
        }
        guard let name = texts["name"], let key = texts["key"], let source = texts["source"],
            check(name, key, source, members, at: tree.line, known)
        else { return nil }
        let origins = self.texts(members["origins"], "origins")
        for (element, origin) in origins where !Self.isOrigin(origin) {
            fail(element.line, "an origin is such as https://shop.example, without a path")
        }
        let takesApps = members["apps"].flatMap { flag($0, "apps") } ?? false
        if origins.isEmpty, !takesApps {
            fail(tree.line, "say from where a public key may be used: origins, or apps")
        }
        let perMinute = number(members["perMinute"], "perMinute", 1...1_000_000, usual: 600)
        let ofAddress = number(
            members["perMinuteOfAddress"], "perMinuteOfAddress", 1...1_000_000, usual: 30)
        return PublicKey(
            name: name, key: key, source: source, origins: origins.map(\.text),
            takesApps: takesApps, perMinute: perMinute, perMinuteOfAddress: ofAddress)
    }

    private mutating func check(
        _ name: String, _ key: String, _ source: String, _ members: [String: JSONTree],
        at start: Int, _ known: [PublicKey]
    ) -> Bool {
        func line(of field: String) -> Int { members[field]?.line ?? start }
        if ResponseSource.named("key " + name) == nil {
            fail(line(of: "name"), "a name is \(ResponseSource.expected), “key ” in front included")
        } else if known.contains(where: { $0.name == name }) {
            fail(line(of: "name"), "there are two public keys “\(name)”")
        } else if ResponseSource.named(source) == nil {
            fail(line(of: "source"), "a source is \(ResponseSource.expected)")
        } else if key.count < Self.keyLettersMin
            || !key.utf8.allSatisfy({ byte in
                (0x61...0x7A).contains(byte) || (0x41...0x5A).contains(byte)
                    || (0x30...0x39).contains(byte) || byte == 0x2D || byte == 0x5F
            })
        {
            fail(
                line(of: "key"),
                "a key is \(Self.keyLettersMin) or more letters, digits, - and _, drawn at random")
        } else if known.contains(where: { $0.key == key }) {
            fail(line(of: "key"), "two public keys have the same letters")
        } else {
            return true
        }
        return false
    }

    private static func isOrigin(_ text: String) -> Bool {
        let parts = text.split(separator: "://", omittingEmptySubsequences: false)
        return parts.count == 2 && ["http", "https"].contains(parts[0]) && !parts[1].isEmpty
            && !parts[1].contains { "/?# ".contains($0) } && text == text.lowercased()
    }
}
