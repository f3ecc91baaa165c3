import LedgerFixtures

/// The steps that follow from a seed.
struct RandomisedPlan: Sendable {
    let seed: UInt64
    var steps: [Step]

    /// How often each kind of step comes, in a thousand and a bit.
    private static let weights: [(Step.Kind, Int)] = [
        (.respond, 130), (.classify, 110), (.amend, 70), (.exclude, 35), (.anything, 130),
        (.resend, 30), (.importFile, 50), (.deliver, 30), (.register, 20), (.activate, 50),
        (.rollBack, 45),
        (.shadow, 20), (.editThresholds, 40), (.catchUp, 150), (.rebuild, 55), (.swapBack, 25),
        (.commitState, 25), (.reopenProjections, 30),
        (.reopenLedger, 15), (.deleteProjection, 25), (.changeVersion, 25), (.interrupt, 45),
        (.crash, 7),
    ]

    /// What every ledger starts with, so that there is something to do.
    private static let opening: [Step.Kind] = [
        .register, .respond, .register, .activate, .classify,
    ]

    init(seed: UInt64) {
        self.seed = seed
        var numbers = SeededNumbers(seed: seed)
        let count = 25 + numbers.below(40)
        let sum = Self.weights.reduce(0) { $0 + $1.1 }
        steps = (1...count).map { number in
            var left = numbers.below(sum)
            var kind = Step.Kind.anything
            for (candidate, weight) in Self.weights {
                if left < weight {
                    kind = candidate
                    break
                }
                left -= weight
            }
            if number <= Self.opening.count { kind = Self.opening[number - 1] }
            return Step(number: number, kind: kind, seed: numbers.next())
        }
    }

    /// The plan without steps of a kind.
    func without(_ kind: Step.Kind) -> RandomisedPlan {
        var plan = self
        plan.steps = steps.filter { $0.kind != kind }
        return plan
    }

    /// The plan with these steps alone.
    func only(_ numbers: Set<Int>) -> RandomisedPlan {
        var plan = self
        plan.steps = steps.filter { numbers.contains($0.number) }
        return plan
    }
}
