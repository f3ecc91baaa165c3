import Encoders
import Testing

@Suite("Embeddings")
struct EmbeddingTests {
    @Test("components are rounded to the nearest step and cut off beyond one")
    func rounding() {
        let embedding = Embedding(rounding: [0, 1, -1, 2, -2, 0.5, 1.4 / 32_767, 1.6 / 32_767])
        #expect(embedding.components == [0, 32_767, -32_767, 32_767, -32_767, 16_384, 1, 2])
    }
}
