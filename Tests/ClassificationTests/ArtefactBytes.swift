@testable import Classification

/// Artefacts that someone wrote by hand.
enum ArtefactBytes {
    /// The bytes with a checksum that matches.
    static func sealed(_ bytes: [UInt8]) -> [UInt8] {
        let content = bytes.dropLast(8)
        var sum = ModelArtefact.checksum(content)
        var out = Array(content)
        for _ in 0..<8 {
            out.append(UInt8(truncatingIfNeeded: sum))
            sum >>= 8
        }
        return out
    }
}
