import ArgumentParser
import Classification

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
