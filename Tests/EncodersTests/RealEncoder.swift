import Encoders
import Foundation
import Testing

/// The encoder in the user's cache, where tests that need it find it.
enum RealEncoder {
    static let store = EncoderStore.user()
    static let isThere = store.contains(MiniLMEncoder.publishedDigest)
    static let directory = store.path(of: MiniLMEncoder.publishedDigest)
    /// Whether the tests were asked to run with it: `Tools/test --with-transformer`.
    static let isAskedFor = ProcessInfo.processInfo.environment["NPSLEDGER_TRANSFORMER"] == "1"

    /// Opened once; opening takes a second.
    static let shared = Result { try store.minilm() }
}

extension Trait where Self == ConditionTrait {
    /// Leaves a test out where the encoder was not fetched.
    static var needsEncoder: Self {
        .enabled(
            if: RealEncoder.isThere || RealEncoder.isAskedFor,
            "the encoder is not there: `npsledger model fetch minilm` gets it")
    }
}
