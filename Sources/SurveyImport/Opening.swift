/// The first look at a file's text: whether it is text, and of which format.
struct Opening {
    /// `csv` or `jsonLines`.
    let format: SurveyFormat
    /// The first line that is not blank, for JSON Lines.
    let firstLine: [UInt8]

    init(
        _ window: inout TextWindow, options: SurveyReadOptions, file: String
    ) throws(ImportError) {
        try BinaryCheck.check(window.bytes, file: file)
        guard let first = try Self.firstByte(&window) else {
            throw ImportError(
                .emptyFile, "the file is empty", file: file,
                advice: "Check that the export was finished.")
        }
        let isJSON: Bool
        switch options.format {
        case .jsonLines: isJSON = true
        case .csv, .tsv: isJSON = false
        case .auto: isJSON = options.delimiter == nil && (first == 0x7B || first == 0x5B)
        }
        guard isJSON else {
            format = .csv
            firstLine = []
            return
        }
        let line = try Self.line(&window, max: options.maxRowBytes)
        // "[" may begin a header of separated values, "[{" does not; "{" alone is an object that
        // goes on over many lines.
        let begin = line.filter { !$0.isASCIIBlank }.prefix(2)
        let isArray = first == 0x5B
        let isData = begin.count == 1 || [0x7B, 0x5B, 0x5D].contains(begin[begin.startIndex + 1])
        if isArray, options.format == .auto, !isData {
            format = .csv
            firstLine = []
            return
        }
        guard !isArray, begin.count > 1 else {
            throw ImportError(
                .notJSONLines, "this is JSON, but not one object a line", file: file,
                advice: isArray
                    ? "Convert it with `jq -c '.[]'`." : "Convert it with `jq -c .`.")
        }
        format = .jsonLines
        firstLine = line
    }

    private static func firstByte(_ window: inout TextWindow) throws(ImportError) -> UInt8? {
        while true {
            if let byte = window.bytes.first(where: { !$0.isASCIIBlank }) { return byte }
            if window.isAtEnd { return nil }
            if window.count > TextWindow.chunkBytesDefault { window.start = window.end }
            try window.fill()
        }
    }

    /// The first line that is not blank, as far as `max` bytes.
    private static func line(
        _ window: inout TextWindow, max: Int
    ) throws(ImportError) -> [UInt8] {
        while true {
            let rest = window.bytes.drop { $0.isASCIIBlank }
            if let end = rest.firstIndex(of: 0x0A) { return Array(rest[..<end]) }
            if window.isAtEnd || window.count > max { return Array(rest.prefix(max)) }
            try window.fill()
        }
    }
}
