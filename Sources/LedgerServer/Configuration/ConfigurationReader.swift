import DeliverySignatures
import Foundation
import JSON
import LedgerOperations
import SurveyDeliveries

/// Reads a configuration, and goes on where something is wrong.
struct ConfigurationReader {
    let file: String
    /// Paths in the file begin here.
    let folder: String
    let environment: [String: String]
    var faults: [ServiceConfiguration.Fault] = []

    mutating func read(_ bytes: [UInt8]) -> ServiceConfiguration {
        var configuration = ServiceConfiguration()
        let tree: JSONTree
        do {
            tree = try JSONTree(parsing: bytes)
        } catch {
            fail(error.line, "this is no JSON from here on")
            return configuration
        }
        let known = ["publicAddress", "behindProxy", "limits", "sources", "publicKeys"]
        let members = members(of: tree, known: known, what: "the configuration")
        if let address = members["publicAddress"] {
            configuration.publicAddress = text(address, "publicAddress")
            if let text = configuration.publicAddress, !text.hasPrefix("https://"),
                !text.hasPrefix("http://")
            {
                fail(address.line, "publicAddress is an address such as https://nps.example")
            }
        }
        if let proxy = members["behindProxy"] {
            configuration.isBehindProxy = flag(proxy, "behindProxy") ?? false
        }
        for element in elements(members["publicKeys"], "publicKeys") {
            if let key = read(publicKey: element, configuration.publicKeys) {
                configuration.publicKeys.append(key)
            }
        }
        if let limits = members["limits"] { read(limits, into: &configuration.limits) }
        for element in elements(members["sources"], "sources") {
            read(source: element, into: &configuration)
        }
        return configuration
    }

    mutating func fail(_ line: Int, _ problem: String) {
        faults.append(.init(file: file, line: line, problem: problem))
    }

    mutating func members(
        of tree: JSONTree, known: [String], what: String
    ) -> [String: JSONTree] {
        guard case .object(let members) = tree.value else {
            fail(tree.line, "\(what) is a JSON object")
            return [:]
        }
        var found: [String: JSONTree] = [:]
        for member in members {
            if !known.contains(member.name) {
                fail(
                    member.value.line,
                    "there is no “\(member.name)” in \(what); there are: "
                        + known.joined(separator: ", "))
            } else if found[member.name] != nil {
                fail(member.value.line, "\(member.name) stands twice")
            } else {
                found[member.name] = member.value
            }
        }
        return found
    }

    mutating func text(_ tree: JSONTree, _ name: String) -> String? {
        guard case .string(let text) = tree.value, !text.isEmpty else {
            fail(tree.line, "\(name) is a text")
            return nil
        }
        return text
    }

    mutating func flag(_ tree: JSONTree, _ name: String) -> Bool? {
        guard case .boolean(let flag) = tree.value else {
            fail(tree.line, "\(name) is true or false")
            return nil
        }
        return flag
    }

    private mutating func elements(_ tree: JSONTree?, _ name: String) -> [JSONTree] {
        guard let tree else { return [] }
        guard case .array(let elements) = tree.value else {
            fail(tree.line, "\(name) is a list")
            return []
        }
        return elements
    }

    mutating func number(
        _ tree: JSONTree?, _ name: String, _ range: ClosedRange<Int>, usual: Int
    ) -> Int {
        guard let tree else { return usual }
        guard case .number(let text) = tree.value, let number = Int(text), range.contains(number)
        else {
            fail(
                tree.line, "\(name) is a number from \(range.lowerBound) to \(range.upperBound)")
            return usual
        }
        return number
    }

    // MARK: - Limits

