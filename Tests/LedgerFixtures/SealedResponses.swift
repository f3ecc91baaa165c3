import Crypto
import LedgerCore
import LedgerStore
import LedgerVault

/// Responses with a sealed text that follows from their number, so that whoever finds one knows
/// what it must say; and an author who appends them and goes on after failures.
package struct SealedResponses {
    package static let source = "sealed"
    /// The name of a ledger that holds nothing else.
    package static let origin = "ledger.example/sealed"
    /// A handful of people answer again and again.
    private static let people = 7
    /// How often a batch that failed is tried again before the ledger is opened anew.
    private static let attemptsMax = 3

    private var numbers: SeededNumbers
    /// A batch that failed: it may be there all the same, so the same responses are appended together
    /// again, once the ledger is opened anew.
    private var unfinished: Range<Int>?
    /// The number of the next response.
    package private(set) var next: Int
    /// Told each line once what it says is durable, and of each batch before it is appended.
    private let say: (String) -> Void

    package init(seed: UInt64, from first: Int, say: @escaping (String) -> Void) {
        numbers = SeededNumbers(seed: seed)
        next = first
        self.say = say
    }

    package static func name(_ id: Int) -> String { "s\(id)" }

    package static func key(_ id: Int) -> IdempotencyKey {
        IdempotencyKey(source: source, id: name(id))
    }

    /// Mostly a sentence; now and then too much for a page of LMDB.
    package static func text(_ id: Int) -> String {
        "What number \(id) said. " + String(repeating: "é", count: id % 29 == 3 ? 4_000 : id % 40)
    }

    private static func payload(_ id: Int, subject: UInt64) -> ResponseRecorded {
        ResponseRecorded(
            source: source, id: name(id), subject: subject, score: UInt16(id % 11) * 100,
            hasText: true, segments: ["region": ["EMEA", "APAC", "AMER"][id % 3]])
    }

    /// Appends batches until there are so many responses.
    ///
    /// Says “reserved FIRST END” of subject numbers, “batch FIRST END” before responses are
    /// appended together, “recorded ID POSITION LEAF” of each afterwards, and
    /// “failed REASON”.
    package mutating func append(upTo end: Int, to log: EventLog, under vault: Vault) throws {
        while next < end {
            let wanted = numbers.happens(percent: 5) ? 90 : 1 + numbers.below(5)
            let batch = unfinished ?? next..<min(end, next + wanted)
            unfinished = batch
            var attempt = 1
            while true {
                do {
                    try append(batch, to: log, under: vault)
                    break
                } catch let error as Lost {
                    throw error
                } catch {
                    say("failed \("\(error)".split(separator: "\n").joined(separator: " "))")
                    attempt += 1
                    if attempt > Self.attemptsMax { throw error }
                }
            }
            unfinished = nil
            next = batch.upperBound
        }
    }

    /// What was acknowledged and is not there.
    package struct Lost: Error, CustomStringConvertible {
        package let description: String
    }

    private func append(_ ids: Range<Int>, to log: EventLog, under vault: Vault) throws {
        let identifiers = ids.map { vault.pseudonym(of: "person \($0 % Self.people)") }
        var fresh = try vault.reserve(ids.count)
        say("reserved \(fresh.range.lowerBound) \(fresh.range.upperBound)")
        var keys: [Hash128: (subject: UInt64, key: SymmetricKey)] = [:]
        for (identifier, bound) in zip(identifiers, try log.subjects(identifiers)) {
            guard let subject = bound else { continue }
            guard let key = try vault.key(of: subject) else {
                throw Lost(description: "subject \(subject) is bound and has no key")
            }
            keys[identifier] = (subject, key)
        }
        var batch = EventBatch()
        for (id, identifier) in zip(ids, identifiers) {
            var binding: SubjectBinding?
            if keys[identifier] == nil, let new = fresh.next() {
                keys[identifier] = new
                binding = SubjectBinding(identifier: identifier, subject: new.subject)
            }
            guard let (subject, key) = keys[identifier] else {
                throw Lost(description: "the vault gave fewer keys than were asked for")
            }
            let payload = Self.payload(id, subject: subject)
            try batch.append(
                EventDraft(payload, occurredAt: TestClock.start, actor: .system),
                key: Self.key(id), body: Hash128(hashing: payload.identityBytes),
                sealed: try Vault.seal(
                    PersonalData(text: Self.text(id)), subject: subject, key: key),
                binding: binding)
        }
        say("batch \(ids.lowerBound) \(ids.upperBound)")
        for (id, outcome) in zip(ids, try log.append(batch)) {
            guard let receipt = outcome.receipt else {
                throw Lost(description: "number \(id) was not appended: \(outcome)")
            }
            say("recorded \(id) \(receipt.position) \(receipt.leafHash)")
        }
    }
}
