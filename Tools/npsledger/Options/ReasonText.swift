import ArgumentParser
import Foundation
import NPSLedger

/// Why somebody acts, as an option gives it.
enum ReasonText {
    /// Refuses what the log would refuse, before anything is done on its account.
    static func check(_ reason: String?) throws {
        guard let reason else { return }
        let trimmed = reason.trimmingCharacters(in: .whitespacesAndNewlines)
        guard (1...Ledger.reasonBytesMax).contains(trimmed.utf8.count) else {
            throw ValidationError("--reason takes 1 to \(Ledger.reasonBytesMax) bytes.")
        }
    }
}
