import JSON

/// Reads a survey export row by row, in memory that does not grow with the file.
///
/// CSV, TSV and JSON Lines, plain or gzip (told by its first bytes), in UTF-8, UTF-16 or a
/// one-byte encoding. A fault of a row comes back as ``RowOutcome/rejected(_:)`` and reading goes
/// on; a fault of the file is thrown, after the rows before it have been delivered, and again by
/// every later call.
///
/// Rules: header names and all values but the comment are trimmed. Blank lines are passed over and
/// not counted. A row with fewer fields than the header is read with the missing ones blank, unless
/// the response id, score or time is among them, for then it is more likely torn by a line break
/// that was not quoted; a row with more is read if the surplus is blank. As a score or a time
/// "N/A", "NA", "null" and "-" count as blank, in any case of their letters.
///
/// ```swift
/// let mapping = try ColumnMapping(arguments: ["score=NPS", "text=Comment"])
/// var reader = try SurveyFileReader(path: "export.csv.gz", mapping: mapping)
/// while let outcome = try reader.next() { … }
/// ```
public struct SurveyFileReader: ~Copyable {
    /// How a file is read, and how large its parts may be.
    public typealias Options = SurveyReadOptions

    /// The file as the caller named it.
    public let file: String
    /// The names in the header; for JSON Lines the paths of the values in the first object.
    public let columns: [String]
    /// How rows are written, never `auto`: `csv` for separated values of any kind.
    public let format: SurveyFormat

    let options: SurveyReadOptions
    let mapping: ColumnMapping
    let openingNotices: [String]
    /// The column of each slot of the mapping's plan.
    let columnOfSlot: [Int]
    let requiredColumn: Int
    var window: TextWindow
    var splitter: RecordSplitter
    var json: JSONRowReader
    var mapper: RowMapper
    var decoder: RowDecoder
    var scratch: RowScratch
    var line: Int
    var rowNumber = 0
    var shortRowCount = 0
    var isFinished = false
    private var failure: ImportError?
    /// The row that was read last, for who takes them one by one.
    private var single: RowBatch

    /// The columns and paths that a first line of JSON is searched for.
    private static let columnsMax = 1000

    /// Opens a file, or standard input for "-", and reads its header.
    ///
    /// Throws what keeps the file from being read at all: no such file, no permission, no text,
    /// a mapped column that is not there, a mapping or option that cannot be used.
    public init(
        path: String, mapping: ColumnMapping, options: SurveyReadOptions = SurveyReadOptions()
    ) throws(ImportError) {
        try self.init(
            source: try DescriptorSource(path: path), file: path, mapping: mapping,
            options: options)
    }

    /// Reads an export that is in memory; `name` stands for the file in errors.
    public init(
        bytes: [UInt8], name: String, mapping: ColumnMapping,
        options: SurveyReadOptions = SurveyReadOptions()
    ) throws(ImportError) {
        let source = MemorySource(bytes, pieceBytes: options.chunkBytes)
        try self.init(source: source, file: name, mapping: mapping, options: options)
    }

    private init(
        source: any ByteSource, file: String, mapping: ColumnMapping, options: SurveyReadOptions
    ) throws(ImportError) {
        let options = try options.checked()
        let mapping = try mapping.checked()
        let mapper = try RowMapper(mapping, limits: options)
        let wanted = mapper.plan.columns
        let input = try EncodedInput(source, encoding: options.encoding, file: file)
        var window = TextWindow(input.source, chunkBytes: options.chunkBytes)
        try window.fill()
        let opening = try Opening(&window, options: options, file: file)
        var notices = input.notice.map { [$0] } ?? []
        var separator = UInt8(ascii: ",")
        if opening.format == .jsonLines {
            guard wanted.count <= JSONRowReader.pathsMax else {
                throw ColumnMapping.fault(
                    "it names \(wanted.count) paths, and \(JSONRowReader.pathsMax) is the most",
                    advice: "Map fewer segments.")
            }
            let first = try? JSONTree(parsing: opening.firstLine)
            columns = first?.paths(limit: Self.columnsMax) ?? []
            columnOfSlot = []
            line = 1
        } else {
            let header = try DelimitedHeader.read(
                from: &window, options: options, rule: input.rule, wanted: wanted, file: file)
            separator = header.separator
            if header.isDetected, separator != UInt8(ascii: ",") {
                let name = separator == 9 ? "tab" : String(decoding: [separator], as: UTF8.self)
                notices.append("separator found in the header: \(name)")
            }
            let names = header.columns
            columns = names
            columnOfSlot = wanted.map { names.firstIndex(of: $0) ?? names.count }
            line = header.nextLine
        }
        let places = columnOfSlot
        requiredColumn =
            places.isEmpty ? -1 : mapper.plan.required.map { places[$0] }.max() ?? -1
        self.file = file
        self.options = options
        self.mapping = mapping
        format = opening.format
        openingNotices = notices
        splitter = RecordSplitter(separator: separator)
        json = JSONRowReader(wanted)
        decoder = RowDecoder(input.rule)
        scratch = RowScratch(slotCount: wanted.count)
        self.mapper = mapper
        self.window = window
        single = RowBatch(mapper.plan)
    }

