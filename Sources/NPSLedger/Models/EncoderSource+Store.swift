import Classification
import Encoders

extension EncoderSource {
    /// The encoders of a store, each opened once and then kept open by this source.
    public static func store(_ store: EncoderStore = .user()) -> EncoderSource {
        let open = OpenEncoders(store)
        return EncoderSource { reference throws(EncoderError) in
            try open.encoder(reference.digest)
        }
    }
}
