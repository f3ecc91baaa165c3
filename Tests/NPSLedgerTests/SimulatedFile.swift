import Simulation

/// A simulated stream as a file, with what is true of it.
struct SimulatedFile {
    let bytes: [UInt8]
    let truth: SimulationTruth

    static let mapping = [
        "response_id=response_id", "respondent_id=respondent_id", "score=score", "text=comment",
        "at=responded_at", "updated_at=updated_at", "channel=channel", "language=language",
        "segment.region=segment.region", "segment.plan=segment.plan",
    ]

    /// Reasons of the simulator as codes of the importer.
    static let codes: [BadRowReason: String] = [
        .scoreNotNumeric: "score.not-a-number", .scoreOutOfRange: "score.out-of-range",
        .scoreNotWhole: "score.fraction", .nothingSaid: "neither-score-nor-text",
        .unreadableTime: "time.unreadable", .missingResponseID: "id.missing",
    ]

    init(seed: UInt64, responses: Int, jsonLines: Bool = false) throws {
        var configuration = SimulationConfiguration(seed: seed, responses: responses)
        // More of what goes wrong than in a usual stream, so that a short one has all of it.
        configuration.badRowShare = 0.03
        configuration.duplicateShare = 0.04
        configuration.conflictingDuplicateShare = 0.02
        configuration.lateCommentShare = 0.05
        var simulator = try Simulator(configuration)
        var bytes: [UInt8] = []
        if !jsonLines { csvHeader(to: &bytes) }
        while let row = simulator.next() {
            if jsonLines { jsonLine(for: row, to: &bytes) } else { csvLine(for: row, to: &bytes) }
        }
        self.bytes = bytes
        truth = simulator.truth
    }

    /// Rejected rows by the importer's codes.
    var reasons: [String: Int] {
        var reasons: [String: Int] = [:]
        for (reason, count) in zip(BadRowReason.allCases, truth.rejections) where count > 0 {
            reasons[Self.codes[reason] ?? "\(reason)"] = count
        }
        return reasons
    }

    /// The truth in the importer's order: read, recorded, amended, excluded, duplicates,
    /// conflicts, rejected.
    var totals: [Int] {
        let expected = truth.expected
        return [
            expected.read, expected.recorded, expected.amended, 0, expected.duplicates,
            expected.conflicts, expected.rejected,
        ]
    }
}
