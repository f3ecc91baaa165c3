import LedgerCore

/// Counts events by type in the way each fault below then breaks.
private let counted: Set<EventName> = [.responseRecorded, .responseExcluded, .reviewDecided]

private func key(_ name: EventName) -> [UInt8] { [UInt8](name.rawValue.utf8) }

private func check(_ event: EventView) throws {
    do {
        _ = try EventCatalog.payload(of: event)
    } catch {
        throw PoisonEvent(position: event.position, reason: "\(error)")
    }
}

private func increment(
    _ key: [UInt8], by count: UInt8, in state: some StateWriter
) throws {
    try state.put(key, [(try state.value(key)?.first ?? 0) &+ count])
}

/// Keeps the contract: a control, so that the suite is seen to accept as well as to refuse.
struct SoundCount: Projection {
    static let descriptor = ProjectionDescriptor(
        id: "sound", version: 1, consumes: counted)
    var pending: [EventName: UInt8] = [:]

    mutating func apply(_ event: EventView, to state: some StateWriter) throws {
        guard counted.contains(event.name) else { return }
        try check(event)
        pending[event.name, default: 0] &+= 1
    }

    mutating func flush(to state: some StateWriter) throws {
        for (name, count) in pending { try increment(key(name), by: count, in: state) }
        pending = [:]
    }
}

/// Notes how many batches there were.
struct BatchCounting: Projection {
    static let descriptor = SoundCount.descriptor
    var inner = SoundCount()

    mutating func apply(_ event: EventView, to state: some StateWriter) throws {
        try inner.apply(event, to: state)
    }

    mutating func flush(to state: some StateWriter) throws {
        guard !inner.pending.isEmpty else { return }
        try increment([0], by: 1, in: state)
        try inner.flush(to: state)
    }
}

/// Knows the last position only as long as the instance lives.
struct Forgetful: Projection {
    static let descriptor = SoundCount.descriptor
    var seen: UInt8 = 0

    mutating func apply(_ event: EventView, to state: some StateWriter) throws {
        guard counted.contains(event.name) else { return }
        try check(event)
        seen &+= 1
    }

    mutating func flush(to state: some StateWriter) throws { try state.put([0], [seen]) }
}

/// Adds what is pending once more at every flush.
struct NeverEmptied: Projection {
    static let descriptor = SoundCount.descriptor
    var inner = SoundCount()

    mutating func apply(_ event: EventView, to state: some StateWriter) throws {
        try inner.apply(event, to: state)
    }

    mutating func flush(to state: some StateWriter) throws {
        let kept = inner.pending
        try inner.flush(to: state)
        inner.pending = kept
    }
}

/// Counts before it looks.
struct HalfApplying: Projection {
    static let descriptor = SoundCount.descriptor
    var inner = SoundCount()

    mutating func apply(_ event: EventView, to state: some StateWriter) throws {
        guard counted.contains(event.name) else { return }
        try increment([0], by: 1, in: state)
        try inner.apply(event, to: state)
    }

    mutating func flush(to state: some StateWriter) throws { try inner.flush(to: state) }
}

/// Never looks into a payload.
struct Blind: Projection {
    static let descriptor = SoundCount.descriptor

    mutating func apply(_ event: EventView, to state: some StateWriter) throws {
        guard counted.contains(event.name) else { return }
        try increment(key(event.name), by: 1, in: state)
    }

    mutating func flush(to state: some StateWriter) throws {}
}

/// Passes over what it cannot read without a word.
struct Silent: Projection {
    static let descriptor = SoundCount.descriptor
    var inner = SoundCount()

    mutating func apply(_ event: EventView, to state: some StateWriter) throws {
        do {
            try inner.apply(event, to: state)
        } catch is PoisonEvent {
            return
        }
    }

    mutating func flush(to state: some StateWriter) throws { try inner.flush(to: state) }
}

/// Lets the decoder's own error through.
struct WrongError: Projection {
    static let descriptor = SoundCount.descriptor

    mutating func apply(_ event: EventView, to state: some StateWriter) throws {
        guard counted.contains(event.name) else { return }
        _ = try EventCatalog.payload(of: event)
        try increment(key(event.name), by: 1, in: state)
    }

    mutating func flush(to state: some StateWriter) throws {}
}

/// Takes every event of the log, whatever it declared.
struct Greedy: Projection {
    static let descriptor = SoundCount.descriptor

    mutating func apply(_ event: EventView, to state: some StateWriter) throws {
        try check(event)
        try increment([0], by: 1, in: state)
    }

    mutating func flush(to state: some StateWriter) throws {}
}

/// Reads spans apart, and loses the last event of each.
struct ForgettingSpans: Projection {
    static let descriptor = SoundCount.descriptor

    struct Span: ProjectionSpan {
        var count = 0
        mutating func read(_ event: EventView) throws {
            try check(event)
            count += 1
        }
    }

    mutating func apply(_ event: EventView, to state: some StateWriter) throws {
        guard counted.contains(event.name) else { return }
        try check(event)
        try increment([0], by: 1, in: state)
    }

    mutating func apply(_ span: Span, to state: some StateWriter) throws -> [PoisonEvent] {
        if span.count > 1 {
            try increment([0], by: UInt8(truncatingIfNeeded: span.count - 1), in: state)
        }
        return []
    }

    mutating func flush(to state: some StateWriter) throws {}
}

/// Numbers what it reads from the beginning of each span.
struct NumberedBySpan: Projection {
    static let descriptor = SoundCount.descriptor

    struct Span: ProjectionSpan {
        var count: UInt8 = 0
        mutating func read(_ event: EventView) throws {
            try check(event)
            count &+= 1
        }
    }

    private var seen: UInt8 = 0

    mutating func apply(_ event: EventView, to state: some StateWriter) throws {
        guard counted.contains(event.name) else { return }
        try check(event)
        seen &+= 1
        try state.put([seen], [])
    }

    mutating func apply(_ span: Span, to state: some StateWriter) throws -> [PoisonEvent] {
        for number in 0..<span.count { try state.put([number &+ 1], []) }
        return []
    }

    mutating func flush(to state: some StateWriter) throws {}
}

/// Takes valid events for poison.
struct Squeamish: Projection {
    static let descriptor = SoundCount.descriptor

    mutating func apply(_ event: EventView, to state: some StateWriter) throws {
        throw PoisonEvent(position: event.position, reason: "not to its taste")
    }

    mutating func flush(to state: some StateWriter) throws {}
}

/// Blames the event before.
struct Misattributing: Projection {
    static let descriptor = SoundCount.descriptor

    mutating func apply(_ event: EventView, to state: some StateWriter) throws {
        do {
            try check(event)
        } catch {
            throw PoisonEvent(position: event.position - 1, reason: "\(error)")
        }
    }

    mutating func flush(to state: some StateWriter) throws {}
}

/// Writes something else each time it is made.
struct Moody: Projection {
    static let descriptor = SoundCount.descriptor
    let mood = UInt64.random(in: 0 ... .max)

    mutating func apply(_ event: EventView, to state: some StateWriter) throws {
        guard counted.contains(event.name) else { return }
        try check(event)
        try state.put([0], [UInt8](String(mood).utf8))
    }

    mutating func flush(to state: some StateWriter) throws {}
}
