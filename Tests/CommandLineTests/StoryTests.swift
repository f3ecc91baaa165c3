import Foundation
import Testing

/// The whole story of a ledger, as JSON.
@Suite("The whole story")
struct StoryTests {
    static let row =
        "detractors:number,expectedNps:number,high:number,inferred:number,low:number,nps:number,"
        + "passives:number,persons:number,promoters:number,responses:number,reviewed:number,"
        + "segment:{%},stated:number,"
        + "uncounted:number"
    static let asOf =
        "asOf:{position:number,recordedAt:string},incomplete:number,instant:null"
    static let lens =
        "lens:{basis:string,confidence:number,duplicates:string,interval:string,later:[],model:number,reviews:string,thresholds:number,zone:string}"
    static let report =
        "{amended:number,classified:number,conflicts:number,datedAhead:number,duplicates:number,"
        + "excluded:number,read:number,reasons:{%},recorded:number,rejected:number,scored:number,"
        + "shadowClassified:number,unlearntLanguages:{}}"

    static func row(_ dimensions: String...) -> String {
        let segment = dimensions.map { $0 + ":string" }.joined(separator: ",")
        return "{" + row.replacingOccurrences(of: "%", with: segment) + "}"
    }

    @Test("simulate, init, import, nps, trend, compare, trace, audit")
    func answers() throws {
        let here = try Workspace()
        let truth = try here.prepare(responses: 900, seed: 5)
        try importing(here, truth)
        try scores(here, truth)
        try trends(here)
        try comparisons(here)
        try traces(here)
        try audits(here, truth)
        try here.verify()
    }

    private func importing(_ here: Workspace, _ truth: JSON) throws {
        let before = try here.eventCounts()
        let rehearsal = try here.json(["import", "answers.csv", "--dry-run"] + Workspace.mapping)
        #expect(try here.eventCounts() == before)
        let report = try here.json(["import", "answers.csv"] + Workspace.mapping)
        let reasons: String =
            if case .object(let pairs)? = report["reasons"] {
                pairs.keys.sorted().map { $0 + ":number" }.joined(separator: ",")
            } else { "" }
        #expect(report.shape == Self.report.replacingOccurrences(of: "%", with: reasons))
        for key in ["read", "recorded", "amended", "duplicates", "conflicts", "rejected"] {
            #expect(report[key]?.int == truth["expected"]?[key]?.int, "\(key)")
            #expect(rehearsal[key] == report[key], "dry run: \(key)")
        }
        #expect(rehearsal["reasons"] == report["reasons"])
        #expect(report["excluded"]?.int == 0)
        let again = try here.json(["import", "answers.csv"] + Workspace.mapping)
        #expect(again["recorded"]?.int == 0)
        #expect(again["classified"]?.int == 0)
    }

