import Testing

@testable import Classification

struct FeatureTests {
    private func buckets(_ text: String, bits: Int = 18) -> (words: [Int], grams: [Int], shape: Int)
    {
        var features = TextFeatures(bits: bits)
        var bytes = text
        bytes.withUTF8 { features.collect($0) }
        return (
            (0..<features.collector.words.count).map { features.collector.words[$0].bucket },
            (0..<features.collector.grams.count).map { features.collector.grams[$0].bucket },
            Int(features.collector.shapeBucket)
        )
    }

    /// Part of every artefact: if this fails, the feature set needs a new name.
    @Test func hashesAreGolden() {
        let found = buckets("Déjà vu!")
        #expect(found.words == [243_239, 164_259, 3530, 32_682, 248_152])
        #expect(
            found.grams == [
                152_086, 159_023, 160_263, 138_172, 102_284, 249_179, 15_866, 213_837, 5106,
                239_725, 29_386, 117_662,
            ])
        #expect(found.shape == 41_567)
        #expect(buckets("vu", bits: 22).words == [2_628_146])
    }

    @Test func countsAddUp() {
        var features = TextFeatures(bits: 18)
        var text = "no no no yes"
        text.withUTF8 { features.collect($0) }
        // no, no·no, yes, no·yes.
        #expect(features.collector.words.count == 4)
        #expect(features.collector.words[0].count == 3)
        #expect(features.collector.words[1].count == 2)
        // " no", "no ", " no " three times each; " ye", "yes", "es " and so on once.
        #expect(features.collector.grams[0].count == 3)
        #expect(features.collector.grams.count == 3 + 6)
        #expect(features.collector.tokens == 4)
        text = ""
        text.withUTF8 { features.collect($0) }
        #expect(features.collector.featureCount == 0)
    }

    @Test func gapsAndOrderMatterToBigrams() {
        #expect(Set(buckets("not good").words) != Set(buckets("good not").words))
        #expect(Set(buckets("not good").words).intersection(buckets("good not").words).count == 2)
    }

    @Test func countingSurvivesGrowth() {
        var counts = FeatureCounts()
        for round in 0..<3 {
            for bucket in UInt32(0)..<5000 {
                for _ in 0...(bucket % 3) { counts.add(bucket &* 7) }
            }
            #expect(counts.count == 5000)
            for position in 0..<counts.count {
                let (bucket, count) = counts[position]
                #expect(bucket == position * 7)
                #expect(count == position % 3 + 1)
            }
            counts.removeAll()
            #expect(counts.count == 0, "round \(round)")
        }
    }
}
