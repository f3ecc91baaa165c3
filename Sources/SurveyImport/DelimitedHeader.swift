/// The header of a file of separated values: its columns, and what separates them.
struct DelimitedHeader {
    var columns: [String]
    var separator: UInt8
    /// Whether the separator was found, not stated.
    var isDetected: Bool
    /// The line of the first record after the header.
    var nextLine: Int

    /// What may separate fields, the likeliest first.
    private static let candidates = Array(",;\t|".utf8)
    /// What has to be seen to know Excel's "sep=;" line with its ending.
    private static let hintBytes = 8
    /// Columns that a message lists at most.
    private static let columnsListedMax = 40

    /// Reads the header and consumes it; `wanted` are the mapped columns, which settle which
    /// separator is meant where the header could be read with several.
    static func read(
        from window: inout TextWindow, options: SurveyReadOptions, rule: EncodedInput.Rule,
        wanted: [String], file: String
    ) throws(ImportError) -> DelimitedHeader {
        var line = 1
        var stated = options.format == .tsv ? UInt8(ascii: "\t") : nil
        if let delimiter = options.delimiter { stated = delimiter }
        let named = try skipToHeader(&window, line: &line, file: file)
        let sure = stated ?? named
        var found: DelimitedHeader?
        var consumed = 0
        let separators = if let sure { [sure] } else { try ranked(&window, options) }
        for separator in separators {
            let attempt = try split(
                &window, separator: separator, options: options, rule: rule, line: line, file: file)
            let columns = attempt.header.columns
            if found == nil || wanted.allSatisfy(columns.contains) {
                found = attempt.header
                consumed = attempt.length
            }
            if wanted.allSatisfy(columns.contains) { break }
        }
        guard var header = found else {
            throw ImportError(
                .emptyFile, "the file holds no header", file: file,
                advice: "Check that the export was finished.")
        }
        header.isDetected = sure == nil
        window.start += consumed
        try check(header.columns, wanted: wanted, line: line, file: file)
        return header
    }

    /// Passes over blank lines and Excel's "sep=;" line; answers the separator that it names.
    private static func skipToHeader(
        _ window: inout TextWindow, line: inout Int, file: String
    ) throws(ImportError) -> UInt8? {
        var named: UInt8?
        while true {
            while window.count < hintBytes, !window.isAtEnd { try window.fill() }
            let bytes = window.bytes
            if let first = bytes.first, first == 0x0A || first == 0x0D || first == 0x20 {
                let blanks = bytes.prefix { $0 == 0x20 }.count
                guard blanks < bytes.count else {
                    window.start += blanks
                    if window.isAtEnd { return named }
                    try window.fill()
                    continue
                }
                let ending = bytes[blanks]
                guard ending == 0x0A || ending == 0x0D else { return named }
                let isPair = ending == 0x0D && blanks + 1 < bytes.count && bytes[blanks + 1] == 0x0A
                window.start += blanks + (isPair ? 2 : 1)
                line += 1
            } else if named == nil, bytes.count > 5, bytes.starts(with: "sep=".utf8),
                bytes[5] == 0x0A || bytes[5] == 0x0D
            {
                named = bytes[4]
                window.start += 5
            } else {
                return named
            }
        }
    }

    /// The candidates by how often each stands in the header's first line outside quotes.
    private static func ranked(
        _ window: inout TextWindow, _ options: SurveyReadOptions
    ) throws(ImportError) -> [UInt8] {
        while true {
            var counts = [Int](repeating: 0, count: candidates.count)
            let isWhole = count(&counts, in: window.bytes)
            if !isWhole, !window.isAtEnd, window.count <= options.maxRowBytes {
                try window.fill()
                continue
            }
            // By count, and by likelihood among equals: sorting alone promises no order there.
            let order = candidates.indices.sorted { (-counts[$0], $0) < (-counts[$1], $1) }
            return order.filter { counts[$0] > 0 || $0 == 0 }.map { candidates[$0] }
        }
    }

    /// Counts each candidate; false where the line does not end within the bytes.
    private static func count(
        _ counts: inout [Int], in bytes: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        var isQuoted = false
        for byte in bytes {
            if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            if isQuoted { continue }
            if byte == 0x0A || byte == 0x0D { return true }
            if let index = candidates.firstIndex(of: byte) { counts[index] += 1 }
        }
        return false
    }

