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
        try reader(try file(model), name: "model \(model.version)")
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

    private func reader(_ file: ModelFile, name: String) throws -> ModelReader {
        switch file {
        case .external(let model):
            let reader = ExternalReader(
                model: model, name: name, run: programs.run(of: model),
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
                    Self.code(error.code),
                    "\(name): \(error.description)")
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
                    + "\(Hex.encode(digest)), registered was \(model.digest)")
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
