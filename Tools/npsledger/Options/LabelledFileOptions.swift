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

    @Option(
        name: .customLong("map"),
        help: ArgumentHelp(
            "Which column of the file holds a field; repeat for each.", valueName: "field=column"))
    var maps: [String] = []

    @Option(
        name: .long, help: "A file with the mapping, as `import --save-mapping` writes it.",
        completion: .file())
    var mapping: String?

    @Option(
        name: .long,
        help: ArgumentHelp("Rescale the file's scores to 0–10.", valueName: "min-max"))
    var scale: String?

    func validate() throws {
        if file == nil, !maps.isEmpty || mapping != nil || scale != nil {
            throw ValidationError("--map, --mapping and --scale tell how --on FILE is read.")
        }
        if file != nil, maps.isEmpty, mapping == nil {
            throw ValidationError(
                "Say which columns hold text and score: --mapping FILE, or --map score=nps "
                    + "--map text=comment.")
        }
    }

    /// The mapping, with text and score.
    func columnMapping() throws -> ColumnMapping {
        var mapping = try mapping.map { try ColumnMapping(path: $0) } ?? ColumnMapping()
        for map in maps { try mapping.map(map) }
        if let scale { mapping.scale = try ScoreScale(argument: scale) }
        guard mapping.score != nil, mapping.text != nil else {
            throw CommandFailure(
                ExitStatus.usage,
                "a label is a text with a score: map both, such as --map score=nps --map "
                    + "text=comment")
        }
        return try mapping.checked()
    }
}
