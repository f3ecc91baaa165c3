// Flags a response: FlagWriter LEDGER RESPONSE FLAG.

import LedgerCore
import LedgerStore
import NPSLedger
import ProcessStart

let given = ProcessStart.requiredArguments(of: "FlagWriter")
let ledger = try Ledger(at: LedgerPaths(directory: given[0]))
var batch = EventBatch()
try batch.append(
    EventDraft(
        ResponseFlagged(response: Position(given[1]) ?? 0, flag: given[2]),
        occurredAt: Entry.timeMin, actor: .system))
_ = try ledger.log.append(batch)
ledger.close()
