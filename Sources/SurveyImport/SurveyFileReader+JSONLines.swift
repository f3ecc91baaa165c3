import Glibc

extension SurveyFileReader {
    /// The next row of JSON Lines.
    mutating func nextLine() throws(ImportError) -> RowOutcome? {
        while true {
            let bytes = window.bytes
            guard let base = bytes.baseAddress, !bytes.isEmpty else {
                if window.isAtEnd { return nil }
                try window.fill()
                continue
            }
            if let found = memchr(base, 0x0A, bytes.count) {
                let length = UnsafeRawPointer(base).distance(to: UnsafeRawPointer(found))
                if let outcome = takeLine(length, endingBytes: 1) { return outcome }
            } else if window.isAtEnd {
                if let outcome = takeLine(bytes.count, endingBytes: 0) { return outcome }
            } else if bytes.count > options.maxRowBytes {
                return try skipLongLine()
            } else {
                try window.fill()
            }
        }
    }

    /// Consumes a line; nil for a blank one.
    private mutating func takeLine(_ length: Int, endingBytes: Int) -> RowOutcome? {
        var row = UnsafeBufferPointer(rebasing: window.bytes.prefix(length))
        window.start += length + endingBytes
        let place = line
        line += 1
        if row.last == 0x0D { row = UnsafeBufferPointer(rebasing: row.dropLast()) }
        if row.allSatisfy(\.isASCIIBlank) { return nil }
        rowNumber += 1
        let source = RowMapper.Source(rowNumber: rowNumber, line: place, raw: row)
        guard row.count <= options.maxRowBytes else { return tooLong(source, quoteLine: nil) }
        if let fault = faultOfBytes(source) { return fault }
        switch decoder.decode(row, fields: CollectionOfOne(0..<row.count)) {
        case .unchanged: return mapLine(source)
        case .invalid: return invalidEncoding(source)
        case .changed:
            let decoded = decoder.decoded
            return decoded.withUnsafeBufferPointer { bytes in
                var source = source
                source.raw = bytes
                return mapLine(source)
            }
        }
    }

    private mutating func mapLine(_ source: RowMapper.Source) -> RowOutcome {
        let code: RejectionCode
        let expected: String
        switch json.read(source.raw, into: &scratch) {
        case .read: return mapper.map(scratch.slots, source)
        case .invalid(let index):
            code = .jsonInvalid
            expected = "one JSON object on the line; it stops being one at byte \(index)"
        case .notText:
            code = .encodingInvalid
            expected = "whole characters; an escape is half a surrogate pair"
        case .nul:
            code = .encodingNUL
            expected = "text without NUL characters"
        }
        return .rejected(
            RejectedRow(
                rowNumber: source.rowNumber, line: source.line, code: code, expected: expected,
                raw: Array(source.raw)))
    }

    /// Passes over a line that does not fit the window, holding none of it but its beginning.
    private mutating func skipLongLine() throws(ImportError) -> RowOutcome {
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
