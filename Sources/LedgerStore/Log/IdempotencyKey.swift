import LedgerCore

/// What makes an event the same when it is sent again: its source and the source's own id.
public struct IdempotencyKey: Hashable, Sendable {
    /// The hash the index is keyed by.
    public let hash: Hash128

    /// The key of (`source`, `id`).
    public init(source: String, id: String) {
        var (source, id) = (source, id)
        hash = source.withUTF8 { source in
            id.withUTF8 { id in
                Self.hash(UnsafeRawBufferPointer(source), UnsafeRawBufferPointer(id))
            }
        }
    }

    /// The key of a source and an id whose UTF-8 lies elsewhere.
    public init(source: UnsafeRawBufferPointer, id: UnsafeRawBufferPointer) {
        hash = Self.hash(source, id)
    }

    private static func hash(
        _ source: UnsafeRawBufferPointer, _ id: UnsafeRawBufferPointer
    ) -> Hash128 {
        let count = 4 + source.count + id.count
        return withUnsafeTemporaryAllocation(byteCount: count, alignment: 4) { buffer in
            // The length in front keeps ("ab", "c") and ("a", "bc") apart.
            buffer.storeBytes(
                of: UInt32(truncatingIfNeeded: source.count).bigEndian, as: UInt32.self)
            var rest = UnsafeMutableRawBufferPointer(rebasing: buffer[4...])
            rest.copyMemory(from: source)
            rest = UnsafeMutableRawBufferPointer(rebasing: rest[source.count...])
            rest.copyMemory(from: id)
            return Hash128(hashing: UnsafeRawBufferPointer(buffer))
        }
    }
}

// Every key that this software makes up itself. Their bytes are in every log that was written, so
// none ever changes; a source of a survey's own cannot begin with a zero byte.

/// Keys of acts: each says what two people who act at once must not both do.
///
/// An act is appended on a condition as well; the key says the same to programs from before there
/// were conditions, and finds an act that is sent again.
extension IdempotencyKey {
    /// The one opening of a ledger.
    package static let ledgerOpening = IdempotencyKey(source: "\u{0}ledger", id: "opened")

    /// One registration: two processes that register at once must not give one number twice.
    package static func registration(of model: ModelVersion) -> IdempotencyKey {
        IdempotencyKey(source: "\u{0}model", id: "\(model)")
    }

    /// The activation, or rollback, that follows another one.
    ///
    /// - Parameter last: position of the latest activation of the version that counts; nil for none.
    package static func activation(after last: Position?) -> IdempotencyKey {
        IdempotencyKey(source: "\u{0}activation", id: "after \(told(last))")
    }

    /// The beginning or end of a version's shadow that follows another one.
    ///
    /// - Parameter last: position of the latest such event about this version; nil for none.
    package static func shadow(of model: ModelVersion, after last: Position?) -> IdempotencyKey {
        IdempotencyKey(source: "\u{0}shadow", id: "\(model) after \(told(last))")
    }

    /// One set of thresholds, by its number.
    package static func thresholds(_ id: UInt32) -> IdempotencyKey {
        IdempotencyKey(source: "\u{0}thresholds", id: "\(id)")
    }

    /// The edit of a policy that follows another one of the same policy.
    ///
    /// - Parameter last: position of that edit; nil for none.
    package static func policy(_ policy: Policy, after last: Position?) -> IdempotencyKey {
        IdempotencyKey(source: "\u{0}policy", id: "\(policy.rawValue) after \(told(last))")
    }

    /// The answer to a request for training: a request has one.
    package static func retraining(_ request: Position) -> IdempotencyKey {
        IdempotencyKey(source: "\u{0}retraining", id: "\(request)")
    }

