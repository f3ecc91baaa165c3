import Crypto
import Foundation

/// A delivery, as far as its signature goes.
public struct SignedDelivery: Sendable {
    /// The method of the request.
    public var method: String
    /// Path and query, as they were asked for.
    public var target: String
    /// The headers, as they came.
    public var headers: [(name: String, value: String)]
    /// The body, byte for byte.
    public var body: [UInt8]

    /// A delivery.
    public init(
        method: String, target: String, headers: [(name: String, value: String)], body: [UInt8]
    ) {
        self.method = method
        self.target = target
        self.headers = headers
        self.body = body
    }

    /// The value of a header; nil where there is none, or more than one: two that differ would let a
    /// sender have one verified and another believed.
    func header(_ name: String) -> String? {
        let values = headers.filter { $0.name.lowercased() == name.lowercased() }
        return values.count == 1 ? values[0].value.trimmingCharacters(in: .whitespaces) : nil
    }
}

/// Why a delivery is not believed: a stable code, and what is wrong in words.
public struct SignatureRefusal: Error, Hashable, Sendable {
    /// `signature.missing`, `signature.malformed`, `signature.wrong`, `timestamp.missing` or
    /// `timestamp.outside`.
    public let code: String
    /// What is wrong; never a secret or a code.
    public let reason: String
}

/// Why a source cannot be set up so.
public struct SignatureSetupError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong, and what is right.
    public let description: String
}

/// Verifies that deliveries come from a source: one verifier for all schemes.
///
/// Codes are compared in constant time. Several secrets may be good at once, while one takes the place
/// of another.
public struct SignatureVerifier: Sendable {
    /// Codes that one delivery may have: each costs a pass over the body. Senders write one for each
    /// secret that is good while one takes the place of another.
    private static let codesMax = 16
    /// The longest id of a delivery, in bytes.
    private static let identifierBytesMax = 256

    private let scheme: SignatureScheme
    private let header: String
    private let keys: [SymmetricKey]
    private let publicAddress: String?

    /// What was proven of a delivery.
    public struct Proof: Hashable, Sendable {
        /// The sender's own id of the delivery, which stays the same when it is sent again; nil where
        /// the scheme signs none.
        public let identifier: String?
    }

    /// A verifier of one source.
    ///
    /// - Parameters:
    ///   - header: the header, where the scheme lets the receiver choose it.
    ///   - secrets: those that are good, at least one.
    ///   - publicAddress: scheme and host that the sender was given, where the address is signed.
    /// - Throws: ``SignatureSetupError``.
    public init(
        _ scheme: SignatureScheme, header: String? = nil, secrets: [String],
        publicAddress: String? = nil
    ) throws(SignatureSetupError) {
        self.scheme = scheme
        guard let header = scheme.header ?? header, !header.isEmpty else {
            throw SignatureSetupError(
                description: "the scheme \(scheme.name) needs the header that holds the secret")
        }
        self.header = header
        guard !secrets.isEmpty else {
            throw SignatureSetupError(description: "the scheme \(scheme.name) needs a secret")
        }
        var keys: [SymmetricKey] = []
        for secret in secrets { keys.append(try Self.key(secret, scheme)) }
        self.keys = keys
        guard publicAddress != nil || !scheme.signsAddress else {
            throw SignatureSetupError(
                description: "the scheme \(scheme.name) signs the public address: state it, such "
                    + "as https://nps.example")
        }
        self.publicAddress = publicAddress.map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
    }

    private static func key(
        _ secret: String, _ scheme: SignatureScheme
    ) throws(SignatureSetupError) -> SymmetricKey {
        guard !secret.isEmpty else {
            throw SignatureSetupError(description: "a secret is empty")
        }
        switch scheme.keyForm {
        case .text: return SymmetricKey(data: Array(secret.utf8))
        case .pair:
            let parts = secret.split(separator: "&", omittingEmptySubsequences: false)
            guard parts.count == 2, !parts.contains(where: \.isEmpty) else {
                throw SignatureSetupError(
                    description: "a secret of the scheme \(scheme.name) is the client's id and its "
                        + "secret, with & between")
            }
            return SymmetricKey(data: Array(secret.utf8))
        case .base64(let prefix):
            let text = secret.hasPrefix(prefix) ? String(secret.dropFirst(prefix.count)) : secret
            guard let data = Data(base64Encoded: text), !data.isEmpty else {
                throw SignatureSetupError(
                    description: "a secret of the scheme \(scheme.name) is base64 after \(prefix)")
            }
            return SymmetricKey(data: data)
        }
    }

    /// Verifies a delivery.
    ///
    /// - Parameter now: the receiver's clock, in seconds since 1970.
    /// - Throws: ``SignatureRefusal``, which is to be answered by 401.
    public func verify(
        _ delivery: SignedDelivery, now: Int
    ) throws(SignatureRefusal) -> Proof {
        let identifier = try required(scheme.identifierHeader, delivery, "signature.missing")
        if let identifier, identifier.utf8.count > Self.identifierBytesMax {
            throw SignatureRefusal(
                code: "signature.malformed",
                reason: "an id of a delivery has at most \(Self.identifierBytesMax) bytes")
        }
        let timestamp = try required(scheme.timestampHeader, delivery, "timestamp.missing")
        guard let stated = delivery.header(header) else {
            throw SignatureRefusal(
                code: "signature.missing", reason: "the header \(header) is needed, once")
        }
        let codes = try codes(stated)
        let signed = bytes(delivery, identifier, timestamp)
        guard isGood(codes, over: signed) else {
            throw SignatureRefusal(
                code: "signature.wrong", reason: "the header \(header) does not fit this body")
        }
        // Looked at last: a clock says nothing of what nobody has proven.
        if let timestamp { try check(timestamp, now) }
        return Proof(identifier: identifier)
    }

