import Foundation
import Testing

@Suite("Evaluation against the log itself")
struct EvaluationRecountTests {
    /// What a model read in a response with a stated score, taken from the log itself.
    private struct Labelled {
        let label: Int
        let shares: [Double]
        let region: String?
        let occurredAt: String

        var read: Int { shares.firstIndex(of: shares.max() ?? 0) ?? 0 }
    }

    /// Reads the log event by event, as anybody could who never saw this program's code.
    private func labelled(_ here: Workspace, model: Int) throws -> [Labelled] {
        var responses: [Int: JSON] = [:]
        var scores: [Int: Double] = [:]
        var regions: [Int: String] = [:]
        var classifications: [Int: [Double]] = [:]
        for line in try here.run("tail", "--from", "0").lines {
            let event = try JSONDecoder().decode(JSON.self, from: Data(line.utf8))
            let payload = event["payload"]
            let position = event["position"]?.int ?? 0
            switch event["event"]?.text {
            case "response.recorded":
                responses[position] = event
                scores[position] = payload?["score"]?.number
                regions[position] = payload?["segments"]?["region"]?.text
            case "response.amended":
                let response = payload?["response"]?.int ?? 0
                if let score = payload?["score"]?.number { scores[response] = score }
                if let region = payload?["segments"]?["region"]?.text { regions[response] = region }
            case "classification.recorded" where payload?["model"]?.int == model:
                classifications[payload?["response"]?.int ?? 0] = payload?["class"]?.items
                    .compactMap(\.number)
            default: break
            }
        }
        return responses.keys.sorted().compactMap { position in
            guard let score = scores[position], let shares = classifications[position] else {
                return nil
            }
            return Labelled(
                label: score >= 900 ? 2 : score >= 700 ? 1 : 0, shares: shares.map { $0 / 10_000 },
                region: regions[position],
                occurredAt: responses[position]?["occurredAt"]?.text ?? "")
        }
    }

    @Test("every figure is that of a recount of the log")
    func recount() throws {
        let here = try Workspace()
        _ = try here.prepare(responses: 900, seed: 41)
        _ = try here.json(["import", "answers.csv"] + Workspace.mapping)
        let found = try labelled(here, model: 1)
        let report = try here.json(
            "model", "evaluate", "1", "--by", "region", "--responses-at-least", "1")
        let n = Double(found.count)
        #expect(found.count > 200)
        #expect(report["evaluates"]?.text == "version")
        #expect(report["responses"]?["evaluated"]?.int == found.count)
        #expect(report["responses"]?["labelled"]?.int == found.count)
        #expect(report["responses"]?["leftOut"]?.int == 0)
        #expect(report["training"]?["responses"]?.int == 0)
        func close(_ json: JSON?, _ value: Double, _ tolerance: Double = 1e-9) -> Bool {
            abs((json?.number ?? .infinity) - value) < tolerance
        }
        let confusion = (0..<3).map { label in
            (0..<3).map { read in
                JSON.number(Double(found.count { $0.label == label && $0.read == read }))
            }
        }
        #expect(report["confusion"] == .array(confusion.map { .array($0) }))
        let right = Double(found.count { $0.label == $0.read })
        #expect(close(report["accuracy"]?["value"], right / n))
        let brier = found.reduce(0.0) { sum, item in
            (0..<3).reduce(sum) { sum, index in
                let miss = item.shares[index] - (index == item.label ? 1 : 0)
                return sum + miss * miss
            }
        }
        #expect(close(report["brier"]?["value"], brier / n))
        let loss = found.reduce(0.0) { $0 - log(max($1.shares[$1.label], 5e-5)) }
        #expect(close(report["logLoss"]?["value"], loss / n))
        var error = 0.0
        for bin in 0..<15 {
            let inside = found.filter { min(14, Int(($0.shares.max() ?? 0) * 15)) == bin }
            error += abs(
                inside.reduce(0.0) { $0 + ($1.shares.max() ?? 0) }
                    - Double(inside.count { $0.label == $0.read }))
        }
        #expect(close(report["calibration"]?["ece"], error / n))
        let segments = report["segments"]?.items ?? []
        #expect(segments.count == Set(found.map(\.region)).count && segments.count > 2)
        for segment in segments {
            let inside = found.filter { $0.region == segment["segment"]?["region"]?.text }
            let count = Double(inside.count)
            let stated = inside.reduce(0.0) { $0 + Double($1.label - 1) } / count * 100
            let expected = inside.reduce(0.0) { $0 + $1.shares[2] - $1.shares[0] } / count * 100
            let counted = inside.reduce(0.0) { $0 + Double($1.read - 1) } / count * 100
            #expect(segment["responses"]?.int == inside.count)
            #expect(close(segment["stated"], stated, 1e-3))
            #expect(close(segment["expected"], expected, 1e-3))
            #expect(close(segment["bias"], expected - stated, 1e-3))
            #expect(close(segment["countedBias"], counted - stated, 1e-3))
            let (low, high) = (segment["low"]?.number ?? 0, segment["high"]?.number ?? 0)
            #expect(
                low < high && (segment["adjustedP"]?.number ?? -1) >= (segment["p"]?.number ?? 2))
        }
        let csv = try here.run(
            "model", "evaluate", "1", "--by", "region", "--responses-at-least", "1", "--format",
            "csv")
        let lines = csv.output.split(whereSeparator: \.isNewline)
        #expect(lines.count == segments.count + 1)
        #expect(lines.first?.hasPrefix("region,responses,stated,expected,bias") == true)
        try estimates(here, found)
    }

    /// The estimate without labels, recounted as well.
    private func estimates(_ here: Workspace, _ found: [Labelled]) throws {
        let report = try here.json("model", "estimate")
        let model = try #require(report["models"]?.items.first)
        #expect(report["models"]?.items.count == 1 && model["state"]?.text == "active")
        #expect(model["read"] == model["texts"])
        let estimate = try #require(model["labelledEstimated"])
        let mean = found.reduce(0.0) { $0 + ($1.shares.max() ?? 0) } / Double(found.count)
        #expect(abs((estimate["accuracy"]?["value"]?.number ?? 0) - mean) < 1e-9)
        let scores = (0..<3).map { label in
            let both = found.filter { $0.read == label }.reduce(0.0) { $0 + $1.shares[label] }
            let actual = found.reduce(0.0) { $0 + $1.shares[label] }
            return 2 * both / (actual + Double(found.count { $0.read == label }))
        }
        #expect(
            abs((estimate["macroF1"]?["value"]?.number ?? 0) - scores.reduce(0, +) / 3) < 1e-9)
        #expect(model["labelledMeasured"]?["texts"]?.int == found.count)
        let unlabelled = model["unlabelledEstimated"]?["texts"]?.int ?? 0
        #expect(unlabelled + found.count == model["read"]?.int && unlabelled > 0)
    }
}
