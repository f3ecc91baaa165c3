import Foundation
import SurveyImport
import Testing

/// A real survey, where a checkout of the shared data stands beside the package.
@Suite("A real survey")
struct RealDataTests {
    private static let path: String = {
        var root = URL(fileURLWithPath: #filePath)
        for _ in 0..<4 { root.deleteLastPathComponent() }
        return root.appendingPathComponent("shared/data/nps_fr_retail.csv.gz").path
    }()

    @Test func frenchRetailSurvey() throws {
        guard FileManager.default.fileExists(atPath: Self.path) else {
            print("no shared data beside the package: the real survey is not read")
            return
        }
        let mapping = try ColumnMapping(arguments: ["score=nps", "text=explication"])
        var reader = try SurveyFileReader(path: Self.path, mapping: mapping)
        var scored = 0
        var textOnly = 0
        var rejected: [RejectionCode: Int] = [:]
        var promoters = 0
        var batch: [RowOutcome] = []
        while try reader.nextBatch(into: &batch, max: 1000) > 0 {
            for outcome in batch {
                switch outcome {
                case .row(let row):
                    if let score = row.score {
                        scored += 1
                        if score >= 900 { promoters += 1 }
                    } else {
                        textOnly += 1
                    }
                case .rejected(let row): rejected[row.code, default: 0] += 1
                }
            }
        }
        #expect(scored == 13_612)
        #expect(textOnly == 37)
        #expect(rejected == [.neitherScoreNorText: 305])
        #expect(promoters == 8465)
        #expect(reader.columns.count == 9)
        #expect(reader.bytesRead == reader.totalBytes)
    }
}
