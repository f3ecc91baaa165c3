import ArgumentParser
import SurveyImport

/// Files of labelled texts to learn from.
struct LabelFilesOptions: ParsableArguments {
    /// Labels besides the score that a mapping may name, as segments.
    static let names = ["class", "sentiment", "intents", "topics"]

    @Option(
        name: .customLong("labels"),
        help: ArgumentHelp(
            "Learn from the labelled texts of this file too; repeat for more.", valueName: "file"),
        completion: .file())
    var files: [String] = []

    @OptionGroup var columns: FileColumnOptions

    func validate() throws {
        if files.isEmpty, !columns.isEmpty {
            throw ValidationError("--map, --mapping and --scale tell how --labels FILE is read.")
        }
        if !files.isEmpty, !columns.nameColumns {
            throw ValidationError(
                "Say which columns hold text and labels: --map text=comment --map score=nps, or "
                    + "--map segment.sentiment=mood.")
        }
    }

    /// The mapping, with a text and a label.
    func columnMapping() throws -> ColumnMapping {
        let mapping = try columns.columnMapping()
        let labels = mapping.segments.map(\.dimension)
        if let other = labels.first(where: { !Self.names.contains($0) }) {
            throw CommandFailure(
                ExitStatus.usage,
                "“\(other)” is no label; there are: score, "
                    + Self.names.map { "segment.\($0)" }.joined(separator: ", "))
        }
        guard mapping.text != nil, mapping.score != nil || !labels.isEmpty else {
            throw CommandFailure(
                ExitStatus.usage,
                "a labelled text is a text with a label: map both, such as --map text=comment "
                    + "--map segment.sentiment=mood")
        }
        return try mapping.checked()
    }
}
