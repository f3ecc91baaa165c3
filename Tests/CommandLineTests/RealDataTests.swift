import Foundation
import Testing

/// Real surveys, where a checkout of the shared data stands beside the package.
@Suite("Real surveys")
struct RealDataTests {
    private static let directory: String = {
        var root = URL(fileURLWithPath: #filePath)
        for _ in 0..<4 { root.deleteLastPathComponent() }
        return ProcessInfo.processInfo.environment["NPSLEDGER_SHARED_DATA"]
            ?? root.appendingPathComponent("shared/data").path
    }()

    private func file(_ name: String) -> String? {
        let path = Self.directory + "/" + name
        guard FileManager.default.fileExists(atPath: path) else {
            print("no shared data beside the package: \(name) is not imported")
            return nil
        }
        return path
    }

    @Test("a French retailer's survey")
    func french() throws {
        guard let path = file("nps_fr_retail.csv.gz") else { return }
        let here = try Workspace()
        try here.succeed("init", "--origin", "test.example/nps")
        let report = try here.json(
            "import", path, "--source", "retail", "--map", "score=nps", "--map",
            "text=explication", "--at", "2023-01-01")
        #expect(report["read"]?.int == 13_954)
        #expect(report["recorded"]?.int == 13_649)
        #expect(report["scored"]?.int == 13_612)
        #expect(report["rejected"]?.int == 305)
        #expect(report["reasons"] == .object(["neither-score-nor-text": .number(305)]))
        let total = try here.json("nps", "--basis", "stated")["total"]
        #expect(total?["detractors"]?.int == 1_194)
        #expect(total?["passives"]?.int == 3_953)
        #expect(total?["promoters"]?.int == 8_465)
        #expect(abs((total?["nps"]?.number ?? 0) - 53.416) <= 0.0005)
        let blended = try here.json("nps")["total"]
        #expect(blended?["stated"]?.int == 13_612)
        #expect(blended?["inferred"]?.int == 37)
        try here.verify()
    }

    @Test("airline reviews with dates and segments")
    func airlines() throws {
        guard let path = file("skytrax_airline_dev.csv.gz") else { return }
        let here = try Workspace()
        try here.succeed("init", "--origin", "test.example/nps")
        var command = ["import", path, "--source", "skytrax"]
        for map in [
            "response_id=review_id", "score=overall_rating", "text=content", "at=date",
            "segment.airline=airline", "segment.cabin=cabin",
            "segment.traveller_type=traveller_type",
        ] { command += ["--map", map] }
        // Reading long reviews is the trainers' test; here it is dates and segments.
        if !Workspace.isHeavy { command.append("--no-classify") }
        let report = try here.json(command)
        let recorded = try #require(report["recorded"]?.int)
        #expect(recorded > 1_000)
        #expect(
            report["read"]?.int == recorded + (report["rejected"]?.int ?? 0)
                + (report["duplicates"]?.int ?? 0) + (report["conflicts"]?.int ?? 0))
        let trend = try here.json("trend", "--by", "cabin", "--every", "year")
        #expect((trend["series"]?.items.count ?? 0) >= 3)
        let comparison = try here.json("compare", "--by", "traveller_type")
        #expect((comparison["rows"]?.items.count ?? 0) >= 3)
        let position = try #require(
            try here.json("audit")["acts"]?.items.last?["position"]?.int)
        let trace = try here.json("trace", "\(position + 1)")
        #expect(trace["segment"]?["airline"]?.text?.isEmpty == false)
        #expect(trace["events"]?.items.first?["text"]?.text?.isEmpty == false)
        try here.verify()
    }
}
