import Glibc

extension SurveyFileReader {
    /// Appends the next row of JSON Lines; false at the end.
    mutating func readLine(into rows: inout RowBatch) throws(ImportError) -> Bool {
        while true {
            let bytes = window.bytes
            guard let base = bytes.baseAddress, !bytes.isEmpty else {
                if window.isAtEnd { return false }
                try window.fill()
                continue
            }
            if let found = memchr(base, 0x0A, bytes.count) {
                let length = UnsafeRawPointer(base).distance(to: UnsafeRawPointer(found))
                if takeLine(length, endingBytes: 1, into: &rows) { return true }
            } else if window.isAtEnd {
                if takeLine(bytes.count, endingBytes: 0, into: &rows) { return true }
            } else if bytes.count > options.maxRowBytes {
                rows.append(try skipLongLine())
                return true
            } else {
                try window.fill()
            }
        }
    }

    /// Consumes a line and appends what it says; false for a blank one.
    private mutating func takeLine(
        _ length: Int, endingBytes: Int, into rows: inout RowBatch
    ) -> Bool {
        var row = UnsafeBufferPointer(rebasing: window.bytes.prefix(length))
        window.start += length + endingBytes
        let place = line
        line += 1
        if row.last == 0x0D { row = UnsafeBufferPointer(rebasing: row.dropLast()) }
        if row.allSatisfy(\.isASCIIBlank) { return false }
        rowNumber += 1
        let source = RowMapper.Source(rowNumber: rowNumber, line: place, raw: row)
        if row.count > options.maxRowBytes {
            rows.append(tooLong(source, quoteLine: nil))
        } else if let fault = faultOfBytes(source) {
            rows.append(fault)
        } else {
            switch decoder.decode(row, fields: CollectionOfOne(0..<row.count)) {
            case .unchanged: mapLine(source, into: &rows)
            case .invalid: rows.append(invalidEncoding(source))
            case .changed:
                let decoded = decoder.decoded
                decoded.withUnsafeBufferPointer { bytes in
                    var source = source
                    source.raw = bytes
                    mapLine(source, into: &rows)
                }
            }
        }
        return true
    }

    private mutating func mapLine(_ source: RowMapper.Source, into rows: inout RowBatch) {
        let code: RejectionCode
        let expected: String
        var column: String?
        switch json.read(source.raw, into: &scratch) {
        case .read:
            mapper.map(scratch.slots, source, into: &rows)
            return
        case .invalid(let index):
            code = .jsonInvalid
            expected = "one JSON object on the line; it stops being one at byte \(index)"
        case .notText:
            code = .encodingInvalid
            expected = "whole characters; an escape is half a surrogate pair"
        case .nul:
            code = .encodingNUL
            expected = "text without NUL characters"
        case .repeated(let path):
            code = .jsonRepeatedKey
            column = path
            expected = "each key once; the object has two for \"\(path)\""
        }
        rows.append(
            RejectedRow(
                rowNumber: source.rowNumber, line: source.line, code: code, column: column,
                expected: expected, raw: Array(source.raw)))
    }

    /// Passes over a line that does not fit the window, holding none of it but its beginning.
    private mutating func skipLongLine() throws(ImportError) -> RejectedRow {
        rowNumber += 1
        let prefix = Array(window.bytes.prefix(RejectedRow.rawPrefixBytes))
        while true {
            if window.count > 0, let found = memchr(window.base + window.start, 0x0A, window.count)
            {
                window.start =
                    UnsafeRawPointer(window.base).distance(to: UnsafeRawPointer(found)) + 1
                break
            }
            window.start = window.end
            if window.isAtEnd { break }
            try window.fill()
        }
        line += 1
        return prefix.withUnsafeBufferPointer { raw in
            tooLong(.init(rowNumber: rowNumber, line: line - 1, raw: raw), quoteLine: nil)
        }
    }
}
