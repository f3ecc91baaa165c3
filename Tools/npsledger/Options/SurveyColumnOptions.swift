import ArgumentParser
import LedgerCore
import LedgerOperations
import SurveyImport

/// Which columns of survey files say what, and how the files are written.
struct SurveyColumnOptions: ParsableArguments {
    @Option(name: .long, help: "Where the responses come from; ids are unique within a source.")
    var source: String

    @Option(
        name: .customLong("map"),
        help: ArgumentHelp(
            "Which column holds a field; repeat for each.", valueName: "field=column"))
    var maps: [String] = []

    @Option(name: .long, help: "A file with the mapping, as `--save-mapping` writes it.")
    var mapping: String?

    @Option(
        name: .customLong("exclude"),
        help: ArgumentHelp(
            "Record rows with this value, and take them out of every score; repeat for more.",
            valueName: "column=value"))
    var exclusions: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Rescale scores of another scale to 0–10; recorded in every event.",
            valueName: "min-max"))
    var scale: String?

    @Flag(name: .long, help: "Accept fractional scores such as 8.5.")
    var fractions = false

    @Option(name: .long, help: "Response time of files that have none: RFC 3339 or a date (UTC).")
    var at: String?

    @Option(name: .long, help: "Pattern of times, such as %d/%m/%Y %H:%M.")
    var timeFormat: String?

    @Option(name: .long, help: "Zone of times without one: UTC, +02:00 or Europe/Paris.")
    var timeZone: String?

    @Option(
        name: .long, help: "Separator of columns, if it is not found: , ; | or tab.",
        transform: SurveyReadOptions.delimiter)
    var separator: UInt8?

    @Option(name: .long, help: "Encoding of characters.")
    var encoding: SurveyEncoding = .auto

    /// How the files are written.
    var reading: SurveyReadOptions {
        var reading = SurveyReadOptions()
        (reading.delimiter, reading.encoding) = (separator, encoding)
        return reading
    }

    /// Fails where files of these names cannot be read, or come from nowhere.
    func check(_ files: [String]) throws {
        guard !files.isEmpty else { throw ValidationError("Name a file to import, or “-”.") }
        guard !files.contains("") else {
            throw ValidationError("The name of a file to import is empty.")
        }
        // Read to its end, it has nothing for the next.
        guard (files + [mapping].compactMap(\.self)).count(where: { $0 == "-" }) <= 1 else {
            throw ValidationError("“-” is standard input, and can be read once.")
        }
        // What may name an actor may name a source: it is shown in the same places.
        guard source.utf8.count <= Actor.nameBytesMax, Actor(source) != nil else {
            throw ValidationError(
                "--source takes 1 to \(Actor.nameBytesMax) bytes without control characters.")
        }
    }

    /// The mapping, for files of these names.
    func mapping(of files: [String]) throws -> ColumnMapping {
        guard !maps.isEmpty || self.mapping != nil else { throw try askForMapping(files) }
        var mapping = try mapping.map { try ColumnMapping(path: $0) } ?? ColumnMapping()
        for map in maps { try mapping.map(map) }
        for exclusion in exclusions { try mapping.exclude(exclusion) }
        if let scale { mapping.scale = try ScoreScale(argument: scale) }
        if fractions { mapping.allowsFractions = true }
        if let timeFormat { mapping.timeFormat = timeFormat }
        if let timeZone { mapping.timeZone = try SurveyTimeZone(argument: timeZone) }
        if let at {
            mapping.fixedTime = try SelectionOptions.time(at)
        }
        return try mapping.checked()
    }

    /// A file without a mapping: its columns are named, so that one can be written.
    private func askForMapping(_ files: [String]) throws -> CommandFailure {
        var columns: String?
        if let file = files.first, file != "-" {
            do throws(ImportError) {
                columns = try ImportRequest.columns(of: file, reading: reading)
            } catch {
                return CommandFailure(error)
            }
        }
        return CommandFailure(
            ExitStatus.usage,
            "say which column holds what, such as --map score=nps --map text=comment"
                + (columns.map { ". \(files[0]) has \($0)" } ?? ""))
    }
}

extension SurveyEncoding: ExpressibleByArgument {}
