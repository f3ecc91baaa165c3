import ArgumentParser
import LedgerQueries

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
