import LedgerCore
import Testing

@Suite("Classes")
struct ThresholdsTests {
    @Test("every score has one class, in order, for random cut-offs, seed 93")
    func partition() {
        var random = SeededGenerator(seed: 93)
        var sets = (0..<150).map { _ in random.thresholds() } + [.standard]
        for cuts: (UInt16, UInt16) in [(1, 1), (1, 1000), (1000, 1000), (500, 500)] {
            sets.append(
                Thresholds(passiveFrom: cuts.0, promoterFrom: cuts.1, confidenceMin: 0)
                    ?? .standard)
        }
        for set in sets {
            var counts: [NPSClass: Int] = [:]
            var previous = NPSClass.detractor
            for score: UInt16 in 0...1000 {
                let found = set.classify(score: score)
                #expect(found.rawValue >= previous.rawValue, "classes do not fall as scores rise")
                previous = found
                counts[found, default: 0] += 1
            }
            #expect(counts[.detractor, default: 0] == Int(set.passiveFrom))
            #expect(counts[.passive, default: 0] == Int(set.promoterFrom - set.passiveFrom))
            #expect(counts[.promoter, default: 0] == 1001 - Int(set.promoterFrom))
        }
    }

    @Test("the standard is 0–6, 7–8, 9–10")
    func standard() {
        let classes = (0...10).map { Thresholds.standard.classify(score: UInt16($0 * 100)) }
        #expect(
            classes
                == Array(repeating: .detractor, count: 7) + [
                    .passive, .passive, .promoter, .promoter,
                ])
        #expect(Thresholds.standard.confidenceMin == 0)
        #expect(Thresholds.standard.classify(score: 699) == .detractor)
        #expect(Thresholds.standard.classify(score: 899) == .passive)
    }

    @Test("cut-offs out of order or range are no thresholds")
    func limits() {
        let values: [UInt16] = [0, 1, 699, 700, 999, 1000, 1001, .max]
        for passive in values {
            for promoter in values {
                for confidence: UInt16 in [0, 10_000, 10_001, .max] {
                    let isValid =
                        passive > 0 && passive <= promoter && promoter <= 1000
                        && confidence <= 10_000
                    let set = Thresholds(
                        passiveFrom: passive, promoterFrom: promoter, confidenceMin: confidence)
                    #expect((set != nil) == isValid)
                    guard let set else { continue }
                    #expect(set.passiveFrom == passive && set.promoterFrom == promoter)
                    #expect(set.confidenceMin == confidence)
                }
            }
        }
    }

    /// The likeliest class by looking at all three, the lower one of equals.
    private func bruteForce(_ shares: [UInt16], _ confidenceMin: UInt16) -> NPSClass? {
        let most = shares.max() ?? 0
        guard most >= confidenceMin, let index = shares.firstIndex(of: most) else { return nil }
        return NPSClass.allCases[index]
    }

    @Test("the likeliest class is found, ties go down, and doubt is said, seed 94")
    func probabilities() throws {
        var random = SeededGenerator(seed: 94)
        // A coarse grid for the ties, then random shares.
        var all: [[UInt16]] = []
        for a in 0...20 {
            for b in 0...(20 - a) { all.append([a, b, 20 - a - b].map { UInt16($0 * 500) }) }
        }
        all += (0..<5000).map { _ in random.shares(3) }
        all += [[3333, 3333, 3334], [3334, 3333, 3333], [3333, 3334, 3333], [5000, 0, 5000]]
        for shares in all {
            let most = shares.max() ?? 0
            for confidence in [0, most - 1, most, min(most + 1, 10_000), 5000, 10_000] {
                let set = try #require(
                    Thresholds(passiveFrom: 700, promoterFrom: 900, confidenceMin: confidence))
                #expect(
                    set.classify(detractor: shares[0], promoter: shares[2])
                        == bruteForce(shares, confidence), "\(shares) at \(confidence)")
            }
        }
    }

    @Test("impossible shares do not trap")
    func impossibleShares() {
        #expect(Thresholds.standard.classify(detractor: .max, promoter: .max) == .detractor)
        #expect(Thresholds.standard.classify(detractor: 0, promoter: .max) == .promoter)
    }

    @Test("classes have permanent numbers and names")
    func classes() {
        #expect(NPSClass.allCases.map(\.rawValue) == [0, 1, 2])
        #expect(NPSClass.allCases.map(\.name) == ["detractor", "passive", "promoter"])
    }
}