    private mutating func read(_ tree: JSONTree, into limits: inout ServiceLimits) {
        let fields: [(String, WritableKeyPath<ServiceLimits, Int>, ClosedRange<Int>)] = [
            ("bodyBytesMax", \.bodyBytesMax, 1_024...(256 << 20)),
            ("itemsMax", \.itemsMax, 1...100_000),
            ("connectionsMax", \.connectionsMax, 1...65_536),
            ("requestSeconds", \.requestSeconds, 1...600),
            ("idleSeconds", \.idleSeconds, 1...3_600),
            ("questionsWaitingMax", \.questionsWaitingMax, 1...100_000),
            ("heartbeatSeconds", \.heartbeatSeconds, 1...600),
        ]
        let members = members(of: tree, known: fields.map(\.0), what: "limits")
        for (name, path, range) in fields {
            limits[keyPath: path] = number(
                members[name], name, range, usual: limits[keyPath: path])
        }
    }

    // MARK: - Sources

    private static let sourceFields = [
        "name", "shape", "scheme", "header", "secretFiles", "secretVariables", "because", "mapping",
        "fetch",
    ]

    private mutating func read(
        source tree: JSONTree, into configuration: inout ServiceConfiguration
    ) {
        let members = members(of: tree, known: Self.sourceFields, what: "a source")
        guard let name = name(members, tree, configuration),
            let mapping = mapping(members, tree)
        else { return }
        guard let schemeTree = members["scheme"], let scheme = text(schemeTree, "scheme") else {
            if members["scheme"] == nil {
                fail(tree.line, "a source needs a scheme: " + Self.schemes)
            }
            return
        }
        let source = DeliverySource(name: name, mapping: mapping, scheme: scheme)
        let fetch = members["fetch"].flatMap { read(fetch: $0) }
        if mapping.shape == .surveymonkey, members["fetch"] == nil {
            fail(tree.line, "SurveyMonkey delivers ids alone: say how responses are fetched")
        }
        guard scheme != SignatureScheme.unsignedName else {
            let because = members["because"].flatMap { text($0, "because") }
            if because == nil {
                fail(
                    schemeTree.line,
                    "an unsigned source takes whatever anybody sends: say why, in “because”")
            }
            configuration.warnings.append(
                .init(
                    file: file, line: schemeTree.line,
                    problem: "whoever knows the address can deliver to \(name): it is unsigned"))
            configuration.sources.append(.init(delivery: source, verifier: nil, fetch: fetch))
            return
        }
        guard let known = SignatureScheme.named(scheme) else {
            fail(schemeTree.line, "there is no scheme “\(scheme)”; there are: " + Self.schemes)
            return
        }
        let secrets = secrets(members, tree, &configuration)
        do throws(SignatureSetupError) {
            let verifier = try SignatureVerifier(
                known, header: members["header"].flatMap { text($0, "header") }, secrets: secrets,
                publicAddress: configuration.publicAddress)
            configuration.sources.append(.init(delivery: source, verifier: verifier, fetch: fetch))
        } catch {
            fail(schemeTree.line, error.description)
        }
    }

    private static let schemes =
        (SignatureScheme.all.map(\.name) + [SignatureScheme.unsignedName]).joined(separator: ", ")

