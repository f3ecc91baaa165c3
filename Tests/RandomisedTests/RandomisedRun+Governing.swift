import Classification
import LedgerCore
import LedgerFixtures
import LedgerStore
import NPSLedger

extension RandomisedRun {
    /// Registers one of a few small artefacts; the same one again finds the version it is.
    func register(_ numbers: inout SeededNumbers) throws {
        let artefacts = try SmallModels.artefacts.get()
        let artefact = artefacts[numbers.below(artefacts.count)]
        let registry = ModelRegistry(ledger)
        let model = try registry.register(
            artefact, provenance: "file", actor: .system)
        let again = try registry.register(
            artefact, provenance: "file", actor: .system)
        try agree(again.version, model.version, "the version of an artefact registered twice")
    }

    /// Activates a version, whose artefact may be missing.
    func activate(_ numbers: inout SeededNumbers) throws {
        guard !known.models.isEmpty else { return }
        let version = known.models[numbers.below(known.models.count)]
        let registry = ModelRegistry(ledger)
        try attempt {
            _ = try registry.activate(version, reason: "it reads better", actor: .system)
            note("activations by the registry")
            try agree(try registry.active()?.version, version, "the active model")
        }
    }

    /// Goes back one activation, or to a version.
    func rollBack(_ numbers: inout SeededNumbers) throws {
        var version: ModelVersion?
        if numbers.happens(percent: 30), !known.models.isEmpty {
            version = known.models[numbers.below(known.models.count)]
        }
        let registry = ModelRegistry(ledger)
        try attempt {
            let plan = try registry.planRollback(to: version)
            _ = try registry.rollBack(plan, reason: "it reads too darkly", actor: .system)
            note("rollbacks")
            try agree(
                try registry.active()?.version, plan.target.version, "the model rolled back to")
        }
    }

    /// Lets a version read what comes in without counting, or ends that.
    func shadow(_ numbers: inout SeededNumbers) throws {
        guard !known.models.isEmpty else { return }
        var version = known.models[numbers.below(known.models.count)]
        let ends = numbers.happens(percent: 40)
        let registry = ModelRegistry(ledger)
        let standing = try registry.shadows().map(\.version)
        if ends, !standing.isEmpty { version = standing[numbers.below(standing.count)] }
        try attempt {
            if ends {
                _ = try registry.endShadow(version, actor: .system)
            } else {
                _ = try registry.startShadow(version, actor: .system)
            }
            note(ends ? "shadows ended" : "shadows begun")
            let shadows = try registry.shadows().map(\.version)
            try agree(shadows.contains(version), !ends, "whether model \(version) shadows")
        }
    }

    /// Puts other thresholds into force.
    func editThresholds(_ step: Step) throws {
        var author = EventAuthor(numbers: step.numbers, tag: "", now: clock.now, known: known)
        let thresholds = author.anyThresholds()
        try attempt {
            let edit = try ThresholdRegistry(ledger).edit(
                thresholds, reason: "the board decided", actor: .system)
            note("edits of thresholds")
            try agree(edit.position, known.size, "the position of an edit of thresholds")
        }
    }

    /// What is refused must leave no trace.
    private func attempt(_ act: () throws -> Void) throws {
        let size = try ledger.log.head().size
        do {
            try act()
        } catch let error as LedgerError {
            guard error.code == .refused || error.code == .notFound else { throw error }
            note("refused acts")
            try agree(try ledger.log.head().size, size, "the size after “\(error)”")
        }
    }
}

/// Models small enough to be made, stored and loaded in milliseconds.
enum SmallModels {
    static let artefacts = Result {
        var options = TrainingOptions(seed: 1, folds: 2, hashBits: 10)
        options.classExamplesMin = 2
        return try (0..<3).map { number in
            let words = ["awful broken", "fine enough", "lovely great"]
            let examples = (0..<30).map { index in
                TrainingExample(
                    text: [UInt8]("\(words[index % 3]) \(index) \(number)".utf8),
                    scoreClass: UInt8((index + number) % 3), key: UInt64(index))
            }
            return try NGramTrainer.train(examples, options: options).artefact
        }
    }
}
