/// How a sender proves that a delivery is its own, as a row of a table: which headers, which bytes, which
/// algorithm.
///
/// One verifier covers all of them (``SignatureVerifier``). The rows are those of the senders' own
/// documentation, as of November 2026.
public struct SignatureScheme: Hashable, Sendable {
    /// What makes the code over the signed bytes.
    public enum Algorithm: Hashable, Sendable {
        /// HMAC with SHA-256 (RFC 2104).
        case hmacSHA256
        /// HMAC with SHA-1, where the sender has nothing better.
        case hmacSHA1
        /// None: the header holds the secret itself.
        case secretItself
    }

    /// How a secret is written.
    public enum KeyForm: Hashable, Sendable {
        /// As text; its UTF-8 is the key.
        case text
        /// Base64 behind a prefix, such as `whsec_`.
        case base64(prefix: String)
        /// As text of two parts with `&` between: a client's id and its secret.
        case pair
    }

    /// How a code is written in its header.
    public enum Encoding: Hashable, Sendable {
        /// Hexadecimal, of either case.
        case hex
        /// Base64 (RFC 4648, section 4).
        case base64
    }

    /// A part of the bytes that are signed.
    public enum Part: Hashable, Sendable {
        /// The id of the delivery, from its header.
        case identifier
        /// The timestamp, as its header has it.
        case timestamp
        /// The body, byte for byte.
        case body
        /// The method of the request.
        case method
        /// The address that the sender was given: the public one, with path and query.
        case address
        /// The address, with `:/?@!$'()*,;` in place of their escapes.
        case plainAddress
        /// This text.
        case text(String)
    }

    /// The unit of a timestamp.
    public enum Clock: Hashable, Sendable {
        /// Seconds since 1970.
        case seconds
        /// Milliseconds since 1970.
        case milliseconds
        /// RFC 3339.
        case rfc3339
    }

    /// The name, as it is configured and recorded.
    public let name: String
    /// The header of the code; nil where the receiver chooses it.
    public let header: String?
    /// What stands in front of the code, such as `sha256=` or `v1,`.
    public var prefix = ""
    /// Whether the header may have several codes, separated by spaces.
    public var hasSeveralCodes = false
    /// The algorithm.
    public let algorithm: Algorithm
    /// Whether the public address is among what is signed.
    public var signsAddress: Bool { signed.contains(.address) || signed.contains(.plainAddress) }
    /// How a secret is written.
    public var keyForm = KeyForm.text
    /// How a code is written.
    public var encoding = Encoding.hex
    /// The signed bytes, one part after the other.
    public var signed: [Part] = [.body]
    /// The header of the delivery's id, which stays the same when it is sent again; nil for none.
    public var identifierHeader: String?
    /// The header of the timestamp; nil for none.
    public var timestampHeader: String?
    /// The unit of the timestamp.
    public var clock = Clock.seconds
    /// How far the timestamp may lie from the receiver's clock, in seconds; nil for any.
    public var toleranceSeconds: Int?

    init(_ name: String, header: String?, _ algorithm: Algorithm) {
        self.name = name
        self.header = header
        self.algorithm = algorithm
    }

    /// Where nothing is proven: a choice that somebody makes, and answers for.
    public static let unsignedName = "unsigned"

    /// The scheme of a name; nil where there is none.
    public static func named(_ name: String) -> SignatureScheme? { all.first { $0.name == name } }

    /// Every scheme that is known.
    public static let all: [SignatureScheme] = [
        standard("standard-webhooks", "webhook"), standard("svix", "svix"), typeform,
        surveyMonkey, hubSpot, zendesk, intercom,
        sha256("smartsurvey", "X-SmartSurvey-Signature"), sha256("survicate", "Hmac"),
        delighted, SignatureScheme("static-header", header: nil, .secretItself),
    ]

    private static func sha256(_ name: String, _ header: String) -> SignatureScheme {
        SignatureScheme(name, header: header, .hmacSHA256)
    }

    /// Standard Webhooks 1.0: id, timestamp and body, joined by dots.
    private static func standard(_ name: String, _ prefix: String) -> SignatureScheme {
        var scheme = sha256(name, "\(prefix)-signature")
        (scheme.prefix, scheme.hasSeveralCodes) = ("v1,", true)
        scheme.keyForm = .base64(prefix: "whsec_")
        scheme.encoding = .base64
        scheme.signed = [.identifier, .text("."), .timestamp, .text("."), .body]
        scheme.identifierHeader = "\(prefix)-id"
        scheme.timestampHeader = "\(prefix)-timestamp"
        scheme.toleranceSeconds = 300
        return scheme
    }

    private static let typeform: SignatureScheme = {
        var scheme = sha256("typeform", "Typeform-Signature")
        (scheme.prefix, scheme.encoding) = ("sha256=", .base64)
        return scheme
    }()

    /// The secret is `<client_id>&<client_secret>`.
    private static let surveyMonkey: SignatureScheme = {
        var scheme = SignatureScheme("surveymonkey", header: "Sm-Signature", .hmacSHA1)
        (scheme.encoding, scheme.keyForm) = (.base64, .pair)
        return scheme
    }()

    private static let hubSpot: SignatureScheme = {
        var scheme = sha256("hubspot-v3", "X-HubSpot-Signature-v3")
        scheme.encoding = .base64
        scheme.signed = [.method, .plainAddress, .body, .timestamp]
        scheme.timestampHeader = "X-HubSpot-Request-Timestamp"
        scheme.clock = .milliseconds
        scheme.toleranceSeconds = 300
        return scheme
    }()

    private static let zendesk: SignatureScheme = {
        var scheme = sha256("zendesk", "X-Zendesk-Webhook-Signature")
        scheme.encoding = .base64
        scheme.signed = [.timestamp, .body]
        scheme.timestampHeader = "X-Zendesk-Webhook-Signature-Timestamp"
        scheme.clock = .rfc3339
        scheme.toleranceSeconds = 300
        return scheme
    }()

    private static let intercom: SignatureScheme = {
        var scheme = SignatureScheme("intercom", header: "X-Hub-Signature", .hmacSHA1)
        scheme.prefix = "sha1="
        return scheme
    }()

    private static let delighted: SignatureScheme = {
        var scheme = sha256("delighted", "X-Delighted-Webhook-Signature")
        scheme.prefix = "sha256="
        return scheme
    }()
}
