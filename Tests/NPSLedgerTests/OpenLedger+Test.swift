import LedgerQueries
import NPSLedger

extension TestLedger {
    /// The ledger as fronts ask it; it stays open as long as the test's.
    func asked() -> OpenLedger {
        OpenLedger(
            ledger, observer: SilentObserver(), encoders: .store(),
            programs: ExternalPrograms { _ in }, threads: 2)
    }
}
