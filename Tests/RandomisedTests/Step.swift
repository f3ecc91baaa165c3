import LedgerFixtures

/// One step of a run.
///
/// What exactly it does follows from its own seed and from the ledger it meets, so that any step
/// can be left out of a plan and the others still mean something.
struct Step: Sendable, CustomStringConvertible {
    enum Kind: String, CaseIterable, Sendable {
        case respond = "record responses"
        case classify = "record classifications"
        case amend = "amend responses"
        case exclude = "exclude a response"
        case anything = "append events of any type"
        case resend = "send a response again"
        case importFile = "import a file"
        case deliver = "receive a delivery, or say what came of one"
        case register = "register a model"
        case activate = "activate a model"
        case rollBack = "roll back"
        case shadow = "begin or end a shadow"
        case editThresholds = "edit thresholds"
        case catchUp = "catch up"
        case rebuild = "rebuild"
        case swapBack = "swap back to the kept build"
        case commitState = "put a state on record"
        case reopenProjections = "reopen the projections"
        case reopenLedger = "reopen the ledger"
        case deleteProjection = "delete a projection's folder"
        case changeVersion = "let another version fold"
        case interrupt = "interrupt a fold"
        case crash = "kill a process at work"
    }

    let number: Int
    let kind: Kind
    let seed: UInt64

    /// The numbers it is drawn from.
    var numbers: SeededNumbers { SeededNumbers(seed: seed) }

    var description: String { "\(number) \(kind.rawValue)" }
}
