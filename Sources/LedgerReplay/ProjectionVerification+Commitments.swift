import LedgerCore

extension ProjectionVerification {
    /// Bytes of a digest that are shown: enough to tell two apart.
    private static let digestBytesShown = 8

    /// Makes a finding of each commitment after which the replay no longer agrees, and counts
    /// those that follow from it.
    mutating func judgeCommitments() {
        for check in commitments where check.result == .ahead {
            findings.append(
                ProjectionFinding(
                    .commitment, check.commitment.position,
                    "the commitment at position \(check.commitment.position) is to the first "
                        + "\(check.commitment.upTo) events, of which some came later than itself"))
        }
        var matched: Position?
        var run: [CommitmentCheck] = []
        for check in commitments {
            switch check.result {
            case .equal:
                finish(&run, after: matched)
                matched = check.commitment.upTo
            case .different: run.append(check)
            case .notComparable, .ahead: continue
            }
        }
        finish(&run, after: matched)
    }

    private mutating func finish(_ run: inout [CommitmentCheck], after matched: Position?) {
        guard let first = run.first, case .different(let replayed) = first.result else { return }
        let (position, upTo) = (first.commitment.position, first.commitment.upTo)
        var text =
            "the commitment at position \(position) says that \(id) as of \(upTo) is "
            + "\(Self.shown(first.commitment.digest)), the log gives \(Self.shown(replayed)); "
        text +=
            matched.map {
                $0 == upTo
                    ? "another commitment to the same events matches"
                    : "the one before, as of \($0), matches: they part at \($0)…\(upTo - 1)"
            } ?? "none before it matches"
        if let parting, let at = parting.position, at < upTo, at >= matched ?? 0 {
            text += "; the live state parts from the log there too, at position \(at)"
        } else if digest != nil, digest == self.replayed, position >= upTo {
            text += "; the live state is what the log gives"
        }
        if run.count > 1 {
            text +=
                "; \(run.count - 1) later "
                + (run.count == 2 ? "commitment does" : "commitments do") + " not match either"
        }
        findings.append(ProjectionFinding(.commitment, position, text))
        run.removeAll()
    }

    private static func shown(_ digest: [UInt8]) -> String {
        digest.prefix(digestBytesShown).map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined() + "…"
    }
}
