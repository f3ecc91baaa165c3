import Foundation
import LMDB
import LedgerCore

extension LedgerError {
    static func notALedger(_ path: String, _ why: String) -> LedgerError {
        LedgerError(
            .notALedger,
            "\(path) is not a ledger: \(why)", remedy: .initialize(directory: path))
    }

    static func corrupt(_ what: String) -> LedgerError {
        LedgerError(.corrupt, what, remedy: .verifyAndRestore)
    }

    /// Puts a storage error in the ledger's terms.
    public init(_ error: LMDBError) {
        switch error.code {
        case .permissionDenied, .readOnlyFileSystem: self.init(.permission, error.description)
        case .snapshotLost: self.init(.snapshotLost, error.description)
        case .diskFull: self.init(.diskFull, error.description)
        case .corrupted, .pageNotFound: self.init(.corrupt, error.description)
        case .invalidFile, .noSuchFile, .kindMismatch:
            self.init(.notALedger, error.description)
        case .lockHeld: self.init(.lockHeld, error.description)
        case .writerBusy, .lockReplaced: self.init(.busy, error.description)
        case .versionMismatch: self.init(.newerFormat, error.description)
        default: self.init(.storage, error.description)
        }
    }
}

/// A time as errors name it. Fronts have a formatter of their own, with microseconds.
package enum TimeText {
    /// RFC 3339 in UTC, to the second.
    package static func utc(_ time: Microseconds) -> String {
        Date(timeIntervalSince1970: Double(time / 1_000_000)).ISO8601Format()
    }
}