    /// The next row, or nil at the end of the file.
    public mutating func next() throws(ImportError) -> RowOutcome? {
        // The batch is taken out while it is filled, for the reader itself changes meanwhile.
        var row = RowBatch()
        swap(&row, &single)
        defer { swap(&row, &single) }
        row.removeAll()
        return try read(into: &row) ? row.outcome(at: 0) : nil
    }

    /// Replaces `rows` by up to `max` further rows and answers how many; 0 at the end.
    ///
    /// Where the file fails after some rows these are delivered, and the next call throws.
    @discardableResult
    public mutating func nextBatch(
        into rows: inout [RowOutcome], max: Int
    ) throws(ImportError) -> Int {
        rows.removeAll(keepingCapacity: true)
        while rows.count < max {
            do throws(ImportError) {
                guard let row = try next() else { break }
                rows.append(row)
            } catch {
                if rows.isEmpty { throw error }
                break
            }
        }
        return rows.count
    }

    /// Adds up to `max` further rows to `batch` and answers how many; 0 at the end. Faster than
    /// rows with strings of their own.
    ///
    /// Where the file fails after some rows these are delivered, and the next call throws. Fewer
    /// come where the rows are so long that the batch is full.
    public mutating func append(
        to batch: inout RowBatch, max: Int
    ) throws(ImportError) -> Int {
        batch.lay(out: mapper.plan)
        var count = 0
        while count < max, count == 0 || batch.bytes.count < RowBatch.bytesMax {
            do throws(ImportError) {
                guard try read(into: &batch) else { break }
                count += 1
            } catch {
                if count == 0 { throw error }
                break
            }
        }
        return count
    }

    /// Appends the next row; false at the end. A failure is kept and thrown again.
    private mutating func read(into rows: inout RowBatch) throws(ImportError) -> Bool {
        if let failure { throw failure }
        do throws(ImportError) {
            let isRow =
                try format == .jsonLines ? readLine(into: &rows) : readRecord(into: &rows)
            if !isRow { isFinished = true }
            return isRow
        } catch {
            failure = error
            throw error
        }
    }

    /// The size of the buffer that holds the part of the file being read.
    package var bufferBytes: Int { window.capacity }

    /// How far the file has been read, in bytes as it is stored (compressed, where it is).
    public var bytesRead: Int64 { window.bytesRead }

    /// The size of the file as it is stored; nil for pipes.
    public var totalBytes: Int64? { window.totalBytes }
}

extension SurveyFileReader {
    /// What a person should know of how the file was read so far; whole once `next()` answered nil.
    ///
    /// Sentences without a full stop, always in the same order, none where nothing is remarkable.
    public var notices: [String] {
        var notices = openingNotices
        if decoder.fallbackCount > 0 {
            notices.append(
                counted(decoder.fallbackCount, "row") + " read as Windows-1252 where not UTF-8")
        }
        if let scale = mapping.scale {
            notices.append(
                "scores rescaled from \(scale) to 0-10, in hundredths rounded half up")
        }
        if mapping.at == nil {
            notices.append(
                mapping.fixedTime.map {
                    "no time column is mapped: every row takes "
                        + CivilTime.rfc3339(microseconds: $0)
                } ?? "no time column is mapped: the rows do not say when people answered")
        }
        if mapper.naiveTimeCount > 0, mapping.timeZone == nil {
            notices.append(
                counted(mapper.naiveTimeCount, "time")
                    + " without a zone read as UTC; state the zone if it is another")
        }
        if shortRowCount > 0 {
            notices.append(counted(shortRowCount, "short row") + " read with missing fields blank")
        }
        if isFinished, rowNumber == 0 { notices.append("the file has a header and no rows") }
        if isFinished, rowNumber > 0, format == .jsonLines {
            for path in json.unseenPaths {
                notices.append("the mapped path \"\(path)\" stood in no row")
            }
        }
        return notices
    }