    /// A request to review a text for one reason.
    ///
    /// A sample may ask again in another round, and so may a person once there is another decision.
    ///
    /// - Parameter decisions: how many decisions there are on the text.
    package static func review(_ request: ReviewRequested, decisions: Int) -> IdempotencyKey {
        let suffix =
            switch request.reason {
            case .sample: request.sample.map { "/\($0.round)/\($0.seed)" } ?? ""
            case .asked: "/after \(decisions)"
            case .lowConfidence, .textAgainstScore: ""
            }
        return IdempotencyKey(
            source: "\u{0}review",
            id: "\(request.response)/\(request.text)/\(request.reason.rawValue)" + suffix)
    }

    /// A person's decision on a text, by how many of theirs are before it.
    package static func decision(
        on response: Position, text: Position, number: Int, by person: String
    ) -> IdempotencyKey {
        IdempotencyKey(source: "\u{0}decision", id: "\(response)/\(text)/\(number)/\(person)")
    }

    /// What the state of a projection's version was as of a position.
    package static func commitment(
        of projection: String, version: UInt32, upTo: Position
    ) -> IdempotencyKey {
        IdempotencyKey(source: "\u{0}commitment", id: "\(projection)/\(version)/\(upTo)")
    }

    private static func told(_ position: Position?) -> String {
        position.map { "\($0)" } ?? "none"
    }
}

/// Keys of what models read.
extension IdempotencyKey {
    /// One text read by one model: two processes may classify it, one of them is recorded.
    package static func classification(
        of response: Position, text: Position, by model: ModelVersion
    ) -> IdempotencyKey {
        reading("\u{0}judgement", of: response, text: text, by: model)
    }

    /// The topics that one model found in one text.
    package static func topics(
        of response: Position, text: Position, by model: ModelVersion
    ) -> IdempotencyKey {
        reading("\u{0}topics", of: response, text: text, by: model)
    }

    /// What one model read in one text, of a kind that `source` names: the key of the id
    /// “response/text/model”, written without a string, since half of an import's events have one.
    private static func reading(
        _ source: StaticString, of response: Position, text: Position, by model: ModelVersion
    ) -> IdempotencyKey {
        let digitsMax = 20
        return withUnsafeTemporaryAllocation(byteCount: 3 * digitsMax + 2, alignment: 1) { id in
            // From the last digit of the last number forward.
            var start = id.count
            for (index, number) in [UInt64(model), text, response].enumerated() {
                if index > 0 {
                    start -= 1
                    id[start] = UInt8(ascii: "/")
                }
                var rest = number
                repeat {
                    start -= 1
                    id[start] = UInt8(ascii: "0") + UInt8(rest % 10)
                    rest /= 10
                } while rest > 0
            }
            return IdempotencyKey(
                source: UnsafeRawBufferPointer(
                    start: source.utf8Start, count: source.utf8CodeUnitCount),
                id: UnsafeRawBufferPointer(rebasing: id[start...]))
        }
    }
}

/// Keys of what follows from a row of a source: they stand in the source's own name, beside the row's
/// own key, and no id of a row holds a zero byte.
extension IdempotencyKey {
    /// The `number`-th amendment of a response, counted from 1.
    package static func amendment(
        _ number: Int, of id: String, source: String
    ) -> IdempotencyKey {
        IdempotencyKey(source: source, id: "\(id)\u{0}amended\u{0}\(number)")
    }

    /// The exclusion of a response.
    package static func exclusion(of id: String, source: String) -> IdempotencyKey {
        IdempotencyKey(source: source, id: "\(id)\u{0}excluded")
    }

    /// A delivery, by the sender's id of it and a digest of its body in hexadecimal: the same id with
    /// another body is another delivery, for nothing that was sent may be lost.
    package static func delivery(
        _ identifier: String?, digest: String, hook: String
    ) -> IdempotencyKey {
        IdempotencyKey(
            source: "\u{0}delivery", id: "\(hook)\u{0}\(identifier ?? "")\u{0}" + digest)
    }

    /// A row that could not be recorded, by its number in its file and a digest of its bytes in
    /// hexadecimal.
    package static func rejection(
        ofRow number: Int, digest: String, source: String
    ) -> IdempotencyKey {
        IdempotencyKey(source: source, id: "\u{0}rejected\u{0}\(number)\u{0}" + digest)
    }
}
