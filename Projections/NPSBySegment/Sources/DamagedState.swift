import LedgerCore

/// A blob that this projection cannot have written.
struct DamagedState: StateDamage {
    let what: String
    init(_ what: String) { self.what = what }
    var description: String {
        "the state of nps-by-segment is damaged (\(what)): "
            + "run `npsledger projection rebuild nps-by-segment`"
    }
}
