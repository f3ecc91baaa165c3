import LedgerCore
import LedgerStore
import LedgerVault

/// Prepared `response.recorded` drafts, one for each tuple, score and presence of a text.
///
/// Responses made from one differ in the source's identifier and in time; encoding each from
/// scratch would take longer than appending it. A template stands for one person who answers
/// again and again, under one key, with one sealed part that opens.
struct ResponseTemplates {
    static let source = "web"
    /// `R_` and twelve digits of five bits: as random to look at as survey platforms' own.
    static let identifierBytes = 14
    /// A map of one byte, the key "id" of three, the identifier's head of one.
    private static let identifierOffset = 5
    private static let digits = [UInt8]("0123456789abcdefghijklmnopqrstuv".utf8)
    /// Scores 0 to 10, and none.
    private static let scoreCount = 12
    private static let comment =
        "The new reports save us a day every month, but the export still times out."

    private var templates: [(draft: EventDraft, sealed: SealedPart?)?]
    private var keys: SubjectKeys?
    private let actor: Actor

    /// - Parameter vault: gives the keys; without one nothing is sealed.
    init(vault: Vault?, actor: Actor) throws {
        let count = HistorySegments.tuples.count * Self.scoreCount * 2
        templates = Array(repeating: nil, count: count)
        keys = try vault?.reserve(count)
        self.actor = actor
    }

    /// An event of an ordinal.
    mutating func response(
        _ ordinal: Int, tuple: Int, score: UInt16?, hasText: Bool, at time: Microseconds
    ) throws -> (draft: EventDraft, key: IdempotencyKey, sealed: SealedPart?) {
        let slot = (tuple * Self.scoreCount + (score.map { Int($0) / 100 } ?? 11)) * 2
        let template = try template(slot + (hasText ? 1 : 0), tuple, score, hasText)
        let id = Self.identifier(ordinal)
        var draft = template.draft
        draft.occurredAt = time
        let place = Self.identifierOffset..<(Self.identifierOffset + Self.identifierBytes)
        draft.payload.replaceSubrange(place, with: id.utf8)
        return (draft, IdempotencyKey(source: Self.source, id: id), template.sealed)
    }

    private mutating func template(
        _ slot: Int, _ tuple: Int, _ score: UInt16?, _ hasText: Bool
    ) throws -> (draft: EventDraft, sealed: SealedPart?) {
        if let known = templates[slot] { return known }
        var subject = UInt64(slot + 1)
        var sealed: SealedPart?
        if let (number, key) = keys?.next() {
            subject = number
            let personal = PersonalData(
                text: hasText ? Self.comment : nil, respondent: "customer-\(subject)")
            sealed = try Vault.seal(personal, subject: subject, key: key)
        }
        let payload = ResponseRecorded(
            source: Self.source, id: Self.identifier(0), subject: subject, score: score,
            hasText: hasText, segments: HistorySegments.tuples[tuple])
        let made = (EventDraft(payload, occurredAt: HistoryPlan.start, actor: actor), sealed)
        templates[slot] = made
        return made
    }

    /// The identifier of an ordinal: all differ, and neighbours are far apart.
    static func identifier(_ ordinal: Int) -> String {
        // An odd factor permutes the numbers below 2⁶⁰.
        var rest = UInt64(ordinal) &* 0x09E3_779B_97F4_A7C1 & (1 << 60 - 1)
        return String(unsafeUninitializedCapacity: identifierBytes) { bytes in
            bytes[0] = UInt8(ascii: "R")
            bytes[1] = UInt8(ascii: "_")
            for index in 2..<identifierBytes {
                bytes[index] = digits[Int(rest & 31)]
                rest >>= 5
            }
            return identifierBytes
        }
    }
}
