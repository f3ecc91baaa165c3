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
                    ? "if events are gone from the log, every score may be wrong" : consequence,
                remedy: finding.kind == .damage
                    ? "The log has everything: rebuild \(id) from it"
                    : "First make sure of the log, by a root noted elsewhere or a backup: a rebuild "
                        + "makes both say the same, whichever was changed. Then rebuild \(id)",
                action: .rebuild(projection: id))
        }
    }

    /// What comes of a state that is not what the log gives.
    private var consequence: String {
        switch id {
        case "nps-by-segment": "scores, trends and comparisons may be wrong"
        case "lineage":
            "which events concern a response, and so what it counts as, may be told wrongly"
        case "audit": "who changed what, and which rows are in quarantine, may be told wrongly"
        default: "what is asked of \(id) may be answered wrongly"
        }
    }
}

extension LedgerReport {
    /// All that is wrong and listed, projections last.
    package var allFindings: [VerificationFinding] {
        findings + projections.flatMap(\.verificationFindings)
    }

    /// The report; what was not read is null.
    package var fields: [(String, JSONValue)] {
        let (all, content) = (allFindings, log?.content)
        return [
            ("sound", .bool(all.isEmpty)), ("vaultOpened", .bool(log?.vaultKeys != nil)),
            ("size", .optional(content?.entries)), ("root", .optional(content?.root)),
            ("sealedParts", .optional(content?.sealedParts)),
            ("erasedParts", .optional(content?.erasedParts)),
            ("openedParts", .optional(content?.openedParts)), ("keys", .optional(content?.keys)),
            ("digestsCompared", .optional(content?.digestsCompared)),
            ("vaultKeys", .optional(log?.vaultKeys)),
            ("projections", .array(projections.map(\.json))),
            ("problems", .array(all.map { .string($0.problem) })),
            ("findings", .array(all.map(\.json))),
            ("unchecked", .array(unchecked.map { .string($0) })),
            ("limits", .string(LedgerVerification.limits)),
            ("continues", continuity?.holds.map { .bool($0) } ?? .null),
        ]
    }

    /// What was read, a line for each part, and whether the log continues a noted root.
    package var lines: [String] {
        var lines = ["root         not read"]
        if let content = log?.content {
            lines = [
                "root         \(content.root)",
                "sealed       \(Formatted.count(content.sealedParts)) parts match their commitments, "
                    + "\(Formatted.count(content.erasedParts)) erased",
                "keys         \(Formatted.count(content.keys)) idempotency keys",
            ]
            if let keys = log?.vaultKeys {
                lines.append(
                    "vault        \(Formatted.count(keys)) keys open, and "
                        + "\(Formatted.count(content.openedParts)) of the parts under them")
            }
        }
        return lines + (continuitySentence.map { [$0] } ?? [])
    }

    /// Whether the log continues the noted root; nil where none was given.
    private var continuitySentence: String? {
        continuity.map { continuity in
            "continues \(continuity.noted.size):\(continuity.noted.root.prefix(16))…: "
                + (continuity.holds.map { $0 ? "yes" : "no" } ?? "not checked")
        }
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
    ///
    /// - Parameter words: how the front says what the program does.
    package static func advice(
        _ findings: [VerificationFinding], words: (Remedy) -> String
    ) -> [String] {
        var said: Set<String> = []
        return findings.compactMap { finding in
            let since = finding.since.map { ", since \(Timestamp.format($0))" } ?? ""
            let action = finding.action.map { ": " + words($0) } ?? ""
            let text = "\(finding.affects). \(finding.remedy)\(action)."
            return said.insert(text).inserted
                ? "\(finding.part)\(since): \(text)" : nil
        }
    }
}
