import Testing

@testable import Classification

struct ArtefactTests {
    private static let small = TrainingFixture.artefact(hashBits: 10)

    @Test func roundTripsToTheByte() throws {
        let decoded = try ModelArtefact(decoding: Self.small)
        #expect(decoded.encoded() == Self.small)
        let embedded = try ModelArtefact(decoding: NGramClassifier.embeddedArtefact)
        #expect(embedded.encoded() == NGramClassifier.embeddedArtefact)
    }

    @Test func sparseAndDenseHeadsRoundTrip() throws {
        var sparse = ModelHead.untrained(.scoreClass)
        sparse.steps = [7, 8, 9]
        sparse.weights = .init(repeating: 0, count: 3 << 10)
        sparse.weights[3 * 1023 + 1] = -5
        var dense = ModelHead.untrained(.intents)
        dense.biases = [1, -2, 3, -4, ModelHead.biasMax]
        dense.weights = (0..<5 << 10).map { Int8(truncatingIfNeeded: $0 | 1) }
        let model = ModelArtefact(
            bits: 10, heads: [sparse, .untrained(.sentiment), dense], metadata: [])
        let decoded = try ModelArtefact(decoding: model.encoded())
        #expect(decoded.heads == model.heads)
        #expect(model.encoded().count < 5 << 10 + 500)
    }

    @Test func everyFlippedByteIsRefused() {
        var bytes = Self.small
        var random = SeededTexts(seed: 5)
        for index in bytes.indices {
            let flip = UInt8(1 + random.below(255))
            bytes[index] ^= flip
            #expect(throws: ArtefactError.self, "byte \(index)") {
                try NGramClassifier(artefact: bytes)
            }
            bytes[index] ^= flip
        }
        #expect(throws: Never.self) { try NGramClassifier(artefact: bytes) }
    }

    @Test func everyTruncationIsRefused() {
        for count in stride(from: 0, to: Self.small.count, by: 7) {
            #expect(throws: ArtefactError.self, "\(count) bytes") {
                try NGramClassifier(artefact: Array(Self.small[..<count]))
            }
        }
        #expect(throws: ArtefactError.self) { try NGramClassifier(artefact: Self.small + [0]) }
    }

    /// Damage below a valid checksum: no crash, whatever the fields say.
    @Test func forgedContentIsBoundsChecked() {
        let seed: UInt64 = 6
        var random = SeededTexts(seed: seed)
        var refused = 0
        for _ in 0..<3000 {
            var bytes = Self.small
            for _ in 0...random.below(3) {
                // The first 400 bytes and the last hold all lengths, labels and bounds.
                let at =
                    random.below(2) == 0
                    ? 18 + random.below(400) : bytes.count - 1 - random.below(2000)
                bytes[min(at, bytes.count - 9)] = UInt8(truncatingIfNeeded: random.next())
            }
            do {
                let classifier = try NGramClassifier(artefact: ArtefactBytes.sealed(bytes))
                _ = classifier.classify("a good one")
            } catch {
                refused += 1
            }
        }
        #expect(refused > 300, "seed \(seed)")
    }

    @Test func refusalsSayWhy() {
        #expect(code([]) == .notAnArtefact)
        #expect(code(Array("GIF89a, not a model".utf8)) == .notAnArtefact)
        var newer = Self.small
        newer[8] = 3
        #expect(code(ArtefactBytes.sealed(newer)) == .unsupportedVersion)
        #expect(code(Array(Self.small.dropLast(3))) == .truncated)
        var flipped = Self.small
        flipped[flipped.count / 2] ^= 1
        #expect(code(flipped) == .damaged)
        var features = Self.small
        features[19] ^= 1
        #expect(code(ArtefactBytes.sealed(features)) == .featureSetMismatch)
        let name = Array("passive".utf8)
        var labels = Self.small
        if let at = labels.indices.first(where: { labels[$0...].starts(with: name) }) {
            labels.replaceSubrange(at..<(at + name.count), with: Array("neutral".utf8))
        }
        #expect(code(ArtefactBytes.sealed(labels)) == .labelMismatch)
    }

    private func code(_ bytes: [UInt8]) -> ArtefactError.Code? {
        do {
            _ = try NGramClassifier(artefact: bytes)
            return nil
        } catch {
            #expect(!error.description.isEmpty)
            return error.code
        }
    }
}
