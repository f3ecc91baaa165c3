import LedgerCore
import Testing

@Suite("The life of models")
struct ModelDeciderTests {
    typealias Refusal = ModelDecider.Refusal

    /// A model activated as the decider would have it.
    private func activated(
        _ model: ModelVersion, previous: ModelVersion? = nil, takesBack: Position? = nil
    ) -> ModelEvent {
        .activated(
            model, ModelEvent.ActivationClaim(previous: previous, takesBack: takesBack))
    }

    /// The state after events at positions 0, 1, 2 …
    private func given(_ events: ModelEvent...) -> ModelDecider {
        ModelDecider(events.enumerated().map { (Position($0.offset), $0.element) })
    }

    @Test("versions count from one and go on from the highest")
    func registering() throws {
        #expect(try given().decide(.register) == .registered(1))
        #expect(try given(.registered(1), .registered(7)).decide(.register) == .registered(8))
    }

    @Test("what is there and does not count can be activated, in place of what counts")
    func activating() throws {
        let two = given(.registered(1), .registered(2))
        #expect(try two.decide(.activate(2)) == activated(2))
        #expect(throws: Refusal.unknown(3)) { try two.decide(.activate(3)) }
        let active = given(.registered(1), .registered(2), activated(1))
        #expect(try active.decide(.activate(2)) == activated(2, previous: 1))
        #expect(throws: Refusal.isActive(1)) { try active.decide(.activate(1)) }
    }

    @Test("rollbacks take activations off a stack, so that two in a row go back two")
    func rollingBack() throws {
        #expect(throws: Refusal.nothingWasActivated) {
            try given(.registered(1)).decide(.rollBack(to: nil))
        }
        var models = given(
            .registered(1), .registered(2), .registered(3), activated(1), activated(2, previous: 1),
            activated(3, previous: 2))
        let first = try #require(try models.decide(.rollBack(to: nil)))
        #expect(first == activated(2, previous: 3, takesBack: 5))
        models.evolve(first, at: 6)
        let second = try #require(try models.decide(.rollBack(to: nil)))
        #expect(second == activated(1, previous: 2, takesBack: 6))
        models.evolve(second, at: 7)
        #expect(throws: Refusal.isFirst(1)) { try models.decide(.rollBack(to: nil)) }
        // Forth again is an activation, and can be taken back like any other.
        models.evolve(activated(3, previous: 1), at: 8)
        #expect(try models.decide(.rollBack(to: nil)) == activated(1, previous: 3, takesBack: 8))
    }

    @Test("a rollback may name how far it goes")
    func rollingBackFar() throws {
        let models = given(
            .registered(1), .registered(2), .registered(3), .registered(4), activated(1),
            activated(2, previous: 1), activated(3, previous: 2))
        #expect(try models.decide(.rollBack(to: 1)) == activated(1, previous: 3, takesBack: 6))
        #expect(throws: Refusal.isActive(3)) { try models.decide(.rollBack(to: 3)) }
        #expect(throws: Refusal.wasNeverActive(4)) { try models.decide(.rollBack(to: 4)) }
        #expect(throws: Refusal.unknown(5)) { try models.decide(.rollBack(to: 5)) }
    }

    @Test("shadows begin once, change their share, and end")
    func shadowing() throws {
        let models = given(.registered(1), .registered(2), activated(1), .shadowed(2, share: 500))
        #expect(models.shadow(of: 2) == ModelStanding.Shadow(position: 3, share: 500))
        #expect(try models.decide(.shadow(2, share: 500)) == nil)
        #expect(try models.decide(.shadow(2, share: nil)) == .shadowed(2, share: nil))
        #expect(try models.decide(.endShadow(2)) == .shadowEnded(2))
        #expect(throws: Refusal.isActive(1)) { try models.decide(.shadow(1, share: nil)) }
        #expect(throws: Refusal.doesNotShadow(1)) { try models.decide(.endShadow(1)) }
        #expect(throws: Refusal.unknown(3)) { try models.decide(.endShadow(3)) }
        // The same once more does not begin it anew.
        var again = models
        again.evolve(.shadowed(2, share: 500), at: 4)
        #expect(again.shadow(of: 2)?.position == 3)
        #expect(again.life(of: 2)?.shadowActPosition == 4)
    }

    @Test("an activation ends a shadow, and no rollback brings it back")
    func shadowsEnd() throws {
        let models = given(
            .registered(1), .registered(2), activated(1), .shadowed(2, share: nil),
            activated(2, previous: 1), .shadowed(2, share: nil),
            activated(1, previous: 2, takesBack: 4))
        #expect(models.standing == ModelStanding(active: 1))
        #expect(throws: Refusal.doesNotShadow(2)) { try models.decide(.endShadow(2)) }
    }

    @Test("a life tells its activations and every step")
    func lives() throws {
        let models = given(
            .registered(1), .registered(2), activated(1), .shadowed(2, share: 9),
            .shadowEnded(2), activated(2, previous: 1), activated(1, previous: 2, takesBack: 5))
        let one = try #require(models.life(of: 1))
        let two = try #require(models.life(of: 2))
        #expect(one.activations.map(\.position) == [2, 6])
        #expect(one.activations.map(\.until) == [5, nil])
        #expect(one.activations.map(\.takesBack) == [nil, 5])
        #expect(two.activations.map(\.until) == [6])
        #expect(one.isActive && !two.isActive)
        #expect(
            one.steps.map(\.kind) == [
                .registered, .activated(takesBack: nil),
                .superseded(by: 2, isRollback: false), .activated(takesBack: 5),
            ])
        #expect(
            two.steps.map(\.kind) == [
                .registered, .shadowing(share: 9), .shadowEnded, .activated(takesBack: nil),
                .superseded(by: 1, isRollback: true),
            ])
        #expect(two.steps.map(\.position) == [1, 3, 4, 5, 6])
        #expect(models.lastActivation?.model == 1)
    }

    @Test("an event about a model that was never registered is followed as far as it makes sense")
    func unknown() throws {
        let models = given(.registered(1), activated(1), .shadowed(9, share: nil), activated(9))
        #expect(models.standing == ModelStanding(active: 9))
        #expect(models.life(of: 1)?.isActive == false)
        #expect(models.lastActivation?.model == 1)
        #expect(try models.decide(.activate(1)) == activated(1))
    }

    @Test("what contradicts the time before is told")
    func contradictions() {
        let shadow = ModelStanding.Shadow(position: 1, share: nil)
        let standing = ModelStanding(active: 1, shadows: [2: shadow])
        func isContradicted(by event: ModelEvent) -> Bool {
            standing.isContradicted(by: event, at: 10) { $0 == 5 }
        }
        #expect(!isContradicted(by: activated(2, previous: 1)))
        #expect(!isContradicted(by: activated(2, previous: 1, takesBack: 5)))
        #expect(isContradicted(by: activated(2, previous: 1, takesBack: 6)))
        #expect(isContradicted(by: activated(2, previous: 3)))
        #expect(isContradicted(by: activated(2)))
        #expect(!isContradicted(by: .shadowed(3, share: nil)))
        #expect(isContradicted(by: .shadowed(1, share: nil)))
        #expect(!isContradicted(by: .shadowEnded(2)))
        #expect(isContradicted(by: .shadowEnded(3)))
    }
}
