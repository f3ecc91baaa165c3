import Catalog
import Classification
import Encoders
import LedgerCore
import LedgerReplay
import NPSBySegmentProjection
import NPSLedger
import SurveyImport

/// A ledger whose models read vectors.
extension TestLedger {
    static func source(_ encoder: any TextEncoder) -> EncoderSource {
        EncoderSource { _ throws(EncoderError) in encoder }
    }

    /// Calls `body` with the folded projection.
    private func withFolded<R>(_ body: (ProjectionCatalog) throws -> R) throws -> R {
        let catalog = try ProjectionCatalog(directory: ledger.paths.projections)
        defer { catalog.close() }
        try catalog.npsBySegment.catchUp(with: ledger.log)
        return try body(catalog)
    }

    /// Trains on every scored text and registers the result.
    func trainAndRegister(
        by encoder: any TextEncoder, seed: UInt64, encoded: (Int, Int) -> Void = { _, _ in }
    ) throws -> RegisteredModel {
        let (examples, asOf) = try withFolded { catalog in
            try catalog.npsBySegment.read { state, build in
                let lens = try ResolvedLens(Lens(asOf: build.position), in: state)
                let examples = try NPSBySegmentQuery(state).scoredTexts(lens).map {
                    ModelTraining.Example(
                        response: $0.response, text: $0.text,
                        label: lens.thresholds.classify(score: $0.score))
                }
                return (examples, build.position)
            }
        }
        let trained = try ModelTraining(ledger).train(
            examples, asOf: asOf, selection: "{}", seed: seed, threads: 2,
            encoder: ("counting", encoder), encoded: encoded
        ) { _ in }
        return try ModelRegistry(ledger).register(trained, actor: Self.actor)
    }

    /// What a version has not read.
    func unread(by version: ModelVersion) throws -> [(response: Position, text: Position)] {
        try withFolded { catalog in
            try catalog.npsBySegment.read { state, build in
                try NPSBySegmentQuery(state).unread(by: version, asOf: build.position)
                    .map { ($0.response, $0.text) }
            }
        }
    }

    /// Imports rows that a version reads as they come in.
    func run(
        _ bytes: [UInt8], source: String, mapping columns: [String], by model: RegisteredModel,
        shadows: [RegisteredModel] = [], encoder: any TextEncoder, batchRows: Int = 100
    ) throws -> ImportReport {
        let registry = ModelRegistry(ledger, encoders: Self.source(encoder))
        let mapping = try Run(columns).columnMapping()
        var options = ImportOptions(
            actor: Self.actor, defaultTime: Self.start, threads: 2)
        options.model = (model.version, try registry.reader(model))
        options.shadows = try shadows.map {
            ShadowReader(version: $0.version, reader: try registry.reader($0))
        }
        options.batchRows = batchRows
        var reader = try SurveyFileReader(bytes: bytes, name: "\(source).csv", mapping: mapping)
        var importer = try ResponseImporter(
            ledger, source: source, mapping: mapping, options: options)
        return try importer.run(&reader) { _, _, _ in }
    }
}
