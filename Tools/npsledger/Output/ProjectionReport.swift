import Catalog
import LedgerCore
import LedgerQueries
import LedgerReplay
import LedgerStore
import NPSLedger
import Presentation

/// What came of holding one projection against the log.
struct ProjectionReport {
    let verification: ProjectionVerification

    /// Brings the projection up to date and verifies it. What is wrong with its state becomes a
    /// finding, also where the state cannot even be folded on.
    init(_ projection: any CatalogedProjection, _ session: OpenLedger) throws {
        let id = projection.descriptor.id
        var trouble: ProjectionFinding?
        if try !Self.isDamaged(projection) {
            do {
                try session.catchUp(projection)
            } catch {
                guard Self.isAboutState(error) else { throw error }
                trouble = ProjectionFinding(.state, nil, "\(error)")
            }
        }
        let bar = ProgressBar("replaying \(id)", unit: "events")
        var result = try projection.verify(
            with: session.ledger.log, threads: Session.threads
        ) { done, total in
            bar.update(done: Int(done), total: Int(total))
        }
        bar.finish()
        if let trouble { result.add(trouble) }
        verification = result
    }

    private static func isDamaged(_ projection: any CatalogedProjection) throws -> Bool {
        do {
            try projection.checkPages()
            return false
        } catch let error as LedgerError where error.code == .corrupt {
            return true
        }
    }

    /// Whether an error tells of bytes in the state, and not of the log or the disk.
    private static func isAboutState(_ error: any Error) -> Bool {
        !(error is LedgerError) && ExitStatus(error).code == ExitStatus.badData
    }

    /// `equal`, `different` or `damaged`.
    var result: String {
        if verification.isDamaged { return "damaged" }
        if verification.findings.contains(where: { $0.check == .witness }) { return "different" }
        return verification.parting == nil ? "equal" : "different"
    }

    var id: String { verification.id }

    var problems: [String] { verification.findings.map(\.description) }

    /// What is wrong, in the words of a verification of everything.
    func findings(in ledger: Ledger) -> [VerificationFinding] {
        verification.findings.map { finding in
            let isDamage = finding.check == .pages || finding.check == .state
            return VerificationFinding(
                part: id, check: finding.check.rawValue, position: finding.position,
                since: finding.position.flatMap { position in
                    (try? ledger.log.withEvent(position) { $0.recordedAt }) ?? nil
                }, problem: finding.problem,
                affects: finding.check == .witness
                    ? "every score, where events are gone from the log" : "what \(id) answers",
                remedy: isDamage
                    ? "The log has everything: `npsledger projection rebuild \(id)`"
                    : "Clear the log first, by a root noted elsewhere or a backup; a rebuild makes "
                        + "both say the same, whichever was changed")
        }
    }

    private var matching: Int { verification.count { $0 == .equal } }
    private var notComparable: Int { verification.count { $0 == .notComparable } }
    private var differing: Int { verification.commitments.count - matching - notComparable }

    /// One line for people; ids take `width` columns.
    func line(_ style: TerminalStyle, width: Int) -> String {
        let digest = verification.digest.map { Hex.encode($0).prefix(16) + "…" } ?? ""
        let verdict = style.paint(result, result == "equal" ? .good : .bad)
        var commitments: [String] = []
        if matching > 0 {
            commitments.append(
                matching == 1 ? "1 commitment matches" : "\(matching) commitments match")
        }
        if differing > 0 {
            commitments.append(style.paint("\(differing) do not match", .bad))
        }
        if notComparable > 0 { commitments.append("\(notComparable) of another version") }
        let id =
            verification.id + String(repeating: " ", count: max(0, width - verification.id.count))
        return [
            "\(id)  \(verdict)", style.paint(digest, .muted), commitments.joined(separator: ", "),
        ]
        .filter { !$0.isEmpty }.joined(separator: "  ")
    }

    var json: JSONValue {
        [
            "id": .string(verification.id), "version": .integer(verification.version),
            "result": .string(result), "position": .integer(verification.position),
            "digest": .optional(verification.digest.map { Hex.encode($0) }),
            "replayed": .optional(verification.replayed.map { Hex.encode($0) }),
            "partsAt": .optional(verification.parting?.position),
            "commitments": [
                "matching": .integer(matching), "different": .integer(differing),
                "notComparable": .integer(notComparable),
            ],
            "findings": .array(
                verification.findings.map { finding in
                    [
                        "check": .string(finding.check.rawValue),
                        "position": .optional(finding.position),
                        "problem": .string(finding.problem),
                    ]
                }),
        ]
    }

    static let fieldNames = [
        "id", "version", "result", "position", "digest", "replayed", "partsAt", "matching",
        "different", "notComparable", "problems",
    ]

    var fields: [String] {
        [
            verification.id, "\(verification.version)", result, "\(verification.position)",
            verification.digest.map { Hex.encode($0) } ?? "",
            verification.replayed.map { Hex.encode($0) } ?? "",
            verification.parting?.position.map { "\($0)" } ?? "", "\(matching)", "\(differing)",
            "\(notComparable)", problems.joined(separator: "; "),
        ]
    }
}

extension Printer {
    /// Something that is wrong, with a mark in front.
    func problem(_ text: String) {
        for (index, line) in TerminalText.wrapped(text, width - 2).enumerated() {
            self.line((index == 0 ? style.paint("✗ ", .bad) : "  ") + TerminalText.sanitized(line))
        }
    }
}
