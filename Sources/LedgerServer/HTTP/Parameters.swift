import HTTPTypes
import LedgerCore
import LedgerQueries
import NPSStatistics

/// What a request may say of one parameter; the document of the API tells it as it is read.
struct ParameterDescription: Sendable {
    /// What values there are.
    enum Kind: Sendable {
        case text
        case integer(min: Int, max: Int)
        case number
        case flag
        case choice([String])
    }

    let name: String
    let kind: Kind
    let summary: String
    var isRepeated = false
    var isRequired = false
    /// How the document of the API shows it.
    var example: String?

    static func text(_ name: String, _ summary: String, example: String? = nil) -> Self {
        ParameterDescription(name: name, kind: .text, summary: summary, example: example)
    }

    static func list(_ name: String, _ summary: String, example: String? = nil) -> Self {
        ParameterDescription(
            name: name, kind: .text, summary: summary, isRepeated: true, example: example)
    }

    static func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ name: String, _ type: Choice.Type, _ summary: String
    ) -> Self {
        ParameterDescription(
            name: name, kind: .choice(Choice.allCases.map(\.rawValue)), summary: summary)
    }

    static func flag(_ name: String, _ summary: String) -> Self {
        ParameterDescription(name: name, kind: .flag, summary: summary)
    }

    static func count(_ name: String, _ summary: String, min: Int = 1) -> Self {
        ParameterDescription(
            name: name, kind: .integer(min: min, max: Int(Int32.max)), summary: summary)
    }

    static func version(_ name: String, _ summary: String) -> Self {
        ParameterDescription(
            name: name, kind: .integer(min: 0, max: Int(UInt32.max)), summary: summary)
    }
}

/// The parameters of one request, each of which is known.
struct Parameters: Sendable {
    private var values: [String: [String]] = [:]

    /// Reads a query.
    ///
    /// - Throws: `Problem` 400 for a parameter that is not known, is given twice where it is taken once,
    ///   or has a value that it cannot have.
    init(_ query: Substring, known: [ParameterDescription]) throws(Problem) {
        for pair in query.split(separator: "&", omittingEmptySubsequences: true) {
            let sign = pair.firstIndex(of: "=") ?? pair.endIndex
            let name = try Self.decoded(pair[..<sign])
            let value =
                sign == pair.endIndex ? "" : try Self.decoded(pair[pair.index(after: sign)...])
            guard let parameter = known.first(where: { $0.name == name }) else {
                let names = known.map(\.name).sorted().joined(separator: ", ")
                throw Problem(
                    .badRequest, "parameter.unknown",
                    "there is no parameter “\(name)” here"
                        + (names.isEmpty ? ": there are none" : "; there are: \(names)"))
            }
            guard parameter.isRepeated || values[name] == nil else {
                throw Problem(
                    .badRequest, "parameter.repeated", "the parameter \(name) is given twice")
            }
            try Self.check(value, parameter)
            values[name, default: []].append(value)
        }
        if let missing = known.first(where: { $0.isRequired && values[$0.name] == nil }) {
            throw Problem(
                .badRequest, "parameter.missing",
                "the parameter \(missing.name) is needed: \(missing.summary)")
        }
    }

    private static func decoded(_ text: Substring) throws(Problem) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8.makeIterator()
        while let byte = rest.next() {
            switch byte {
            case UInt8(ascii: "+"): bytes.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard let high = rest.next().flatMap(hexValue),
                    let low = rest.next().flatMap(hexValue)
                else {
                    throw Problem(
                        .badRequest, "parameter.encoding", "the query has a % that encodes nothing")
                }
                bytes.append(high << 4 | low)
            default: bytes.append(byte)
            }
        }
        guard let text = String(validating: bytes, as: UTF8.self), !text.contains("\0") else {
            throw Problem(.badRequest, "parameter.encoding", "the query is no UTF-8")
        }
        return text
    }

    /// A part of a path, decoded.
    static func decodedPath(_ text: Substring) throws(Problem) -> String {
        try decoded(Substring(text.replacing("+", with: "%2B")))
    }

    private static func hexValue(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    private static func check(
        _ value: String, _ parameter: ParameterDescription
    ) throws(Problem) {
        let wanted: String
        switch parameter.kind {
        case .text:
            guard value.isEmpty else { return }
            wanted = "a value"
        case .integer(let min, let max):
            if let number = Int(value), (min...max).contains(number) { return }
            wanted = "a number of \(min) or more"
        case .number:
            if let number = Double(value), number.isFinite { return }
            wanted = "a number"
        case .flag:
            if ["true", "false"].contains(value) { return }
            wanted = "true or false"
        case .choice(let values):
            if values.contains(value) { return }
            wanted = "one of " + values.joined(separator: ", ")
        }
        throw Problem(
            .badRequest, "parameter.invalid",
            "the parameter \(parameter.name) takes \(wanted); got “\(value)”")
    }

    /// The value of a parameter; nil where it is not given.
    func text(_ name: String) -> String? { values[name]?.first }

    /// All values of one that can be given several times.
    func all(_ name: String) -> [String] { values[name] ?? [] }

    func has(_ name: String) -> Bool { values[name] != nil }

    func flag(_ name: String) -> Bool { text(name) == "true" }

    func integer(_ name: String) -> Int? { text(name).flatMap { Int($0) } }

    func version(_ name: String) -> UInt32? { text(name).flatMap { UInt32($0) } }

    func choice<Choice: RawRepresentable<String>>(
        _ name: String, _ usual: Choice
    ) -> Choice {
        text(name).flatMap { Choice(rawValue: $0) } ?? usual
    }

    func choice<Choice: RawRepresentable<String>>(_ name: String) -> Choice? {
        text(name).flatMap { Choice(rawValue: $0) }
    }
}
