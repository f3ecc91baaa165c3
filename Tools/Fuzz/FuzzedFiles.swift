import NPSLedger

@testable import Classification
@testable import ExternalModels

/// Files that people write or send: gates, topics, models, and what models outside answer.
enum FuzzedFiles {
    @Sendable static func gate(_ bytes: [UInt8]) {
        guard let gate = try? Gate(bytes) else { return }
        Fuzz.require(!gate.conditions.isEmpty, "a gate without conditions")
    }

    @Sendable static func topics(_ bytes: [UInt8]) {
        _ = try? TopicTaxonomy(file: bytes)
    }

    /// A model's artefact, in a frame that is made to fit, so that what is in it is reached.
    @Sendable static func artefact(_ bytes: [UInt8]) {
        var bytes = bytes
        // Magic, version, then the length; a checksum of eight bytes at the end.
        if bytes.count > 26 {
            bytes.replaceSubrange(0..<8, with: ModelArtefact.magic)
            withUnsafeBytes(of: UInt64(bytes.count).littleEndian) {
                bytes.replaceSubrange(10..<18, with: $0)
            }
            let end = bytes.count - 8
            withUnsafeBytes(of: ModelArtefact.checksum(bytes[..<end]).littleEndian) {
                bytes.replaceSubrange(end..., with: $0)
            }
        }
        guard let model = try? ModelFile(artefact: bytes) else { return }
        if case .ngrams(let classifier) = model {
            let output = classifier.classify("Great service, but the queue is too long!")
            Fuzz.require(
                Int(output.detractor) + Int(output.passive) + Int(output.promoter) == 10_000,
                "the classes of \(output) are no whole")
        }
        _ = (model.card, model.topics, model.kind, model.topicOrigins)
    }

    /// A line that a model outside this process wrote: what is taken sums to a whole.
    @Sendable static func answer(_ bytes: [UInt8]) {
        _ = try? AnswerLine(bytes)
        guard let answer = try? ExternalAnswer(parsing: bytes) else { return }
        for part in [answer.classes, answer.sentiment] {
            Fuzz.require(part.reduce(0) { $0 + Int($1) } == 10_000, "\(part) is no whole")
        }
        Fuzz.require(answer.intents.allSatisfy { $0 <= 10_000 }, "\(answer.intents)")
        guard case .answer(3, let again)? = try? AnswerLine(Array(answer.line(id: 3).utf8)) else {
            return Fuzz.require(false, "\(answer.line(id: 3)) is not read")
        }
        Fuzz.require(again == answer, "\(again) and \(answer)")
    }

    /// The description of a model outside this process.
    @Sendable static func description(_ bytes: [UInt8]) {
        _ = try? ExternalModel(artefact: bytes)
        guard let model = try? ExternalModel(parsing: bytes) else { return }
        let again = try? ExternalModel(parsing: model.canonicalJSON)
        Fuzz.require(again == model, "\(model) is read as another")
    }
}
