import Classification
import Foundation
import LedgerCore
import LedgerOperations
import LedgerQueries
import LedgerStore
import NPSLedger
import SurveyImport

/// A ledger of a test, acted upon as any front would.
final class ActingLedger {
    static let actor = Actor("tester") ?? .system

    let open: OpenLedger
    private let folder: String

    init() throws {
        folder = NSTemporaryDirectory() + "nps-ledger-test-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        let paths = LedgerPaths(
            directory: folder + "/ledger",
            approvals: ProgramApprovals(folder: folder + "/approvals"))
        _ = try OpenLedger.bootstrap(
            BootstrapRequest(
                at: paths, origin: "test.example/nps", actor: Self.actor, acceptsClock: true))
        open = try OpenLedger(at: paths, acceptsClock: true, threads: 1)
    }

    deinit {
        open.close()
        try? FileManager.default.removeItem(atPath: folder)
    }

    func size() throws -> Position { try open.log.head().size }

    /// A model that differs from the embedded one.
    func registerSecond() throws -> ModelVersion {
        var options = TrainingOptions(seed: 1, folds: 2, hashBits: 10)
        options.classExamplesMin = 2
        let words = ["awful broken", "fine enough", "lovely great"]
        let examples = (0..<30).map { index in
            TrainingExample(
                text: [UInt8]("\(words[index % 3]) \(index)".utf8), scoreClass: UInt8(index % 3),
                key: UInt64(index))
        }
        let artefact = try NGramTrainer.train(examples, options: options).artefact
        return try open.register(
            RegistrationRequest(artefact: artefact, name: "small"), actor: Self.actor
        ).version
    }

    /// A file of responses whose texts contradict their scores every third time.
    func file(_ ids: Range<Int>) throws -> String {
        let texts = ["awful and broken", "fine enough for us", "lovely and great"]
        let rows = ids.map { id in
            "\(id),\([2, 7, 10][id % 3]),\(id % 9 < 3 ? texts[2 - id % 3] : texts[id % 3]) \(id),"
                + "2025-06-01,\(["north", "south"][id % 2])"
        }
        let path = folder + "/rows-\(ids.lowerBound).csv"
        try Data(("id,score,comment,at,region\n" + rows.joined(separator: "\n") + "\n").utf8)
            .write(to: URL(fileURLWithPath: path))
        return path
    }

    func request(_ ids: Range<Int>) throws -> ImportRequest {
        ImportRequest(
            [try file(ids)], source: "web",
            mapping: try ColumnMapping(arguments: [
                "response_id=id", "score=score", "text=comment", "at=at", "segment.region=region",
            ]).checked(), actor: Self.actor)
    }

    /// Responses of people who answer often and in several regions and by several plans.
    func importPanel(_ ids: Range<Int>, persons: Int) throws {
        let rows = ids.map { id in
            "\(id),\(id * 7 % 11),customer-\(id * id % persons),2025-0\(1 + id % 9)-11,"
                + "\(["north", "south", "west"][id % 3]),\(["free", "pro"][id / 3 % 2])"
        }
        let path = folder + "/panel-\(ids.lowerBound).csv"
        let header = "id,score,customer,at,region,plan\n"
        try Data((header + rows.joined(separator: "\n") + "\n").utf8)
            .write(to: URL(fileURLWithPath: path))
        _ = try open.importFiles(
            ImportRequest(
                [path], source: "panel",
                mapping: try ColumnMapping(arguments: [
                    "response_id=id", "score=score", "respondent_id=customer", "at=at",
                    "segment.region=region", "segment.plan=plan",
                ]).checked(), actor: Self.actor))
    }

    /// How many responses stand in the log.
    func responses() throws -> Int {
        var count = 0
        try open.log.forEachEvent(in: 0..<Position.max, named: [.responseRecorded]) { _ in
            count += 1
            return true
        }
        return count
    }

    /// Positions of what a version recorded of texts.
    func classifications(by version: ModelVersion) throws -> [Position] {
        var found: [Position] = []
        try open.log.forEachEvent(
            in: 0..<Position.max, named: [ClassificationRecorded.name]
        ) { event in
            if try ClassificationRecorded(event).model == version { found.append(event.position) }
            return true
        }
        return found
    }
}
