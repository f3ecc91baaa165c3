import Glibc

extension SurveyFileReader {
    /// The next row of separated values.
    mutating func nextRecord() throws(ImportError) -> RowOutcome? {
        while true {
            let scan = splitter.split(
                window.base, from: window.start, to: window.end, isAtEnd: window.isAtEnd)
            switch scan {
            case .finished: return nil
            case .needsMore:
                if window.count > options.maxRowBytes { return try skipLongRecord() }
                try window.fill()
            case .unclosedQuote:
                if window.count > options.maxRowBytes { return try skipLongRecord() }
                throw ImportError.unclosedQuote(
                    file: file, row: rowNumber + 1,
                    line: line
                        + LineCount.endings(window.base, window.start, splitter.quoteStart))
            case .complete:
                if let outcome = takeRecord() { return outcome }
            }
        }
    }

    /// Consumes the record that was split; nil for a blank line.
    private mutating func takeRecord() -> RowOutcome? {
        let start = window.start
        let row = UnsafeBufferPointer(
            start: window.base + start, count: splitter.contentEnd - start)
        let place = line
        line +=
            splitter.hasQuotes
            ? LineCount.endings(window.base, start, splitter.nextStart) : 1
        window.start = splitter.nextStart
        if splitter.fieldCount == 1, isBlankLine(row) { return nil }
        rowNumber += 1
        let source = RowMapper.Source(rowNumber: rowNumber, line: place, raw: row)
        guard row.count <= options.maxRowBytes else {
            let quoteLine =
                place + LineCount.endings(window.base, start, splitter.quoteStart)
            return tooLong(source, quoteLine: splitter.hasQuotes ? quoteLine : nil)
        }
        if let fault = faultOfBytes(source) { return fault }
        guard splitter.mayHaveHighBytes else {
            return mapRecord(window.base, source)
        }
        let spans = UnsafeBufferPointer(start: splitter.fields, count: splitter.fieldCount)
        let ranges = spans.lazy.map { Int($0.start) - start..<Int($0.end) - start }
        switch decoder.decode(row, fields: ranges) {
        case .unchanged: return mapRecord(window.base, source)
        case .invalid: return invalidEncoding(source)
        case .changed: return mapDecoded(source)
        }
    }

    /// Splits a row again that became longer on its way to UTF-8.
    private mutating func mapDecoded(_ source: RowMapper.Source) -> RowOutcome {
        let length = decoder.decoded.count
        // The splitter loads whole words, so a word of padding follows the row.
        let padded = decoder.decoded + [UInt8](repeating: 0, count: 8)
        return padded.withUnsafeBufferPointer { bytes in
            guard let base = bytes.baseAddress else { return invalidEncoding(source) }
            _ = splitter.split(base, from: 0, to: length, isAtEnd: true)
            var source = source
            source.raw = UnsafeBufferPointer(start: base, count: length)
            return mapRecord(base, source)
        }
    }

    private mutating func mapRecord(
        _ base: UnsafePointer<UInt8>, _ source: RowMapper.Source
    ) -> RowOutcome {
        let count = splitter.fieldCount
        if count != columns.count, let ragged = raggedRow(base, source) { return ragged }
        scratch.beginRow(ofBytes: source.raw.count)
        for slot in 0..<columnOfSlot.count {
            let column = columnOfSlot[slot]
            guard column < count else { continue }
            let span = splitter.fields[column]
            var bytes = UnsafeBufferPointer(
                start: base + Int(span.start), count: Int(span.end - span.start))
            if span.style == .escaped {
                bytes = scratch.keep(RecordSplitter.unescape(bytes, into: scratch.free))
            }
            scratch.set(slot, SlotValue(kind: .value, bytes: bytes))
        }
        return mapper.map(scratch.slots, source)
    }

    /// Why a row of another length than the header's cannot be read; nil if it can.
    private mutating func raggedRow(
        _ base: UnsafePointer<UInt8>, _ source: RowMapper.Source
    ) -> RowOutcome? {
        let count = splitter.fieldCount
        if count < columns.count {
            guard requiredColumn >= count else {
                shortRowCount += 1
                return nil
            }
            return .rejected(
                RejectedRow(
                    rowNumber: source.rowNumber, line: source.line, code: .rowRagged,
                    column: columns[requiredColumn], value: "\(count) fields",
                    expected: "\(columns.count) fields; a line break within a field needs quotes",
                    raw: Array(source.raw)))
        }
        for index in columns.count..<count {
            let span = splitter.fields[index]
            let bytes = UnsafeBufferPointer(
                start: base + Int(span.start), count: Int(span.end - span.start))
            if bytes.trimmed.isEmpty { continue }
            return .rejected(
                RejectedRow(
                    rowNumber: source.rowNumber, line: source.line, code: .rowRagged,
                    value: "\(count) fields",
                    expected: "\(columns.count) fields; a separator within a field needs quotes",
                    raw: Array(source.raw)))
        }
        return nil
    }

    /// Whether a line holds blanks alone; a tab that separates fields is no blank.
    private func isBlankLine(_ row: UnsafeBufferPointer<UInt8>) -> Bool {
        row.allSatisfy { $0 == 0x20 || $0 == 9 }
    }

    /// Passes over a record that does not fit the window, holding none of it but its beginning.
    private mutating func skipLongRecord() throws(ImportError) -> RowOutcome {
        rowNumber += 1
        let prefix = Array(window.bytes.prefix(RejectedRow.rawPrefixBytes))
        var scan = LongRecordScan(separator: splitter.separator, line: line)
        let place = line
        while true {
            if let length = scan.end(in: window.bytes) {
                window.start += length
                break
            }
            window.start = window.end
            guard !window.isAtEnd else {
                guard scan.isQuoted else { break }
                throw ImportError.unclosedQuote(
                    file: file, row: rowNumber, line: scan.quoteLine ?? place)
            }
            try window.fill()
        }
        if window.count == 1, !window.isAtEnd { try window.fill() }
        let ending = window.bytes.prefix(2)
        if !ending.isEmpty {
            window.start += ending.elementsEqual([0x0D, 0x0A]) ? 2 : 1
            line = scan.line + 1
        }
        return prefix.withUnsafeBufferPointer { raw in
            tooLong(.init(rowNumber: rowNumber, line: place, raw: raw), quoteLine: scan.quoteLine)
        }
    }
}

extension SurveyFileReader {
    /// The rejection of a row that holds a NUL; nil for one that does not.
    func faultOfBytes(_ source: RowMapper.Source) -> RowOutcome? {
        guard window.holdsNUL, source.raw.contains(0) else { return nil }
        return .rejected(
            RejectedRow(
                rowNumber: source.rowNumber, line: source.line, code: .encodingNUL,
                expected: "text without NUL characters; the file may be damaged here",
                raw: Array(source.raw)))
    }

    func invalidEncoding(_ source: RowMapper.Source) -> RowOutcome {
        .rejected(
            RejectedRow(
                rowNumber: source.rowNumber, line: source.line, code: .encodingInvalid,
                expected: decoder.expected, raw: Array(source.raw)))
    }

    func tooLong(_ source: RowMapper.Source, quoteLine: Int?) -> RowOutcome {
        var expected = "at most \(options.maxRowBytes) bytes"
        if let quoteLine { expected += "; check the quote opened on line \(quoteLine)" }
        return .rejected(
            RejectedRow(
                rowNumber: source.rowNumber, line: source.line, code: .rowTooLong,
                expected: expected, raw: Array(source.raw.prefix(RejectedRow.rawPrefixBytes))))
    }
}
