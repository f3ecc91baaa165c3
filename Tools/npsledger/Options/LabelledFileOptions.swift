import ArgumentParser
import SurveyImport

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

    /// The mapping, with text and score.
    func columnMapping() throws -> ColumnMapping {
        let mapping = try columns.columnMapping()
        guard mapping.score != nil, mapping.text != nil else {
            throw CommandFailure(
                ExitStatus.usage,
                "a label is a text with a score: map both, such as --map score=nps --map "
                    + "text=comment")
        }
        return try mapping.checked()
    }
}
