import Classification
import Crypto
import Encoders
import Foundation
import LedgerCore
import LedgerStore

/// The models of a ledger: registered, activated and rolled back by events alone.
public struct ModelRegistry: Sendable {
    /// Largest artefact accepted; the biggest this software trains has 4 million buckets.
    public static let artefactBytesMax = 256 << 20

    let ledger: Ledger
    package let encoders: EncoderSource
    let programs: ExternalPrograms

    /// The registry of a ledger.
    ///
    /// - Parameters:
    ///   - encoders: where the encoders come from that models read vectors of.
    ///   - programs: the runs of models outside this process.
    public init(
        _ ledger: Ledger, encoders: EncoderSource = .none,
        programs: ExternalPrograms = ExternalPrograms()
    ) {
        self.ledger = ledger
        self.encoders = encoders
        self.programs = programs
    }

    /// The texts that the program of a version left without an answer since the act began, by the
    /// position of the event that holds each.
    package func leftTexts(by version: ModelVersion) -> Set<Position> {
        programs.left(by: version)
    }

    /// Begins an act: texts that a program left in an earlier one are asked about once more.
    package func beginAct() { programs.beginAct() }

    private func artefactPath(_ digest: String) -> String {
        "\(folder(digest))/artefact.npsmodel"
    }

    /// Where what belongs to an artefact is kept.
    func folder(_ digest: String) -> String { "\(ledger.paths.models)/\(digest)" }

    /// A version, ready to read texts.
    ///
    /// - Throws: what `file(_:)` throws, and `LedgerError` with code `notFound` or `refused` where
    ///   its encoder is missing or another one. For a model outside this process what
    ///   `ExternalReader.check()` throws.
    public func reader(_ model: RegisteredModel) throws -> ModelReader {
        try reader(try file(model), name: "model \(model.version)", version: model.version)
    }

    /// A model that is not registered, ready to read texts.
    ///
    /// - Throws: `ArtefactError` as `ModelFile` does, and for its encoder as `reader(_:)` does.
    public func reader(artefact: [UInt8]) throws -> ModelReader {
        try reader(try ModelFile(artefact: artefact), name: "the model")
    }

    /// The encoder of a version; nil where it reads no vectors.
    ///
    /// - Throws: as `reader(_:)` does.
    public func encoder(
        of model: RegisteredModel
    ) throws -> (name: String, encoder: any TextEncoder)? {
        guard case .joined(let classifier, let encoder) = try reader(model) else { return nil }
        return (classifier.encoder.name, encoder)
    }

    private static func code(_ code: EncoderError.Code) -> LedgerError.Code {
        switch code {
        case .missing: .notFound
        case .mismatch: .corrupt
        default: .storage
        }
    }

    private func reader(
        _ file: ModelFile, name: String, version: ModelVersion? = nil
    ) throws -> ModelReader {
        switch file {
        case .external(let model):
            let reader = ExternalReader(
                model: model, name: name, version: version, run: programs.run(of: model),
                programs: programs,
                policy: { [ledger] in try PolicyRegistry(ledger).externalModels() },
                approvals: ledger.paths.approvals)
            try reader.check()
            return .external(reader)
        case .ngrams(let classifier): return .ngrams(classifier)
        case .joined(let classifier):
            do throws(EncoderError) {
                return .joined(classifier, try encoders.encoder(classifier.encoder))
            } catch {
                throw LedgerError(
                    Self.code(error.code), "\(name): \(error.description)", remedy: error.remedy)
            }
        }
    }

    /// The artefact of a version, hashed again and refused if it changed.
    public func file(_ model: RegisteredModel) throws -> ModelFile {
        let path = artefactPath(model.digest)
        guard let data = try PathState.content(of: path) else {
            throw LedgerError(
                .notFound,
                "the artefact of model \(model.version) is missing: put \(path) back from a backup")
        }
        let digest = [UInt8](SHA256.hash(data: data))
        guard digest == model.registration.digest else {
            throw LedgerError(
                .corrupt,
                "the artefact of model \(model.version) was changed: \(path) has SHA-256 "
                    + "\(Hex.encode(digest)), registered was \(model.digest)",
                remedy: model.training.map { .restoreArtefactOrTrain(asOf: $0.asOf) }
                    ?? .restoreArtefact)
        }
        do {
            return try ModelFile(artefact: [UInt8](data))
        } catch {
            throw LedgerError(.corrupt, "\(path): \(error)")
        }
    }

    /// Registers an artefact as the next version, or finds the version it already is.
    ///
    /// - Parameters:
    ///   - provenance: `embedded`, `trained` or `file`.
    ///   - training: from what it was trained on this ledger, where it was.
    ///   - request: position of the `retraining.requested` that it was made for.
    /// - Throws: `LedgerError` with code `refused` for what is no model.
    public func register(
        _ artefact: [UInt8], provenance: String, training: TrainingEvidence? = nil,
        request: Position? = nil, actor: Actor
    ) throws -> RegisteredModel {
        let file: ModelFile
        do {
            file = try ModelFile(artefact: artefact)
        } catch {
            throw LedgerError(.refused, "not a model this program can run: \(error)")
        }
        try Self.checkTopics(file)
        let digest = [UInt8](SHA256.hash(data: artefact))
        try store(artefact, Hex.encode(digest))
        while true {
            let lives = try lives()
            // Bytes that came as a file say nothing of what they were made from: a training that
            // gives them is a version of its own, with its evidence.
            if let known = lives.models.first(where: {
                $0.registration.digest == digest
                    && (training == nil || $0.registration.training != nil)
            }) {
                return known
            }
            guard case .registered(let version) = try lives.decide(.register) else {
                throw LedgerError(.internal, "a registration came to something else")
            }
            var batch = EventBatch()
            try batch.append(
                EventDraft(
                    ModelRegistered(
                        model: version, kind: file.kind, digest: digest,
                        provenance: provenance,
                        card: String(decoding: file.card, as: UTF8.self),
                        program: Ledger.program, encoder: file.encoder?.digest,
                        training: training, topics: file.topics, request: request),
                    occurredAt: ledger.clock(), actor: actor, cause: request),
                key: .registration(of: version))
            if case .appended = try ledger.log.append(batch)[0] {
                return try model(version)
            }
        }
    }

