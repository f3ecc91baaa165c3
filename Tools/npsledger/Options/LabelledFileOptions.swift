import ArgumentParser
import LedgerQueries

/// A file of labels, and how it is read.
struct LabelledFileOptions: ParsableArguments {
    @Option(
        name: .customLong("on"),
        help: ArgumentHelp(
            "A survey file with text and score, instead of the ledger's responses.",
            valueName: "file"), completion: .file())
    var file: String?

    @OptionGroup var columns: FileColumnOptions

    func validate() throws {
        if file == nil, !columns.isEmpty {
            throw ValidationError("--map, --mapping and --scale tell how --on FILE is read.")
        }
        if file != nil, !columns.nameColumns {
            throw ValidationError(
                "Say which columns hold text and score: --mapping FILE, or --map score=nps "
                    + "--map text=comment.")
        }
    }

    /// The file with how it is read; nil where none is named.
    func read() throws -> LabelledFile? {
        guard let file else { return nil }
        return try columns.read(file, columns.columnMapping())
    }
}
