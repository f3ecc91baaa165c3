import NPSLedger

extension ImportReport {
    /// read, recorded, amended, excluded, duplicates, conflicts, rejected.
    var totals: [Int] {
        [read, recorded, amended, excluded, duplicates, conflicts, rejected]
    }

    /// Reasons as the simulator tells them apart: what stands for a time and is none may also be
    /// a way of writing that there is none.
    var simulatedReasons: [String: Int] {
        var reasons = reasons
        if let missing = reasons.removeValue(forKey: "time.missing") {
            reasons["time.unreadable", default: 0] += missing
        }
        return reasons
    }
}