    /// Writes the artefact under its digest: to the side first, then renamed, so that a file
    /// found there is whole.
    private func store(_ artefact: [UInt8], _ digest: String) throws {
        let path = artefactPath(digest)
        if let there = FileManager.default.contents(atPath: path), there.elementsEqual(artefact) {
            return
        }
        try makeFolder(digest)
        try DurableFile.write(artefact, to: path)
    }

    func makeFolder(_ digest: String) throws {
        do {
            try FileManager.default.createDirectory(
                atPath: folder(digest), withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
        } catch {
            let cause = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
            throw PathState.failure(
                "\(folder(digest)) cannot be created", Int32(cause?.code ?? Int(EIO)))
        }
    }
}

/// One model version as the log tells its life.
public struct RegisteredModel: Hashable, Sendable {
    /// What was registered.
    public let registration: ModelRegistered
    /// Position of the registration.
    public let position: Position
    /// When it was registered.
    public let registeredAt: Microseconds
    /// Positions and times from which it was the active one.
    public let activations: [Activation]
    /// Whether it is the active one.
    public let isActive: Bool
    /// Since when it shadows; nil where it does not.
    public let shadow: Shadow?
    /// Everything that happened to it, in order.
    public let steps: [ModelDecider.Step]
    /// Position of the latest event that began or ended a shadow of it.
    let shadowActPosition: Position?

    /// One activation.
    public struct Activation: Hashable, Sendable {
        /// Position of the event.
        public let position: Position
        /// When it was recorded.
        public let recordedAt: Microseconds
        /// Position of the activation of another version that ended it; nil where it lasts.
        public let until: Position?
        /// The activation it took back, for a rollback.
        public let rollsBack: Position?
        /// On what ground a gate let it pass, where it had to pass one.
        public let gate: GateEvidence?
    }

    /// Its standing shadow: it reads what comes in and counts for nothing.
    public struct Shadow: Hashable, Sendable {
        /// Position of the event that began it.
        public let position: Position
        /// When that was recorded.
        public let recordedAt: Microseconds
        /// Of what comes in, the share it reads, in basis points; nil for all of it.
        public let share: UInt16?
    }

    /// The version number.
    public var version: ModelVersion { registration.model }

    /// From what it was trained on this ledger; nil where it was not.
    public var training: TrainingRecord? { TrainingRecord(registration) }

    /// What its artefact says of itself; nil where the card cannot be read.
    public var metadata: ModelMetadata? {
        /// Version 1 had it within a card of its own.
        struct FirstCard: Decodable {
            let metadata: ModelMetadata
        }
        let card = Data(registration.card.utf8)
        return (try? JSONDecoder().decode(ModelMetadata.self, from: card))
            ?? (try? JSONDecoder().decode(FirstCard.self, from: card))?.metadata
    }

    /// SHA-256 of the artefact in lower-case hexadecimal.
    public var digest: String { Hex.encode(registration.digest) }
}

/// A topic of a registered model version, as its registration says.
public struct RegisteredTopic: Hashable, Sendable {
    /// Its name.
    public let name: String
    /// Where the model has it from; nil where the registration does not say.
    public let origin: TopicOrigin?
    /// What the model measured of it out of fold; nil where nothing was.
    public let metrics: TrainingMetrics.Label?

    /// Whether it is found by how close a text lies to a few phrases: what is recorded of it then
    /// is no probability.
    public var isPrototype: Bool { origin == .prototype }
}

extension RegisteredModel {
    /// The topics of the version by their numbers, with what its card says of them.
    public var topics: [RegisteredTopic] {
        let names = registration.topics
        guard !names.isEmpty else { return [] }
        let labels = metadata?.heads.first { $0.head == "topics" }?.labels ?? []
        return names.enumerated().map { index, name in
            // A card is what the artefact says of itself, in the order of its topics.
            let label = index < labels.count && labels[index].name == name ? labels[index] : nil
            let origin = TopicOrigin.allCases.first { $0.name == label?.origin }
            return RegisteredTopic(
                name: name, origin: origin, metrics: origin == .trained ? label : nil)
        }
    }
}

extension ModelRegistry {
    /// What the card says of topics is what people are shown: a prototype must not pass for trained.
    ///
    /// - Throws: `LedgerError` with code `refused` where the two differ.
    static func checkTopics(_ file: ModelFile) throws(LedgerError) {
        let told = file.metadata?.heads.first { $0.head == "topics" }?.labels ?? []
        guard told.map(\.name) == file.topics,
            told.map(\.origin) == file.topicOrigins.map(\.name)
        else {
            throw LedgerError(.refused, "what the model says of its topics is not what it has")
        }
    }
}
