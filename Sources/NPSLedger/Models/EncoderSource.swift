import Classification
import Encoders
import LedgerCore

/// Where encoders come from that models name.
public struct EncoderSource: Sendable {
    private let find: @Sendable (EncoderReference) throws(EncoderError) -> any TextEncoder

    /// A source that looks encoders up by `find`.
    public init(
        _ find: @escaping @Sendable (EncoderReference) throws(EncoderError) -> any TextEncoder
    ) {
        self.find = find
    }

    /// No encoder at all.
    public static let none = EncoderSource { reference throws(EncoderError) in
        throw EncoderError(
            .missing,
            "the encoder \(reference.name) is not here")
    }

    /// The encoder of a reference, whose digest is compared.
    ///
    /// - Throws: `EncoderError` where it is missing, cannot be used, or is another one.
    public func encoder(_ reference: EncoderReference) throws(EncoderError) -> any TextEncoder {
        let encoder = try find(reference)
        guard encoder.digest == reference.digest, encoder.dimensions == reference.dimensions else {
            throw EncoderError(
                .mismatch,
                "the encoder here is \(Hex.encode(encoder.digest).prefix(16))…, the model was "
                    + "trained on \(Hex.encode(reference.digest).prefix(16))…: fetch the version "
                    + "it names, or train a model on this one", fetchHelps: false)
        }
        return encoder
    }
}

extension EncoderError {
    /// What gets an encoder that is missing or damaged.
    package var remedy: Remedy? { fetchHelps ? .fetchEncoder : nil }
}

extension EncoderSource {
    /// The encoders of a store, each opened once and then kept open by this source.
    public static func store(_ store: EncoderStore = .user()) -> EncoderSource {
        let open = OpenEncoders(store)
        return EncoderSource { reference throws(EncoderError) in
            try open.encoder(reference.digest)
        }
    }
}
