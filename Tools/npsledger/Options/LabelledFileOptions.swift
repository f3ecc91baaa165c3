import ArgumentParser
import Classification
import LedgerQueries
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

    /// The file with how it is read; nil where none is named.
    func read() throws -> LabelledFile? {
        guard let file else { return nil }
        return try columns.read(file, columns.columnMapping())
    }
}

/// Files of labelled texts to learn from.
struct LabelFilesOptions: ParsableArguments {
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

    /// The files with how they are read.
    func read() throws -> [LabelledFile] {
        guard !files.isEmpty else { return [] }
        let mapping = try columns.columnMapping()
        return try files.map { try columns.read($0, mapping) }
    }
}

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

/// The topics that a model is taught.
struct TaxonomyOptions: ParsableArguments {
    /// What stands for the built-in topics in the place of a file's name.
    static let standard = "standard"

    @Option(
        name: .customLong("taxonomy"),
        help: ArgumentHelp(
            "The topics texts may be about: a file, or “standard” for the built-in ones.",
            valueName: "file"), completion: .file())
    var file: String?

    /// The topics; nil where none were asked for.
    func taxonomy() throws -> TopicTaxonomy? {
        try file.map { $0 == Self.standard ? .standard : try TopicsCommand.taxonomy($0) }
    }
}
