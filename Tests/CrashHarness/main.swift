// A process for tests to watch and to kill. It prints a line once what the line says is durable.
//
//   CrashHarness append LOG SOURCE SEED BATCH_MAX COUNT [MAP_BYTES]
//       appends responses in random batches, COUNT of them (0: for ever); prints ID POSITION LEAF
//   CrashHarness rebuild LOG STATE CHUNK
//       rebuilds a tally from a log; prints “begin”, then each position reached
//   CrashHarness catch-up LOG STATE CHUNK
//       folds a tally forward; prints “begin”, then each position reached
//   CrashHarness open LOG USER
//       becomes the user with this number and opens the log; prints the error's code
//   CrashHarness verify LOG
//       opens and verifies a log; prints “sound”, “unsound” or the error's code
//   CrashHarness randomised LOG PROJECTIONS SEED CHUNK WORK…
//       does the kinds of WORK (append, catch-up, rebuild) in turn, for ever, on a ledger's log and
//       its projections; prints “begin”, “appended POSITION LEAF” and “folded ID POSITION”
//   CrashHarness embed LEDGER SEED SUBJECTS
//       asks a ledger's cache for the embeddings of texts of some of the subjects 1 to SUBJECTS, for
//       ever; prints “begin”, then first and last subject of what it was answered
//   CrashHarness record LEDGER SEED FIRST END
//       appends sealed responses FIRST up to END to a ledger, which it makes where there is none, and
//       opens it again after failures until there are too many; prints “opened” and what
//       SealedResponses says
import Catalog
import Foundation
import LedgerCore
import LedgerFixtures
import LedgerReplay
import LedgerStore
import NPSLedger
import ProcessStart

func say(_ text: String) {
    // Straight to the descriptor: nothing may wait in a buffer when the process is killed.
    FileHandle.standardOutput.write(Data((text + "\n").utf8))
}

let clock: @Sendable () -> Microseconds = {
    Microseconds(Date().timeIntervalSince1970 * 1_000_000)
}

func append(_ arguments: [String]) throws {
    let numbers = arguments[2...].compactMap(Int.init)
    guard numbers.count >= 3 else { exit(64) }
    let log = try EventLog(
        path: arguments[0], create: true,
        mapSizeBytes: numbers.count > 3 ? numbers[3] : EventLog.mapSizeInitialBytes, clock: clock)
    var random = SeededNumbers(seed: UInt64(numbers[0]))
    var next = 0
    while numbers[2] == 0 || next < numbers[2] {
        var end = next + 1 + random.below(numbers[1])
        if numbers[2] > 0 { end = min(end, numbers[2]) }
        let batch = try EventBatch(responses: next..<end, source: arguments[1])
        for (id, outcome) in zip(next..<end, try log.append(batch)) {
            guard let receipt = outcome.receipt else { exit(65) }
            say("\(id) \(receipt.position) \(receipt.leafHash)")
        }
        next = end
    }
    log.close()
}

func fold(_ arguments: [String], rebuilds: Bool) throws {
    guard arguments.count == 3, let chunk = Int(arguments[2]) else { exit(64) }
    let log = try EventLog(path: arguments[0], clock: clock)
    let store = try ProjectionStore<Tally<First>>(directory: arguments[1], commitEvents: chunk)
    say("begin")
    if rebuilds {
        _ = try store.rebuild(from: log) { position, _ in say("\(position)") }
    } else {
        _ = try store.catchUp(with: log) { position, _ in say("\(position)") }
    }
    store.close()
    log.close()
}

func open(_ arguments: [String]) throws {
    guard arguments.count == 2, let user = UInt32(arguments[1]), setuid(user) == 0 else {
        exit(64)
    }
    do {
        try EventLog(path: arguments[0], clock: clock).close()
        say("opened")
    } catch let error as LedgerError {
        say(error.code.rawValue)
    }
}

func verify(_ arguments: [String]) throws {
    guard arguments.count == 1 else { exit(64) }
    do {
        let log = try EventLog(path: arguments[0], clock: clock)
        say(try LogVerifier(log).verify().isSound ? "sound" : "unsound")
        log.close()
    } catch let error as LedgerError {
        say(error.code.rawValue)
    }
}

