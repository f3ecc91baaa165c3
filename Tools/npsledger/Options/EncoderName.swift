import ArgumentParser
import Classification
import Encoders
import NPSLedger

/// The encoders that can be fetched.
enum EncoderName: String, ExpressibleByArgument, CaseIterable {
    case minilm

    /// The encoder, ready to read, under the name that models know it by.
    func open() throws -> (name: String, encoder: any TextEncoder) {
        let reference = EncoderReference(
            name: rawValue, digest: MiniLMEncoder.publishedDigest,
            dimensions: MiniLMEncoder.publishedDimensions)
        return (rawValue, try Ledger.encoders.encoder(reference))
    }
}
