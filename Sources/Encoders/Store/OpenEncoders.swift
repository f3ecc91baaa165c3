import Synchronization

/// Encoders of a store that are opened once, when they are first asked for, and stay open: opening
/// one takes half a second, and each that is open has its weights in memory.
public final class OpenEncoders: Sendable {
    /// Where they are.
    public let store: EncoderStore
    private let opened = Mutex<[[UInt8]: MiniLMEncoder]>([:])

    /// None open yet.
    public init(_ store: EncoderStore = .user()) {
        self.store = store
    }

    /// The encoder with a digest. Who asks while another opens it waits and gets the same.
    ///
    /// - Throws: as ``EncoderStore/encoder(_:)`` does; the next call tries again.
    public func encoder(_ digest: [UInt8]) throws(EncoderError) -> MiniLMEncoder {
        try opened.withLock { opened throws(EncoderError) in
            if let encoder = opened[digest] { return encoder }
            let encoder = try store.encoder(digest)
            opened[digest] = encoder
            return encoder
        }
    }
}
