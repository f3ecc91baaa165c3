/// `classification.declined`: one model version left one response's text unread, and why. Its cause is
/// the event whose text it is; the version is not asked about that text again.
public struct ClassificationDeclined: EventPayload {
    /// `classification.declined`
    public static let name = EventName.classificationDeclined
    /// 1
    public static let version: UInt32 = 1

    /// Why a text was left unread.
    public enum Reason: Hashable, Sendable {
        /// It is in a language that the model has not learnt: the code of ISO 639-1, two letters.
        case language(LanguageCode)
    }

    /// Position of the `response.recorded`.
    public var response: Position
    /// The model version.
    public var model: ModelVersion
    /// Why.
    public var reason: Reason

    /// A payload.
    public init(response: Position, model: ModelVersion, reason: Reason) {
        self.response = response
        self.model = model
        self.reason = reason
    }

    /// The deterministic CBOR map.
    public var encodedPayload: [UInt8] {
        var fields: [String: CBORValue] = [
            "response": .unsigned(response), "model": .unsigned(UInt64(model)),
        ]
        switch reason {
        case .language(let code):
            fields["reason"] = .text("language")
            fields["language"] = .text(code.description)
        }
        return CBORValue.map(fields).encoded
    }

    /// Reads version 1.
    public init(fields: EventFields) throws(CBORError) {
        response = try fields.unsigned("response")
        model = try fields.number("model")
        guard fields["reason"]?.textValue == "language" else {
            throw CBORError(.invalidField, offset: 0, field: "reason")
        }
        guard let code = fields["language"]?.textValue.flatMap({ LanguageCode($0) }) else {
            throw CBORError(.invalidField, offset: 0, field: "language")
        }
        reason = .language(code)
    }
}

/// A language by its code of ISO 639-1: two lower-case letters, as they fit into a column of numbers.
public struct LanguageCode: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The two letters in ASCII, the first in the upper byte; never 0.
    public let packed: UInt16

    /// A code; nil for what is none.
    public init?(_ code: String) {
        let bytes = Array(code.utf8)
        guard bytes.count == 2 else { return nil }
        self.init(packed: UInt16(bytes[0]) << 8 | UInt16(bytes[1]))
    }

    /// A code out of its column; nil for a number that is none.
    public init?(packed: UInt16) {
        let letters: ClosedRange<UInt16> = 0x61...0x7A
        guard letters.contains(packed >> 8), letters.contains(packed & 0xFF) else { return nil }
        self.packed = packed
    }

    /// The two letters.
    public var description: String {
        String(decoding: [UInt8(packed >> 8), UInt8(packed & 0xFF)], as: UTF8.self)
    }

    /// By their letters.
    public static func < (left: LanguageCode, right: LanguageCode) -> Bool {
        left.packed < right.packed
    }
}