    private func counted(_ count: Int, _ noun: String) -> String {
        "\(count) \(noun)\(count == 1 ? "" : "s")"
    }
}

/// How a file is read, and how large its parts may be.
public struct SurveyReadOptions: Sendable, Hashable {
    private static let namedSeparators = ["tab": UInt8(ascii: "\t"), "\\t": UInt8(ascii: "\t")]

    /// The byte of a separator that somebody names.
    ///
    /// - Parameter name: one character of ASCII, or `tab`.
    /// - Throws: `badMapping` for anything else.
    public static func delimiter(named name: String) throws(ImportError) -> UInt8 {
        if let byte = namedSeparators[name] ?? (name.utf8.count == 1 ? name.utf8.first : nil) {
            return byte
        }
        throw ImportError(.badMapping, "a separator is one character, or tab", advice: "")
    }

    /// How rows are written.
    public var format = SurveyFormat.auto
    /// The separator of fields, an ASCII byte; nil finds it in the header.
    public var delimiter: UInt8?
    /// How characters are written.
    public var encoding = SurveyEncoding.auto
    /// The longest row, in bytes of UTF-8. The default of 1 MiB is a hundred times the longest
    /// comment that survey tools take, and bounds the memory of a reader whatever the file.
    public var maxRowBytes = 1 << 20
    /// The longest comment, in bytes of UTF-8. The default of 64 KiB holds any answer written by
    /// hand; what is longer was pasted by mistake, and is set aside to be looked at.
    public var maxTextBytes = 64 << 10
    /// The longest id of a response or person, in bytes. The default of 256 leaves room for URLs
    /// and addresses, and within an LMDB key of 511 bytes for the source's name.
    public var maxIdentifierBytes = 256
    /// The longest value of a segment, channel, language or survey, in bytes. The default of 256 is
    /// more than a label needs: a column of comments mapped by mistake is noticed.
    public var maxSegmentBytes = 256
    /// Whether a response may come without a time where one is mapped: it was given when it came.
    package var isTimeOptional = false
    /// How much is read at a time, in bytes; tests make it small to meet every boundary.
    package var chunkBytes = TextWindow.chunkBytesDefault

    /// What ``maxRowBytes`` may be: the least still holds a header, and the most keeps a row's
    /// offsets within 32 bits.
    public static let rowBytesBounds = 64...(256 << 20)

    /// The defaults.
    public init() {}

    func checked() throws(ImportError) -> SurveyReadOptions {
        guard Self.rowBytesBounds.contains(maxRowBytes) else {
            throw ImportError(
                .badOption, "the limit of a row is out of range", value: String(maxRowBytes),
                expected: "\(Self.rowBytesBounds.lowerBound) to \(Self.rowBytesBounds.upperBound)",
                advice: "Leave it at the default of 1 MiB.")
        }
        guard min(maxTextBytes, maxIdentifierBytes, maxSegmentBytes, chunkBytes) > 0 else {
            throw ImportError(
                .badOption, "a limit is not positive", advice: "Leave limits at their defaults.")
        }
        guard let delimiter else { return self }
        let isUsable = delimiter < 0x80 && (delimiter == 9 || delimiter >= 0x20)
        guard isUsable, delimiter != UInt8(ascii: "\""), delimiter != 0x7F else {
            throw ImportError(
                .badOption, "this byte cannot separate fields", value: "byte \(delimiter)",
                expected: "a printable ASCII character or a tab, and no quote",
                advice: "Leave the separator out to have it found.")
        }
        guard format != .jsonLines else {
            throw ImportError(
                .badOption, "JSON Lines have no separator", advice: "State one or the other.")
        }
        return self
    }
}

/// How the rows of a file are written.
public enum SurveyFormat: String, Sendable, Hashable, CaseIterable {
    /// Seen from the first bytes: "{" is JSON Lines, all else is separated values.
    case auto
    /// Separated values after RFC 4180; the separator is found in the header unless stated.
    case csv
    /// Separated by tabs.
    case tsv
    /// One JSON object a line.
    case jsonLines = "jsonl"
}