    private func required(
        _ name: String?, _ delivery: SignedDelivery, _ code: String
    ) throws(SignatureRefusal) -> String? {
        guard let name else { return nil }
        guard let value = delivery.header(name), !value.isEmpty else {
            throw SignatureRefusal(code: code, reason: "the header \(name) is needed, once")
        }
        return value
    }

    private func codes(_ stated: String) throws(SignatureRefusal) -> [[UInt8]] {
        let parts = scheme.hasSeveralCodes ? stated.split(separator: " ") : [stated[...]]
        // Codes of other versions stand beside those of this one.
        let own = parts.prefix(Self.codesMax).filter { $0.hasPrefix(scheme.prefix) }
            .compactMap { decoded(String($0.dropFirst(scheme.prefix.count))) }
            .filter { code in scheme.codeBytes.map { $0 == code.count } ?? true }
        guard !own.isEmpty, parts.count <= Self.codesMax else {
            throw SignatureRefusal(
                code: "signature.malformed",
                reason: "the header \(header) holds no code of the scheme \(scheme.name)")
        }
        return own
    }

    private func decoded(_ text: String) -> [UInt8]? {
        guard scheme.algorithm != .secretItself else { return Array(text.utf8) }
        switch scheme.encoding {
        case .base64: return Data(base64Encoded: text).map { Array($0) }
        case .hex:
            let digits = Array(text.utf8).map { UInt8(hex: $0) }
            guard digits.count % 2 == 0, !digits.isEmpty, !digits.contains(nil) else { return nil }
            let values = digits.compactMap(\.self)
            return stride(from: 0, to: values.count, by: 2).map { values[$0] << 4 | values[$0 + 1] }
        }
    }

    private func bytes(
        _ delivery: SignedDelivery, _ identifier: String?, _ timestamp: String?
    ) -> [UInt8] {
        scheme.signed.flatMap { part -> [UInt8] in
            switch part {
            case .identifier: Array((identifier ?? "").utf8)
            case .timestamp: Array((timestamp ?? "").utf8)
            case .body: delivery.body
            case .method: Array(delivery.method.utf8)
            case .address: Array(((publicAddress ?? "") + delivery.target).utf8)
            case .plainAddress:
                Self.plain(Array(((publicAddress ?? "") + delivery.target).utf8))
            case .text(let text): Array(text.utf8)
            }
        }
    }

    /// An address in which some characters stand for themselves, as HubSpot signs it: twelve, and no
    /// others.
    private static func plain(_ address: [UInt8]) -> [UInt8] {
        let characters = Set(":/?@!$'()*,;".utf8)
        var plain: [UInt8] = []
        var index = 0
        while index < address.count {
            if address[index] == UInt8(ascii: "%"), index + 2 < address.count,
                let high = UInt8(hex: address[index + 1]), let low = UInt8(hex: address[index + 2]),
                characters.contains(high << 4 | low)
            {
                plain.append(high << 4 | low)
                index += 3
            } else {
                plain.append(address[index])
                index += 1
            }
        }
        return plain
    }

    /// Whether one of the codes is made with one of the keys. All are tried, so that time says nothing
    /// of which.
    private func isGood(_ codes: [[UInt8]], over signed: [UInt8]) -> Bool {
        var isGood = false
        for key in keys {
            for code in codes where matches(code, key, signed) { isGood = true }
        }
        return isGood
    }

    private func matches(_ code: [UInt8], _ key: SymmetricKey, _ signed: [UInt8]) -> Bool {
        switch scheme.algorithm {
        case .hmacSHA256:
            HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: signed, using: key)
        case .hmacSHA1:
            HMAC<Insecure.SHA1>.isValidAuthenticationCode(code, authenticating: signed, using: key)
        case .secretItself:
            // Digests have one length, and are compared in constant time.
            SHA256.hash(data: code) == key.withUnsafeBytes { SHA256.hash(data: $0) }
        }
    }

    private func check(_ timestamp: String, _ now: Int) throws(SignatureRefusal) {
        guard let tolerance = scheme.toleranceSeconds else { return }
        let seconds: Double? =
            switch scheme.clock {
            case .seconds: Int(timestamp).map { Double($0) }
            case .milliseconds: Int(timestamp).map { Double($0) / 1000 }
            case .rfc3339:
                (try? Date(timestamp, strategy: .iso8601))?.timeIntervalSince1970
                    ?? (try? Date(
                        timestamp,
                        strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true)
                    ))?.timeIntervalSince1970
            }
        guard let seconds, abs(seconds - Double(now)) <= Double(tolerance) else {
            throw SignatureRefusal(
                code: "timestamp.outside",
                reason: "the time of the delivery is more than \(tolerance) s from the receiver's")
        }
    }
}

extension SignatureScheme {
    /// The length of a code in bytes; nil for any.
    fileprivate var codeBytes: Int? {
        switch algorithm {
        case .hmacSHA256: SHA256.byteCount
        case .hmacSHA1: Insecure.SHA1.byteCount
        case .secretItself: nil
        }
    }
}

extension UInt8 {
    /// The value of a hexadecimal digit; nil for anything else.
    fileprivate init?(hex digit: UInt8) {
        switch digit {
        case 0x30...0x39: self = digit - 0x30
        case 0x41...0x46: self = digit - 0x41 + 10
        case 0x61...0x66: self = digit - 0x61 + 10
        default: return nil
        }
    }
}
