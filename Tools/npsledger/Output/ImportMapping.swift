import SurveyImport

/// Mappings that this program writes itself.
enum ImportMapping {
    /// The mapping file of `--map` arguments.
    static func json(_ arguments: [String]) throws -> String {
        try ColumnMapping(arguments: arguments).checked().json + "\n"
    }
}
