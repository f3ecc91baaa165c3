import LedgerCore

extension Audit: DescribedProjection {
    /// The acts and rejected rows of the first `position` events, as they stand in the state.
    ///
    /// The facts now standing follow from the acts, so they are told only where they do not: such
    /// a fact is told with the last act about the same thing, which should have set it.
    /// - Throws: `AuditStateDamage` for a record that does not decode.
    public static func describe(
        _ state: some StateReader, asOf position: Position,
        _ body: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        var standing: [[UInt8]: StandingFact] = [:]
        var models = ModelStanding()
        func tell(_ key: [UInt8], _ value: UnsafeRawBufferPointer) throws {
            try key.withUnsafeBytes(body)
            try AuditKey.bytes(of: UInt64(value.count)).withUnsafeBytes(body)
            try body(value)
        }
        try PositionWalk(prefix: AuditKey.acts, from: 0, to: .max).run(in: state) {
            (at, bytes) throws in
            let act: AuditAct
            do {
                act = try AuditAct(stored: bytes, position: at)
            } catch {
                // A later record that is damaged says nothing about this prefix.
                guard at < position else { return true }
                throw error
            }
            follow(act, &models, &standing)
            if at < position { try tell(AuditKey.act(at), bytes) }
            return true
        }
        try PositionWalk(prefix: AuditKey.rejections, from: 0, to: position).run(in: state) {
            (at, bytes) throws in
            _ = try AuditRejection(stored: bytes, position: at)
            try tell(AuditKey.rejection(at), bytes)
            return true
        }
        // What the fold cannot have left behind, in key order.
        try state.scan(prefix: [AuditKey.facts]) { key, value in
            let name = [UInt8](key)
            let known = standing.removeValue(forKey: name)
            guard known?.fact.elementsEqual(value) != true else { return true }
            if known?.act ?? 0 < position { try tell(name, value) }
            return true
        }
        for (key, missing) in standing.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) })
        where missing.act < position {
            try tell(key, UnsafeRawBufferPointer(start: nil, count: 0))
        }
    }

    /// A fact that should stand, and the act that set it.
    private struct StandingFact {
        var act: Position
        var fact: [UInt8]
    }

    /// Sets what the fold sets with an act.
    private static func follow(
        _ act: AuditAct, _ models: inout ModelStanding, _ standing: inout [[UInt8]: StandingFact]
    ) {
        func set(_ fact: AuditFact) {
            standing[AuditKey.standing(fact)] = StandingFact(
                act: act.position, fact: CBORValue.map(fact.fields.values).encoded)
        }
        let had = models.shadows
        if let change = act.change { models.evolve(change, at: act.position) }
        if case .shadow(let model, isOn: true) = act.after, models.shadows[model] == nil { return }
        set(act.after)
        guard case .active(let model) = act.after, had[model] != nil else { return }
        set(.shadow(model: model, isOn: false))
    }
}

extension AuditAct {
    /// What became of a model, where the act is about what counts or shadows.
    fileprivate var change: ModelEvent? {
        switch after {
        case .active(let model): .activated(model, ModelEvent.ActivationClaim())
        case .shadow(let model, isOn: true): .shadowed(model, share: nil)
        case .shadow(let model, isOn: false): .shadowEnded(model)
        default: nil
        }
    }
}
