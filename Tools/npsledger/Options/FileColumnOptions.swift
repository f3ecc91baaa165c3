import ArgumentParser
import LedgerQueries
import SurveyImport

/// How the columns of a file of labels are read.
struct FileColumnOptions: ParsableArguments {
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

    var isEmpty: Bool { !nameColumns && scale == nil }
    var nameColumns: Bool { !maps.isEmpty || mapping != nil }

    /// The mapping, not checked yet.
    func columnMapping() throws -> ColumnMapping {
        var mapping = try mapping.map { try ColumnMapping(path: $0) } ?? ColumnMapping()
        for map in maps { try mapping.map(map) }
        if let scale { mapping.scale = try ScoreScale(argument: scale) }
        return mapping
    }

    /// A file of labels as a whole.
    func read(_ path: String, _ mapping: ColumnMapping) throws -> LabelledFile {
        LabelledFile(
            name: path,
            bytes: try WholeFile.read(
                path, bytesMax: LabelledFile.bytesMax, as: "a file of labels"),
            mapping: mapping)
    }
}
