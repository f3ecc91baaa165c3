/// The grammatical form that a subject asks of its predicate.
enum Agreement: Int, Sendable {
    case masculine = 0
    case feminine = 1
    case masculinePlural = 2
    case femininePlural = 3

    /// Reads a subject's key in the phrase book; nil for any other key.
    init?(key: Substring) {
        switch key {
        case "s", "ms": self = .masculine
        case "fs": self = .feminine
        case "p", "mp": self = .masculinePlural
        case "fp": self = .femininePlural
        default: return nil
        }
    }
}

/// A phrase of the book in UTF-8, with a form for each agreement where it inflects.
///
/// `{is|are}` gives a form to the singular and one to the plural; four alternatives follow
/// `Agreement`. `<n>`, `<big>`, `<rival>` and `<order>` become control bytes, filled in at use.
struct Phrase: Sendable {
    static let smallNumber: UInt8 = 1
    static let bigNumber: UInt8 = 2
    static let rival: UInt8 = 3
    static let orderNumber: UInt8 = 4

    /// One form, or four in the order of `Agreement`.
    let forms: [[UInt8]]
    let agreement: Agreement
    let hasSlots: Bool
    let isQuestion: Bool

    init(_ written: Substring, agreement: Agreement = .masculine) {
        let count = written.contains("{") ? 4 : 1
        let forms = (0..<count).map { Self.expand(written.utf8, form: $0) }
        self.forms = forms
        self.agreement = agreement
        hasSlots = forms.contains { $0.contains { $0 < 0x20 } }
        isQuestion = written.last == "?"
    }

    func form(_ agreement: Agreement) -> [UInt8] {
        forms.count == 1 ? forms[0] : forms[agreement.rawValue]
    }

    private static func expand(_ written: Substring.UTF8View, form: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = written[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "{"):
                let end = rest.firstIndex(of: UInt8(ascii: "}")) ?? rest.endIndex
                let choices = rest[..<end].split(
                    separator: UInt8(ascii: "|"), omittingEmptySubsequences: false)
                bytes.append(contentsOf: choices[choices.count == 4 ? form : form / 2])
                rest = rest[end...].dropFirst()
            case UInt8(ascii: "<"):
                let end = rest.firstIndex(of: UInt8(ascii: ">")) ?? rest.endIndex
                bytes.append(slot(named: String(Substring(rest[..<end]))))
                rest = rest[end...].dropFirst()
            default:
                bytes.append(byte)
            }
        }
        return bytes
    }

    private static func slot(named name: String) -> UInt8 {
        switch name {
        case "n": smallNumber
        case "big": bigNumber
        case "rival": rival
        case "order": orderNumber
        default: preconditionFailure("the phrase book has an unknown slot: \(name)")
        }
    }
}
