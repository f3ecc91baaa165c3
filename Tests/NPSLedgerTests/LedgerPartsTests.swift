import Dispatch
import Foundation
import LMDB
import LedgerCore
import LedgerStore
import LedgerVault
import SurveyImport
import Testing

@testable import LedgerStore
@testable import NPSLedger

/// Log, vault, manifest and key that do not belong together are refused before anything is written.
@Suite("Parts of a ledger")
struct LedgerPartsTests {
    private static let mapping = [
        "response_id=id", "score=score", "text=text", "respondent_id=who", "at=at",
    ]

    private static func rows(_ name: String, _ count: Int) -> [UInt8] {
        let rows = (0..<count).map {
            "\(name)\($0),\($0 % 11),fine \($0),2025-05-05T00:00:00Z,\(name)\($0)@x.org\n"
        }
        return [UInt8](("id,score,text,at,who\n" + rows.joined()).utf8)
    }

    /// A ledger's folder, closed, that can be taken apart.
    private final class Folder {
        let scratch: Scratch
        let paths: LedgerPaths

        init() throws {
            scratch = try Scratch()
            paths = LedgerPaths(directory: scratch.path + "/ledger")
            try Ledger.create(at: paths, origin: "test.example/nps", actor: TestLedger.actor)
                .close()
        }

        func open() throws -> Ledger { try Ledger(at: paths) }

        func importing(_ name: String, _ count: Int) throws {
            let ledger = try open()
            defer { ledger.close() }
            _ = try LedgerPartsTests.importing(name, count, into: ledger)
        }

        func copy(_ part: String, to name: String) throws {
            try? FileManager.default.removeItem(atPath: scratch.path + "/" + name)
            try FileManager.default.copyItem(
                atPath: paths.directory + "/" + part, toPath: scratch.path + "/" + name)
        }

        func restore(_ part: String, from path: String) throws {
            try FileManager.default.removeItem(atPath: paths.directory + "/" + part)
            try FileManager.default.copyItem(
                atPath: path, toPath: paths.directory + "/" + part)
        }

        func changeManifest(_ change: (inout [String: Any]) -> Void) throws {
            let file = URL(fileURLWithPath: paths.manifest)
            let object = try JSONSerialization.jsonObject(with: Data(contentsOf: file))
            var manifest = try #require(object as? [String: Any])
            change(&manifest)
            try JSONSerialization.data(withJSONObject: manifest).write(to: file)
        }

        func verification() throws -> LedgerVerification {
            let ledger = try open()
            defer { ledger.close() }
            return try LedgerVerification(
                of: ledger, models: ModelRegistry(ledger), workers: .caller)
        }

