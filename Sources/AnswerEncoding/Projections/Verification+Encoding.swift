import JSON
import LedgerCore
import LedgerQueries
import NPSLedger
import Presentation

extension ProjectionReport {
    /// What came of it.
    package var json: JSONValue {
        [
            "id": .string(id), "version": .integer(version),
            "result": .string(result.rawValue), "position": .integer(position),
            "digest": .optional(digest.map { Hex.encode($0) }),
            "replayed": .optional(replayed.map { Hex.encode($0) }),
            "partsAt": .optional(divergesAt),
            "commitments": [
                "matching": .integer(matching), "different": .integer(differing),
                "notComparable": .integer(notComparable),
            ],
            "findings": .array(
                findings.map { finding in
                    [
                        "check": .string(finding.check), "position": .optional(finding.position),
                        "problem": .string(finding.problem),
                    ]
                }),
        ]
    }

    /// Several, one a row.
    package static func csv(
        _ reports: [ProjectionReport]
    ) -> (header: [String], rows: [[String]]) {
        (
            [
                "id", "version", "result", "position", "digest", "replayed", "partsAt",
                "matching", "different", "notComparable", "problems",
            ],
            reports.map { report in
                [
                    report.id, "\(report.version)", report.result.rawValue, "\(report.position)",
                    report.digest.map { Hex.encode($0) } ?? "",
                    report.replayed.map { Hex.encode($0) } ?? "",
                    report.divergesAt.map { "\($0)" } ?? "", "\(report.matching)",
                    "\(report.differing)", "\(report.notComparable)",
                    report.findings.map(\.problem).joined(separator: "; "),
                ]
            }
        )
    }

    /// What is wrong, in the words of a check of the whole ledger.
    fileprivate var verificationFindings: [VerificationFinding] {
        findings.map { finding in
            VerificationFinding(
                part: id, check: finding.check, position: finding.position, since: finding.since,
                problem: finding.problem,
                affects: finding.kind == .witness
                    ? "every score, where events are gone from the log" : "what \(id) answers",
                remedy: finding.kind == .damage
                    ? "The log has everything: rebuild \(id) from it"
                    : "Clear the log first, by a root noted elsewhere or a backup; a rebuild makes "
                        + "both say the same, whichever was changed")
        }
    }
}

extension LedgerReport {
    /// All that is wrong and listed, projections last.
    package var allFindings: [VerificationFinding] {
        findings + projections.flatMap(\.verificationFindings)
    }

    /// The report; of a log that does not open, what is wrong alone.
    package var fields: [(String, JSONValue)] {
        let all = allFindings
        let wrong: [(String, JSONValue)] = [
            ("problems", .array(all.map { .string($0.problem) })),
            ("findings", .array(all.map(\.json))),
            ("unchecked", .array(unchecked.map { .string($0) })),
            ("limits", .string(LedgerVerification.limits)),
        ]
        guard let log else { return [("sound", .bool(false))] + wrong }
        return [
            ("sound", .bool(all.isEmpty)), ("vaultOpened", .bool(log.vaultKeys != nil)),
            ("size", .integer(log.entries)), ("root", .string(log.root)),
            ("sealedParts", .integer(log.sealedParts)),
            ("erasedParts", .integer(log.erasedParts)),
            ("openedParts", .integer(log.openedParts)), ("keys", .integer(log.keys)),
            ("digestsCompared", .integer(log.digestsCompared)),
            ("vaultKeys", .optional(log.vaultKeys)),
            ("projections", .array(projections.map(\.json))),
        ] + wrong
    }
}

extension VerificationFinding {
    fileprivate var json: JSONValue {
        [
            "part": .string(part), "check": .string(check), "position": .optional(position),
            "since": .optional(since.map { Timestamp.format($0) }), "problem": .string(problem),
            "affects": .string(affects), "remedy": .string(remedy),
        ]
    }

    /// What findings touch, and what to do, each said once.
    package static func advice(_ findings: [VerificationFinding]) -> [String] {
        var said: Set<String> = []
        return findings.compactMap { finding in
            let since = finding.since.map { ", since \(Timestamp.format($0))" } ?? ""
            let text = "affects \(finding.affects). \(finding.remedy)."
            return said.insert(text).inserted
                ? "\(finding.part)\(since): \(text)" : nil
        }
    }
}
