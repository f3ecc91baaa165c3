import SurveyImport

/// Files that survey tools export, and how their columns are mapped.
///
/// The first byte chooses how the file is read: encoding, separator and mapping.
enum FuzzedSurvey {
    /// Rows read of one file: what is wrong shows in the first ones.
    private static let rowsMax = 400

    @Sendable static func delimited(_ bytes: [UInt8]) {
        guard let choice = bytes.first else { return }
        var options = SurveyReadOptions()
        options.format = choice & 1 == 0 ? .csv : .tsv
        if options.format == .csv, choice & 2 != 0 { options.delimiter = UInt8(ascii: ";") }
        options.encoding =
            SurveyEncoding.allCases[Int(choice >> 2) % SurveyEncoding.allCases.count]
        options.maxRowBytes = 4096
        compare(Array(bytes.dropFirst()), options, mapping(of: choice))
    }

    @Sendable static func jsonLines(_ bytes: [UInt8]) {
        guard let choice = bytes.first else { return }
        var options = SurveyReadOptions()
        options.format = choice & 1 == 0 ? .auto : .jsonLines
        options.maxRowBytes = 4096
        var mapping = mapping(of: choice)
        if choice & 2 != 0 {
            mapping.score = "answers.0.score"
            mapping.text = "answers.1.text"
            mapping.respondentID = "person.email"
        }
        compare(Array(bytes.dropFirst()), options, mapping)
    }

    /// A file as it lies on a disk, compressed or not, whose format is found by looking.
    @Sendable static func compressed(_ bytes: [UInt8]) {
        var options = SurveyReadOptions()
        options.maxRowBytes = 4096
        compare(bytes, options, mapping(of: 0))
    }

    private static func mapping(of choice: UInt8) -> ColumnMapping {
        var mapping = ColumnMapping()
        mapping.responseID = "id"
        mapping.score = "score"
        mapping.text = "text"
        mapping.segments = [.init(dimension: "region", column: "region")]
        mapping.exclusions = [.init(column: "status", value: "Preview")]
        if choice & 0x80 != 0 {
            mapping.at = "at"
            mapping.timeFormat = choice & 0x40 != 0 ? "%d %b %Y %I:%M %p" : nil
            mapping.allowsFractions = true
        } else {
            mapping.fixedTime = 1_767_225_600_000_000
        }
        return mapping
    }

    /// However the file is cut into pieces, its rows are the same.
    ///
    /// Whether it is text at all is seen from the first piece, so a file that is refused in one way
    /// may be read in another.
    private static func compare(
        _ bytes: [UInt8], _ options: SurveyReadOptions, _ mapping: ColumnMapping
    ) {
        let whole = read(bytes, options, mapping)
        var options = options
        options.chunkBytes = 61
        let pieces = read(bytes, options, mapping)
        guard whole.failure == nil, pieces.failure == nil else { return }
        Fuzz.require(
            whole.rows == pieces.rows, "read at once: \(whole)\nread in pieces: \(pieces)")
    }

    private static func read(
        _ bytes: [UInt8], _ options: SurveyReadOptions, _ mapping: ColumnMapping
    ) -> (rows: [RowOutcome], failure: String?) {
        var rows: [RowOutcome] = []
        do {
            var reader = try SurveyFileReader(
                bytes: bytes, name: "fuzzed", mapping: mapping, options: options)
            while rows.count < rowsMax, let row = try reader.next() { rows.append(row) }
            return (rows, nil)
        } catch {
            return (rows, "\(error)")
        }
    }

    /// A mapping file: what is read is written as the same mapping.
    @Sendable static func mapping(_ bytes: [UInt8]) {
        let text = String(decoding: bytes, as: UTF8.self)
        if let mapping = try? ColumnMapping(json: text) {
            let again = try? ColumnMapping(json: mapping.json)
            Fuzz.require(again == mapping, "\(mapping.json) is another mapping")
            _ = try? mapping.checked()
        }
        // The same as arguments of the command line.
        let arguments = text.split(separator: "\n").map(String.init)
        _ = try? ColumnMapping(arguments: arguments)
    }
}