    private static func split(
        _ window: inout TextWindow, separator: UInt8, options: SurveyReadOptions,
        rule: EncodedInput.Rule, line: Int, file: String
    ) throws(ImportError) -> (header: DelimitedHeader, length: Int) {
        var splitter = RecordSplitter(separator: separator)
        while true {
            let scan = splitter.split(
                window.base, from: window.start, to: window.end, isAtEnd: window.isAtEnd)
            switch scan {
            case .needsMore where window.count <= options.maxRowBytes: try window.fill()
            case .complete where splitter.contentEnd - window.start <= options.maxRowBytes:
                let names = try names(splitter, window, rule: rule, line: line, file: file)
                let header = DelimitedHeader(
                    columns: names, separator: separator, isDetected: false,
                    nextLine: line
                        + LineCount.endings(window.base, window.start, splitter.nextStart))
                return (header, splitter.nextStart - window.start)
            case .complete, .needsMore:
                throw ImportError(
                    .rowTooLong, "the header is too long", file: file, line: line,
                    expected: "at most \(options.maxRowBytes) bytes",
                    advice: "Check that this is an export with one header row.")
            case .finished:
                throw ImportError(
                    .emptyFile, "the file holds no header", file: file,
                    advice: "Check that the export was finished.")
            case .unclosedQuote:
                throw ImportError.unclosedQuote(
                    file: file, row: nil,
                    line: line
                        + LineCount.endings(
                            window.base, window.start, splitter.quoteStart))
            }
        }
    }

    private static func names(
        _ splitter: borrowing RecordSplitter, _ window: borrowing TextWindow,
        rule: EncodedInput.Rule, line: Int, file: String
    ) throws(ImportError) -> [String] {
        var names: [String] = []
        var decoder = RowDecoder(rule)
        var scratch: [UInt8] = []
        for index in 0..<splitter.fieldCount {
            let span = splitter.fields[index]
            var field = UnsafeBufferPointer(
                start: window.base + Int(span.start), count: Int(span.end - span.start))
            if span.style == .escaped {
                let quoted = field
                scratch = [UInt8](unsafeUninitializedCapacity: quoted.count) { output, count in
                    if let base = output.baseAddress {
                        count = RecordSplitter.unescape(quoted, into: base)
                    }
                }
            } else {
                scratch = Array(field)
            }
            let name = scratch.withUnsafeBufferPointer { bytes -> String? in
                field = bytes
                switch decoder.decode(field, fields: CollectionOfOne(0..<field.count)) {
                case .unchanged: return field.trimmed.text
                case .changed: return trimmedText(String(decoding: decoder.decoded, as: UTF8.self))
                case .invalid: return nil
                }
            }
            guard let name else {
                throw ImportError(
                    .invalidEncoding, "the header is not text in this encoding", file: file,
                    line: line, expected: decoder.expected, advice: "State the file's encoding.")
            }
            names.append(name)
        }
        return names
    }

    private static func check(
        _ columns: [String], wanted: [String], line: Int, file: String
    ) throws(ImportError) {
        for name in wanted {
            let count = columns.count { $0 == name }
            if count == 1 { continue }
            let listed = columns.prefix(columnsListedMax).map { "\"\($0)\"" }
            let more = columns.count > columnsListedMax ? ", and \(columns.count) in all" : ""
            guard count == 0 else {
                throw ImportError(
                    .duplicateColumn, "a mapped column stands \(count) times in the header",
                    file: file, line: line, column: name,
                    advice: "Rename the columns in the file so that one is meant.")
            }
            let nearest = Spelling.nearest(to: name, among: columns)
            throw ImportError(
                .missingColumn, "there is no such column", file: file, line: line, column: name,
                expected: "one of " + listed.joined(separator: ", ") + more,
                advice: nearest.map { "Did you mean \"\($0)\"?" }
                    ?? "Map a column of the header, or state the separator if it looks wrong.")
        }
    }
}

extension ImportError {
    /// The file ends within quotes that were opened on `line`.
    static func unclosedQuote(file: String, row: Int?, line: Int) -> ImportError {
        ImportError(
            .unclosedQuote, "a quote is opened here and never closed", file: file, row: row,
            line: line, advice: "Close the quote, or double it if it belongs to the text.")
    }
}