    private func scores(_ here: Workspace, _ truth: JSON) throws {
        let nps = try here.json("nps", "--by", "region", "--basis", "stated")
        #expect(
            nps.shape
                == "{\(Self.asOf),\(Self.lens),omitted:number,rows:[\(Self.row("region"))],"
                + "tooFew:number,total:\(Self.row()),unlearntLanguages:{},unread:number,"
                + "window:{from:null,to:null}}")
        for row in nps["rows"]?.items ?? [] {
            let region = try #require(row["segment"]?["region"]?.text)
            let known = truth["segments"]?.items.first {
                $0["dimension"]?.text == "region" && $0["value"]?.text == region
            }
            let counts = try #require(known?["statedBefore"])
            for name in ["promoters", "passives", "detractors"] {
                #expect(row[name] == counts[name], "\(region) \(name)")
            }
            let (promoters, detractors) = (counts["promoters"]?.int, counts["detractors"]?.int)
            let total = try #require(row["responses"]?.number)
            let points = Double((promoters ?? 0) - (detractors ?? 0)) / total * 100
            #expect(abs((row["nps"]?.number ?? 200) - points) < 0.0001)
            #expect(row["low"]?.number ?? 200 <= points)
            #expect(row["high"]?.number ?? -200 >= points)
        }
        #expect(nps["rows"]?.items.count == 4)
        let window = try here.json(
            "nps", "--from", "2025-03-01", "--to", "2025-06-01T00:00:00Z", "--where",
            "region=EMEA", "--where", "region=APAC", "--confidence", "90", "--interval", "score")
        #expect(window["window"]?["from"]?.text == "2025-03-01T00:00:00Z")
        #expect(window["window"]?["to"]?.text == "2025-06-01T00:00:00Z")
        #expect(window["lens"]?["confidence"]?.number == 90)
        #expect(window["lens"]?["interval"]?.text == "score")
        #expect(window["lens"]?["basis"]?.text == "blended")
        // Before the first response there is nothing, and that is said.
        let early = try here.json("nps", "--as-of", "5")
        #expect(early["total"]?["responses"]?.int == 0)
        #expect(early["total"]?["nps"] == .null)
        #expect(early["asOf"]?["position"]?.int == 5)
        #expect(try here.json("nps", "--as-of", "1999-12-31")["asOf"]?["position"]?.int == 0)
    }

    private func trends(_ here: Workspace) throws {
        let trend = try here.json(
            "trend", "--by", "plan", "--every", "quarter", "--basis", "stated")
        #expect(trend["every"]?.text == "quarter")
        #expect(trend["series"]?.items.count == 4)
        let points = trend["series"]?.items.first?["points"]
        #expect(
            points?.shape
                == "[{expectedNps:number,high:number,low:number,nps:number,period:string,"
                + "persons:number,responses:number,rollingNps:number,rollingResponses:number,"
                + "start:string,unread:number}]")
        #expect(
            points?.items.compactMap { $0["period"]?.text }
                == ["2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4"])
        let sum = trend["series"]?.items.flatMap { $0["points"]?.items ?? [] }
            .reduce(0) { $0 + ($1["responses"]?.int ?? 0) }
        let total = try here.json("nps", "--basis", "stated")["total"]
        #expect(sum == total?["responses"]?.int)
        // A rolling window as long as everything ends with everything.
        let rolling = try here.json("trend", "--rolling", "400d", "--basis", "stated")
        let last = rolling["series"]?.items.first?["points"]?.items.last
        #expect(last?["rollingResponses"] == total?["responses"])
        #expect(last?["rollingNps"] == total?["nps"])
    }

    private func comparisons(_ here: Workspace) throws {
        let side =
            "{detractors:number,name:string,nps:number,passives:number,persons:number,"
            + "promoters:number,responses:number}"
        let shape =
            "[{adjustedP:number,difference:number,first:\(side),high:number,"
            + "intervalConfidence:number,low:number,name:string,p:number,personsInBoth:number,"
            + "second:\(side),test:string}]"
        for arguments in [
            ["--by", "region"], ["--segment", "region=EMEA", "--segment", "region=APAC,plan=free"],
            ["--span", "2025-01-01..2025-07-01", "--span", "2025-04-01..2026-01-01"],
        ] {
            let comparison = try here.json(["compare"] + arguments)
            #expect(comparison["rows"]?.shape == shape, "\(arguments)")
            for row in comparison["rows"]?.items ?? [] {
                let (first, second) = (row["first"]?["nps"]?.number, row["second"]?["nps"]?.number)
                let difference = try #require(row["difference"]?.number)
                #expect(abs((second ?? 0) - (first ?? 0) - difference) < 0.001, "\(arguments)")
                #expect(row["adjustedP"]?.number ?? 0 >= row["p"]?.number ?? 1)
            }
        }
    }

    private func traces(_ here: Workspace) throws {
        let lines = try here.read("answers.csv").split(separator: "\n")
        // A response with words, without a comma in them.
        let line = try #require(
            lines.dropFirst().first { line in
                let fields = line.split(separator: ",", omittingEmptySubsequences: false)
                return fields.count == 12 && fields[3].count > 5 && !line.contains("\"")
                    && Int(fields[2]) != nil && !fields[0].isEmpty && !fields[4].contains("/")
            })
        let fields = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        let trace = try here.json("trace", fields[0])
        #expect(trace["id"]?.text == fields[0])
        #expect(trace["source"]?.text == "web")
        #expect(trace["segment"]?["region"]?.text == fields[8])
        let events = trace["events"]?.items ?? []
        #expect(events.first?["event"]?.text == "response.recorded")
        #expect(events.first?["text"]?.text == fields[3])
        #expect(events.first?["respondent"]?.text == fields[1])
        #expect(events.contains { $0["event"]?.text == "classification.recorded" })
        #expect(trace["counts"]?["because"]?.text?.contains("stated score of \(fields[2])") == true)
        // By position it is the same story; sealed, without the words.
        let position = try #require(events.first?["position"]?.int)
        #expect(try here.json("trace", "\(position)") == trace)
        let sealed = try here.run("trace", fields[0], "--sealed", "--format", "json")
        #expect(sealed.status == 0)
        #expect(!sealed.output.contains(fields[3]))
        #expect(!sealed.output.contains(fields[1]))
        // Without the master key numbers are there and words are not.
        let keyless = try here.run(
            "trace", fields[0], environment: ["NPSLEDGER_KEY_FILE": "/nonexistent/key"])
        #expect(keyless.status == 0, "\(keyless)")
        #expect(!keyless.output.contains(fields[3]))
        #expect(keyless.output.contains("score \(fields[2])"))
    }

    private func audits(_ here: Workspace, _ truth: JSON) throws {
        let acts = try here.json("audit")["acts"]?.items ?? []
        #expect(
            acts.compactMap { $0["event"]?.text } == [
                "ledger.opened", "model.registered", "model.activated", "thresholds.edited",
                "mapping.edited",
            ])
        #expect(acts.allSatisfy { $0["actor"]?.text == "tester" })
        let rows = try here.json("audit", "--quarantine", "--limit", "1000")["rows"]?.items ?? []
        let (rejected, conflicts) = (
            truth["expected"]?["rejected"], truth["expected"]?["conflicts"]
        )
        #expect(rows.count == (rejected?.int ?? 0) + (conflicts?.int ?? 0))
        let file = try here.read("answers.csv")
        for row in rows {
            #expect(
                row.shape.hasPrefix("{code:string,column:")
                    && row.shape.hasSuffix(
                        ",expected:string,line:number,position:number,recordedAt:string,"
                            + "row:number,source:string,sourceRow:string}"),
                "\(row.shape)")
            #expect(file.contains(row["sourceRow"]?.text ?? "?"))
        }
        let some = try here.json("audit", "--code", "conflict")["rows"]?.items
        #expect(some?.count == conflicts?.int)
    }
}
