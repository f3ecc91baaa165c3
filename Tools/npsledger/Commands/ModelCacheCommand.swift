import ArgumentParser
import Classification
import Foundation
import LedgerCore
import LedgerStore
import NPSLedger
import Presentation

/// `model cache`: what encoders made of the texts, kept so that no model has it made again.
struct ModelCacheCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cache",
        abstract: "What is kept of encoders' work on this ledger's texts; make room.",
        usage: "npsledger model cache [--clear ENCODER] [--sweep] [options]",
        discussion: """
            The vectors that an encoder makes of texts are kept, sealed under the keys of the texts, \
            so that another model on the same encoder need not wait for it. Removing them, or the \
            whole folder, loses nothing but that time.

            EXAMPLES
              npsledger model cache
              npsledger model cache --clear minilm
            """)

    @OptionGroup var options: LedgerOptions

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Remove what this encoder made: its name, the first digits of its digest, or all.",
            valueName: "encoder"))
    var clear: String?

    @Flag(name: .long, help: "Remove what no key opens any more, because its subject is erased.")
    var sweep = false

    /// What is kept of one encoder, and who reads it.
    private struct Row {
        let share: EmbeddingCache.Share
        /// Of a registered model.
        let reference: EncoderReference?
        let models: [RegisteredModel]

        var digest: String { Hex.encode(share.encoder) }
        var texts: Int? { reference.map { share.texts(dimensions: $0.dimensions) } }
    }

    func run() throws {
        let ledger = try Ledger(at: options.paths)
        defer { ledger.close() }
        // Looking does not make one.
        guard FileManager.default.fileExists(atPath: ledger.paths.embeddings) else {
            guard clear == nil else { throw unknown([]) }
            return show([], fileBytes: 0, removed: sweep ? 0 : nil, ledger)
        }
        let cache = try ledger.embeddingCache()
        if let problem = ledger.embeddingProblem { Printer.notice(problem) }
        var removed: Int?
        if let clear { removed = try self.clear(clear, cache, try rows(cache, ledger)) }
        if sweep { removed = (removed ?? 0) + (try cache.eraseForgotten()) }
        show(
            try rows(cache, ledger), fileBytes: try cache.statistics().bytes, removed: removed,
            ledger)
    }

    private func rows(_ cache: EmbeddingCache, _ ledger: Ledger) throws -> [Row] {
        let registry = ledger.models
        let models = try registry.list()
        return try cache.shares().map { share in
            let own = models.filter { $0.registration.encoder == share.encoder }
            var reference: EncoderReference?
            // The name is in the artefacts. One that is missing is told of where it is to judge.
            for model in own where reference == nil {
                if case .joined(let classifier)? = try? registry.file(model) {
                    reference = classifier.encoder
                }
            }
            return Row(share: share, reference: reference, models: own)
        }
    }

    private func clear(
        _ encoder: String, _ cache: EmbeddingCache, _ rows: [Row]
    ) throws -> Int {
        if encoder == "all" {
            let pages = try cache.statistics().entries
            try cache.removeAll()
            return pages
        }
        let named = rows.filter { $0.reference?.name == encoder }
        let found =
            named.isEmpty && !encoder.isEmpty
            ? rows.filter { $0.digest.hasPrefix(encoder.lowercased()) } : named
        guard found.count < 2 else {
            throw CommandFailure(
                ExitStatus.usage,
                "“\(encoder)” may be \(found.count) encoders: "
                    + found.map { $0.digest.prefix(16) + "…" }.joined(separator: ", "))
        }
        guard let row = found.first else { throw unknown(rows) }
        return try cache.removeAll(by: row.share.encoder)
    }

    private func unknown(_ rows: [Row]) -> CommandFailure {
        let known = rows.map { row in
            row.reference.map { "\($0.name) (\(row.digest.prefix(16))…)" }
                ?? "\(row.digest.prefix(16))…"
        }
        return CommandFailure(
            ExitStatus.noInput,
            known.isEmpty
                ? "nothing is kept of “\(clear ?? "")”, nor of any encoder"
                : "nothing is kept of “\(clear ?? "")”; there is something of "
                    + known.joined(separator: ", "))
    }

    private func show(_ rows: [Row], fileBytes: Int, removed: Int?, _ ledger: Ledger) {
        let printer = Printer(options)
        switch options.format {
        case .json:
            printer.json(
                .object(
                    [
                        ("path", .string(ledger.paths.embeddings)),
                        ("fileBytes", .integer(fileBytes)),
                        ("fileBytesMax", .integer(EmbeddingCache.bytesMax)),
                        ("encoders", .array(rows.map { .object(Self.fields($0)) })),
                    ] + (removed.map { [("removedPages", .integer($0))] } ?? [])))
        case .csv:
            printer.csv(
                ["encoder", "digest", "models", "texts", "pages", "bytes"],
                rows.map { row in
                    [
                        row.reference?.name ?? "", row.digest,
                        row.models.map { "\($0.version)" }.joined(separator: " "),
                        row.texts.map { "\($0)" } ?? "", "\(row.share.pages)",
                        "\(row.share.sealedBytes)",
                    ]
                })
        case .table:
            if let removed {
                printer.line("Removed \(Formatted.count(removed)) sealed pages")
            }
            guard !rows.isEmpty else { return printer.line("Nothing is kept of any encoder") }
            printer.table(Self.table(rows))
            printer.line()
            printer.muted(
                "\(Formatted.bytes(fileBytes)) in the ledger's folder “embeddings”, of at most "
                    + "\(Formatted.bytes(EmbeddingCache.bytesMax)). The file does not shrink; "
                    + "deleting the folder gives its space back.")
        }
    }

    private static func fields(_ row: Row) -> [(String, JSONValue)] {
        [
            ("name", .optional(row.reference?.name)), ("digest", .string(row.digest)),
            ("models", .array(row.models.map { .integer($0.version) })),
            ("texts", .optional(row.texts)), ("pages", .integer(row.share.pages)),
            ("bytes", .integer(row.share.sealedBytes)),
        ]
    }

    private static func table(_ rows: [Row]) -> Table {
        var table = Table(columns: [
            Table.Column("encoder"), Table.Column("sha256", dropPriority: 1),
            Table.Column("read by models", flexible: true), .number("texts"), .number("sealed"),
        ])
        for row in rows {
            table.append([
                Table.Cell(row.reference?.name ?? "not of a registered model"),
                Table.Cell(row.digest.prefix(12) + "…", .muted),
                Table.Cell(row.models.map { "\($0.version)" }.joined(separator: ", ")),
                row.texts.map { .count($0) } ?? Table.Cell("—", .muted),
                Table.Cell(Formatted.bytes(row.share.sealedBytes)),
            ])
        }
        return table
    }
}