/// The appends end after a while, so that what is killed late has not filled a disk.
let drivenBatchesMax = 12

func drive(_ arguments: [String]) throws {
    guard let seed = UInt64(arguments[2]), let chunk = Int(arguments[3]) else { exit(64) }
    let log = try EventLog(path: arguments[0], clock: clock)
    let catalog = try ProjectionCatalog(
        directory: arguments[1], commitEvents: chunk, spanPositions: (chunk + 1) / 2)
    var numbers = SeededNumbers(seed: seed)
    say("begin")
    for round in 0... {
        for work in arguments[4...] {
            let projection = catalog.all[numbers.below(catalog.all.count)]
            let threads = 1 + numbers.below(3)
            switch work {
            case "append" where round < drivenBatchesMax:
                try appendAnything(to: log, numbers: &numbers, tag: "child-\(seed)-\(round)")
            case "append": break
            case "catch-up":
                let record = try projection.catchUp(
                    with: log, to: nil, threads: threads, progress: nil)
                say("folded \(projection.descriptor.id) \(record.position)")
            case "rebuild": _ = try projection.rebuild(from: log, threads: threads, progress: nil)
            default: exit(64)
            }
        }
    }
}

func appendAnything(to log: EventLog, numbers: inout SeededNumbers, tag: String) throws {
    var known = KnownEvents()
    try known.readOn(log)
    var author = EventAuthor(numbers: numbers, tag: tag, now: clock(), known: known)
    var batch = EventBatch()
    try author.add(1 + numbers.below(6), to: &batch)
    numbers = author.numbers
    for case .appended(let receipt) in try log.append(batch) {
        say("appended \(receipt.position) \(receipt.leafHash)")
    }
}

func embed(_ arguments: [String]) throws {
    guard let seed = UInt64(arguments[1]), let subjects = Int(arguments[2]) else { exit(64) }
    let ledger = try Ledger(at: LedgerPaths(directory: arguments[0]), clock: clock)
    let cache = try EmbeddingCache(ledger)
    let encoder = CountingEncoder()
    var numbers = SeededNumbers(seed: seed)
    say("begin")
    while true {
        let first = UInt64(1 + numbers.below(subjects))
        let last = min(UInt64(subjects), first + UInt64(numbers.below(60)))
        let texts = (first...last).map { (subject: $0, text: CountingEncoder.text(of: $0)) }
        let answer = try cache.embeddings(of: texts, by: encoder, threads: 1)
        guard answer == texts.map({ encoder.vector($0.text) }) else { exit(65) }
        say("\(first) \(last)")
    }
}

/// Beyond this a disk is so bad that nothing is learnt from going on.
let failuresMax = 8

func record(_ arguments: [String]) throws {
    guard let seed = UInt64(arguments[1]), let first = Int(arguments[2]),
        let end = Int(arguments[3])
    else { exit(64) }
    let paths = LedgerPaths(directory: arguments[0])
    var responses = SealedResponses(seed: seed, from: first, say: say)
    for _ in 0..<failuresMax where responses.next < end {
        do {
            let ledger =
                FileManager.default.fileExists(atPath: paths.manifest)
                ? try Ledger(at: paths)
                : try Ledger.create(at: paths, origin: SealedResponses.origin, actor: .system)
            defer { ledger.close() }
            say("opened")
            try responses.append(upTo: end, to: ledger.log, under: ledger.vault())
        } catch let error as SealedResponses.Lost {
            say("lost \(error)")
            exit(65)
        } catch {
            say("failed \("\(error)".split(separator: "\n").joined(separator: " "))")
        }
    }
}

let given = ProcessStart.requiredArguments(of: "CrashHarness")
let arguments = Array(given.dropFirst())
switch given.first {
case "append" where arguments.count >= 5: try append(arguments)
case "rebuild": try fold(arguments, rebuilds: true)
case "catch-up": try fold(arguments, rebuilds: false)
case "open": try open(arguments)
case "verify": try verify(arguments)
case "randomised" where arguments.count >= 5: try drive(arguments)
case "embed" where arguments.count == 3: try embed(arguments)
case "record" where arguments.count == 4: try record(arguments)
default: exit(64)
}