        /// The code of the refusal to append anything, which must not have appended it.
        func refusal() throws -> LedgerError.Code? {
            let ledger = try open()
            defer { ledger.close() }
            let size = try ledger.log.head().size
            let error = #expect(throws: LedgerError.self) {
                _ = try LedgerPartsTests.importing("new", 3, into: ledger)
            }
            #expect(throws: LedgerError.self) {
                _ = try ThresholdRegistry(ledger).edit(
                    .standard, reason: "x", actor: TestLedger.actor)
            }
            #expect(try ledger.log.head().size == size)
            return error?.code
        }
    }

    private static func importing(
        _ name: String, _ count: Int, into ledger: Ledger
    ) throws -> ImportReport {
        let mapping = try ColumnMapping(arguments: mapping).checked()
        var reader = try SurveyFileReader(
            bytes: rows(name, count), name: "\(name).csv", mapping: mapping)
        var importer = try ResponseImporter(
            ledger, source: name, mapping: mapping,
            options: ImportOptions(
                actor: TestLedger.actor, defaultTime: TestLedger.start, threads: 1))
        return try importer.run(&reader) { _, _, _ in }
    }

    @Test("a vault that is older than the log is refused, and found by verification")
    func olderVault() throws {
        let folder = try Folder()
        try folder.importing("a", 40)
        try folder.copy("vault", to: "older")
        try folder.importing("b", 2_000)
        #expect(try folder.verification().findings.isEmpty)
        try folder.copy("vault", to: "right")
        try folder.restore("vault", from: folder.scratch.path + "/older")
        #expect(try folder.refusal() == .mismatch)
        let findings = try folder.verification().findings
        #expect(
            findings.contains { $0.part == "vault" && $0.problem.contains("older than the log") })
        #expect(findings.allSatisfy { !$0.affects.isEmpty && !$0.remedy.isEmpty })
        try folder.restore("vault", from: folder.scratch.path + "/right")
        try folder.importing("c", 5)
        #expect(try folder.verification().findings.isEmpty)
    }

    @Test("a log that is older than its vault goes on")
    func olderLog() throws {
        let folder = try Folder()
        try folder.importing("a", 40)
        try folder.copy("log", to: "older")
        try folder.importing("b", 2_000)
        try folder.restore("log", from: folder.scratch.path + "/older")
        try folder.importing("c", 5)
        #expect(try folder.verification().findings.isEmpty)
    }

    @Test("the vault of another copy of the same ledger is refused where its keys are others")
    func otherBranch() throws {
        let folder = try Folder()
        try folder.importing("a", 10)
        let files = FileManager.default
        let branch = folder.scratch.path + "/branch"
        try files.copyItem(atPath: folder.paths.directory, toPath: branch)
        try files.copyItem(atPath: folder.paths.masterKey, toPath: branch + ".key")
        let other = try Ledger(at: LedgerPaths(directory: branch))
        _ = try Self.importing("x", 3_000, into: other)
        other.close()
        try folder.importing("b", 2_000)
        try folder.restore("vault", from: branch + "/vault")
        #expect(try folder.refusal() == .mismatch)
        let problems = try folder.verification().findings.map(\.problem)
        #expect(problems.contains { $0.contains("does not open") }, "\(problems)")
    }

    @Test("another ledger's vault or manifest under a shared key is refused")
    func foreignParts() throws {
        let folder = try Folder()
        try folder.importing("a", 5)
        let foreign = LedgerPaths(
            directory: folder.scratch.path + "/foreign", masterKey: folder.paths.masterKey)
        let other = try Ledger.create(
            at: foreign, origin: "test.example/nps", actor: TestLedger.actor)
        _ = try Self.importing("x", 2_000, into: other)
        other.close()
        for part in ["vault", "ledger.json"] {
            try folder.copy(part, to: "right")
            try folder.restore(part, from: foreign.directory + "/" + part)
            #expect(try folder.refusal() == .mismatch, "\(part)")
            // The part that differs is named, and nothing else is blamed.
            let verification = try folder.verification()
            #expect(verification.log.isSound)
            #expect(!verification.findings.isEmpty, "\(part)")
            #expect(verification.findings.allSatisfy { $0.check == "parts" }, "\(part)")
            try folder.restore(part, from: folder.scratch.path + "/right")
        }
        // Both exchanged agree with each other, and not with the log.
        for part in ["vault", "ledger.json"] {
            try folder.restore(part, from: foreign.directory + "/" + part)
        }
        #expect(try folder.refusal() == .mismatch)
        #expect(try !folder.verification().findings.isEmpty)
    }

    @Test("a damaged block of keys is the vault's fault, and the log's parts are only not opened")
    func damagedKeys() throws {
        let folder = try Folder()
        try folder.importing("a", 40)
        let environment = try Environment(path: folder.paths.vault)
        let blocks = try #require(try environment.database("blocks", .integerKeys))
        try environment.write { transaction in
            var block = try #require(try transaction.value(blocks, 0))
            block[99] ^= 1
            try transaction.put(blocks, 0, block)
        }
        environment.close()
        let verification = try folder.verification()
        #expect(verification.log.isSound && verification.log.keylessParts == 40)
        #expect(verification.findings.map(\.part) == ["vault"])
        #expect(verification.unchecked.contains { $0.contains("40 sealed parts were not opened") })
    }

    @Test(
        "a log or a vault that is lost is not made anew beside the other",
        arguments: ["log", "vault"])
    func lostPart(part: String) throws {
        let folder = try Folder()
        try folder.importing("a", 5)
        let files = FileManager.default
        let other = folder.paths.directory + (part == "log" ? "/vault" : "/log")
        try files.removeItem(atPath: folder.paths.directory + "/" + part)
        try files.removeItem(atPath: folder.paths.manifest)
        let before = try Data(contentsOf: URL(fileURLWithPath: other + "/data.mdb"))
        let error = #expect(throws: LedgerError.self) {
            _ = try Ledger.create(
                at: folder.paths, origin: "test.example/nps", actor: TestLedger.actor)
        }
        #expect(error?.code == .mismatch)
        #expect(error?.message.contains("has lost its \(part)") == true)
        #expect(!files.fileExists(atPath: folder.paths.directory + "/" + part))
        #expect(try Data(contentsOf: URL(fileURLWithPath: other + "/data.mdb")) == before)
    }

    @Test("a public key that is not the vault's is the manifest's fault, where log and vault agree")
    func otherPublicKey() throws {
        let folder = try Folder()
        try folder.importing("a", 5)
        try folder.changeManifest {
            $0["publicKey"] = Data(repeating: 7, count: 32).base64EncodedString()
        }
        #expect(try folder.refusal() == .mismatch)
        let verification = try folder.verification()
        let found = try #require(verification.findings.first)
        #expect(found.part == "manifest" && found.remedy.contains("create the ledger"))
        // The vault is the log's all the same.
        #expect(verification.log.openedParts == 5 && verification.unchecked.isEmpty)
        try FileManager.default.removeItem(atPath: folder.paths.manifest)
        try Ledger.create(
            at: folder.paths, origin: "test.example/nps", actor: TestLedger.actor
        ).close()
        #expect(try folder.verification().findings.isEmpty)
    }

    @Test(
        "an amendment's key that points to something else is damage, and no end of the search",
        arguments: [0, 2, 9_999])
    func amendmentKeys(position: Position) throws {
        let folder = try Folder()
        let ledger = try folder.open()
        defer { ledger.close() }
        func message(_ second: Int) throws -> ImportReport {
            let mapping = try ColumnMapping(arguments: [
                "response_id=id", "score=score", "at=at", "updated_at=updated",
            ]).checked()
            let row = "one,\(second),2025-05-05T00:00:00Z,2025-05-05T00:00:0\(second)Z\n"
            var reader = try SurveyFileReader(
                bytes: [UInt8](("id,score,at,updated\n" + row).utf8), name: "a.csv",
                mapping: mapping)
            var importer = try ResponseImporter(
                ledger, source: "web", mapping: mapping,
                options: ImportOptions(
                    actor: TestLedger.actor, defaultTime: TestLedger.start, threads: 1))
            return try importer.run(&reader) { _, _, _ in }
        }
        #expect(try message(1).recorded == 1)
        #expect(try message(2).amended == 1)
        let (log, index) = (ledger.log, ledger.log.schema.keys)
        let key = IdempotencyKey.amendment(1, of: "one", source: "web").hash.bytes
        try log.environment.write { transaction in
            var record = try #require(try transaction.value(index.recent, bytes: key))
            withUnsafeBytes(of: position.bigEndian) { record.replaceSubrange(0..<8, with: $0) }
            try transaction.put(index.recent, bytes: key, record)
            try index.putRecentSum(try index.recentSum(transaction), transaction)
        }
        let error = #expect(throws: LedgerError.self) { try message(3) }
        #expect(error?.code == .corrupt)
        ledger.close()
        #expect(try folder.verification().findings.contains { $0.check == "keys" })
    }

    @Test("a ledger that an older program made is bound by its first append")
    func olderProgram() throws {
        let folder = try Folder()
        try folder.importing("a", 5)
        try folder.changeManifest {
            #expect(($0["identity"] as? String)?.count == 64)
            $0["identity"] = nil
            $0["checksum"] = nil
        }
        try folder.importing("b", 5)
        let verification = try folder.verification()
        #expect(verification.findings.isEmpty)
        #expect(verification.unchecked.contains { $0.contains("has no checksum") })
    }

    @Test(
        "a setting in the manifest that nobody wrote is found; a new one is written beside others")
    func changedSetting() throws {
        let folder = try Folder()
        try folder.importing("a", 5)
        try LedgerManifest.setCommitCadence(100, at: folder.paths)
        #expect(try folder.verification().findings.isEmpty)
        let path = folder.paths.manifest
        let written = try String(contentsOfFile: path, encoding: .utf8)
        for (right, wrong) in [(": 100", ": 101"), ("commitEvery", "commitEverx")] {
            let changed = written.replacingOccurrences(of: right, with: wrong)
            #expect(changed != written)
            try changed.write(toFile: path, atomically: false, encoding: .utf8)
            let found = try folder.verification().findings
            #expect(found.contains { $0.part == "manifest" }, "\(wrong)")
        }
        try LedgerManifest.setCommitCadence(7, at: folder.paths)
        #expect(try folder.verification().findings.isEmpty)
        let paths = folder.paths
        DispatchQueue.concurrentPerform(iterations: 8) { index in
            try? LedgerManifest.setCommitCadence(UInt64(index) + 1, at: paths)
        }
        #expect(try folder.verification().findings.isEmpty)
        #expect((1...8).contains(try LedgerManifest(at: folder.paths).commitEvery ?? 0))
    }

    @Test("a manifest that is lost is written again, and nothing else is changed")
    func lostManifest() throws {
        let folder = try Folder()
        try folder.importing("a", 5)
        let before = try Data(contentsOf: URL(fileURLWithPath: folder.paths.manifest))
        let size = try folder.verification().log.entries
        let files = FileManager.default
        try files.removeItem(atPath: folder.paths.manifest)
        let lost = #expect(throws: LedgerError.self) { _ = try folder.open() }
        #expect(lost?.remedy == .rewriteManifest(directory: folder.paths.directory))
        let wrong = #expect(throws: LedgerError.self) {
            _ = try Ledger.create(
                at: folder.paths, origin: "other.example/nps", actor: TestLedger.actor)
        }
        #expect(wrong?.code == .exists && wrong?.message.contains("test.example/nps") == true)
        // Without its key nothing is made up: a new one would not open the vault.
        try files.moveItem(atPath: folder.paths.masterKey, toPath: folder.paths.masterKey + ".away")
        let keyless = #expect(throws: VaultError.self) {
            _ = try Ledger.create(
                at: folder.paths, origin: "test.example/nps", actor: TestLedger.actor)
        }
        #expect(keyless?.code == .keyMissing)
        #expect(!files.fileExists(atPath: folder.paths.masterKey))
        try files.moveItem(atPath: folder.paths.masterKey + ".away", toPath: folder.paths.masterKey)
        try Ledger.create(
            at: folder.paths, origin: "test.example/nps", actor: TestLedger.actor
        ).close()
        #expect(try Data(contentsOf: URL(fileURLWithPath: folder.paths.manifest)) == before)
        let verification = try folder.verification()
        #expect(verification.findings.isEmpty && verification.log.entries == size)
    }

    @Test("a lost log or vault is called that, and what helps is named")
    func lostParts() throws {
        let folder = try Folder()
        try folder.importing("a", 5)
        let data = folder.paths.log + "/data.mdb"
        try folder.copy("log", to: "log")
        try Data().write(to: URL(fileURLWithPath: data))
        let empty = #expect(throws: LedgerError.self) { _ = try folder.open() }
        #expect(empty?.message.contains("is empty") == true)
        #expect(empty?.message.contains("backup") == true)
        try FileManager.default.removeItem(atPath: data)
        let missing = #expect(throws: LedgerError.self) { _ = try folder.open() }
        #expect(missing?.message.contains("is missing") == true)
        try folder.restore("log", from: folder.scratch.path + "/log")
        try FileManager.default.removeItem(atPath: folder.paths.vault)
        let ledger = try folder.open()
        defer { ledger.close() }
        let vaultless = #expect(throws: VaultError.self) { _ = try ledger.vault() }
        #expect(vaultless?.message.contains("is missing") == true)
        #expect(throws: VaultError.self) { _ = try Self.importing("b", 5, into: ledger) }
        #expect(!FileManager.default.fileExists(atPath: folder.paths.vault))
    }
}
