import Classification
import Encoders
import Foundation
import LedgerCore
import NPSLedger
import Testing

@Suite("Encoders from a store")
struct EncoderSourceTests {
    private static let isThere =
        EncoderStore.user().contains(MiniLMEncoder.publishedDigest)
        || ProcessInfo.processInfo.environment["NPSLEDGER_TRANSFORMER"] == "1"

    private func reference(_ digest: [UInt8], dimensions: Int = 384) -> EncoderReference {
        EncoderReference(
            name: MiniLMEncoder.shortName, digest: digest, dimensions: dimensions)
    }

    @Test("What is not there is missing, with what gets it")
    func missing() throws {
        let source = EncoderSource.store(EncoderStore(directory: "/nonexistent"))
        for (digest, says, remedy) in [
            (MiniLMEncoder.publishedDigest, "is not in", Remedy.fetchEncoder),
            ([UInt8](repeating: 0xAB, count: 32), "copy its directory", nil),
        ] {
            let error = #expect(throws: EncoderError.self) {
                try source.encoder(reference(digest))
            }
            #expect(error?.code == .missing)
            #expect(error?.description.contains(says) == true)
            #expect(error?.remedy == remedy)
            #expect(error?.description.contains("/nonexistent") == true)
        }
    }

    @Test(
        "What is there is opened once and is what the model names",
        .enabled(if: isThere, "the encoder is not there: `npsledger model fetch minilm` gets it"))
    func found() throws {
        let source = EncoderSource.store()
        let own = reference(MiniLMEncoder.publishedDigest)
        let encoders = try (0..<2).map { _ in try source.encoder(own) as? MiniLMEncoder }
        #expect(encoders[0] != nil && encoders[0] === encoders[1])
        let error = #expect(throws: EncoderError.self) {
            try source.encoder(reference(MiniLMEncoder.publishedDigest, dimensions: 383))
        }
        #expect(error?.code == .mismatch)
    }
}