    private mutating func name(
        _ members: [String: JSONTree], _ tree: JSONTree, _ configuration: ServiceConfiguration
    ) -> String? {
        guard let stated = members["name"] else {
            fail(tree.line, "a source needs a name")
            return nil
        }
        guard let name = text(stated, "name") else { return nil }
        let isGood =
            name.utf8.count <= 64
            && name.utf8.allSatisfy { byte in
                (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x2D
            }
        guard isGood else {
            fail(
                stated.line, "a name is 1 to 64 small letters, digits and hyphens: it is in a path")
            return nil
        }
        guard !configuration.sourceNames.contains(name) else {
            fail(stated.line, "there are two sources “\(name)”")
            return nil
        }
        return name
    }

    private mutating func mapping(
        _ members: [String: JSONTree], _ tree: JSONTree
    ) -> DeliveryMapping? {
        var shape: DeliveryShape?
        if let stated = members["shape"] {
            shape = text(stated, "shape").flatMap { DeliveryShape(rawValue: $0) }
            if shape == nil {
                fail(
                    stated.line,
                    "the shape is one of "
                        + DeliveryShape.allCases.map(\.rawValue).joined(separator: ", "))
                return nil
            }
        }
        let stated = members["mapping"] ?? JSONTree(.object([]), line: tree.line)
        do throws(DeliveryMapping.Fault) {
            return try DeliveryMapping(stated, shape: shape)
        } catch {
            fail(error.line, error.problem)
            return nil
        }
    }

    private mutating func secrets(
        _ members: [String: JSONTree], _ tree: JSONTree,
        _ configuration: inout ServiceConfiguration
    ) -> [String] {
        var secrets: [String] = []
        for (element, path) in texts(members["secretFiles"], "secretFiles") {
            let whole = path.hasPrefix("/") ? path : folder + "/" + path
            guard let secret = Self.content(whole) else {
                fail(element.line, "\(path) holds no secret, or cannot be read")
                continue
            }
            if Self.isOpen(whole) {
                configuration.warnings.append(
                    .init(
                        file: file, line: element.line,
                        problem: "\(path) can be read by others: chmod 600"))
            }
            secrets.append(secret)
        }
        for (element, variable) in texts(members["secretVariables"], "secretVariables") {
            guard let secret = environment[variable], !secret.isEmpty else {
                fail(element.line, "the variable \(variable) is not set")
                continue
            }
            secrets.append(secret)
        }
        if members["secretFiles"] == nil, members["secretVariables"] == nil {
            fail(tree.line, "a signed source needs secretFiles or secretVariables")
        }
        return secrets
    }

    mutating func texts(
        _ tree: JSONTree?, _ name: String
    ) -> [(element: JSONTree, text: String)] {
        guard let tree else { return [] }
        guard case .array(let elements) = tree.value else {
            fail(tree.line, "\(name) is a list of texts")
            return []
        }
        var texts: [(JSONTree, String)] = []
        for element in elements {
            if let text = text(element, "each of \(name)") { texts.append((element, text)) }
        }
        return texts
    }

    private mutating func read(fetch tree: JSONTree) -> ServiceConfiguration.Fetch? {
        let members = members(
            of: tree,
            known: ["tokenFile", "tokenVariable", "address", "surveys", "everySeconds"],
            what: "fetch")
        guard let token = token(members, tree) else { return nil }
        let address =
            members["address"].flatMap { text($0, "address") } ?? "https://api.surveymonkey.com"
        var fetch = ServiceConfiguration.Fetch(address: address, token: token)
        fetch.surveys = texts(members["surveys"], "surveys").map(\.text)
        fetch.everySeconds = number(
            members["everySeconds"], "everySeconds", 1...86_400, usual: fetch.everySeconds)
        return fetch
    }

    private mutating func token(
        _ members: [String: JSONTree], _ tree: JSONTree
    ) -> String? {
        if let file = members["tokenFile"], let path = text(file, "tokenFile") {
            let token = Self.content(path.hasPrefix("/") ? path : folder + "/" + path)
            if token == nil { fail(file.line, "\(path) holds no token, or cannot be read") }
            return token
        }
        if let variable = members["tokenVariable"], let name = text(variable, "tokenVariable") {
            let token = environment[name].flatMap { $0.isEmpty ? nil : $0 }
            if token == nil { fail(variable.line, "the variable \(name) is not set") }
            return token
        }
        fail(tree.line, "fetch needs a token: tokenFile or tokenVariable")
        return nil
    }

    private static func content(_ path: String) -> String? {
        guard let data = FileManager.default.contents(atPath: path), data.count <= 4_096 else {
            return nil
        }
        let text = String(data: data, encoding: .utf8)?
            .trimmingCharacters(in: .whitespacesAndNewlines)
        return text?.isEmpty == false ? text : nil
    }

    private static func isOpen(_ path: String) -> Bool {
        let mode = try? FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
        return ((mode as? Int) ?? 0) & 0o077 != 0
    }
}
