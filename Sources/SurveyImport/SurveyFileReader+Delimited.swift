import Glibc

extension SurveyFileReader {
    /// Appends the next row of separated values; false at the end.
    mutating func readRecord(into rows: inout RowBatch) throws(ImportError) -> Bool {
        while true {
            let scan = splitter.split(
                window.base, from: window.start, to: window.end, isAtEnd: window.isAtEnd)
            switch scan {
            case .finished: return false
            case .needsMore where window.count <= options.maxRowBytes: try window.fill()
            case .unclosedQuote where window.count <= options.maxRowBytes:
                throw ImportError.unclosedQuote(
                    file: file, row: rowNumber + 1,
                    line: line
                        + LineCount.endings(window.base, window.start, splitter.quoteStart))
            case .needsMore, .unclosedQuote:
                rows.append(try skipLongRecord())
                return true
            case .complete:
                if takeRecord(into: &rows) { return true }
            }
        }
    }

    /// Consumes the record that was split and appends what it says; false for a blank line.
    private mutating func takeRecord(into rows: inout RowBatch) -> Bool {
        let start = window.start
        let row = UnsafeBufferPointer(
            start: window.base + start, count: splitter.contentEnd - start)
        let place = line
        line +=
            splitter.hasQuotes
            ? LineCount.endings(window.base, start, splitter.nextStart) : 1
        window.start = splitter.nextStart
        if splitter.fieldCount == 1, isBlankLine(row) { return false }
        rowNumber += 1
        let source = RowMapper.Source(rowNumber: rowNumber, line: place, raw: row)
        if row.count > options.maxRowBytes {
            let quoteLine =
                place + LineCount.endings(window.base, start, splitter.quoteStart)
            rows.append(
                tooLong(source, quoteLine: splitter.hasQuotes ? quoteLine : nil))
        } else if let fault = faultOfBytes(source) {
            rows.append(fault)
        } else if splitter.mayHaveHighBytes {
            decodeRecord(source, from: start, into: &rows)
        } else {
            mapRecord(window.base, source, into: &rows)
        }
        return true
    }

    /// Maps a row that is not known to be ASCII and begins at `start` of the window.
    private mutating func decodeRecord(
        _ source: RowMapper.Source, from start: Int, into rows: inout RowBatch
    ) {
        let spans = UnsafeBufferPointer(start: splitter.fields, count: splitter.fieldCount)
        let ranges = spans.lazy.map { Int($0.start) - start..<Int($0.end) - start }
        switch decoder.decode(source.raw, fields: ranges) {
        case .unchanged: mapRecord(window.base, source, into: &rows)
        case .invalid: rows.append(invalidEncoding(source))
        case .changed:
            // The row is split again, for it became longer; the splitter loads whole words, so
            // a word of padding follows.
            let length = decoder.decoded.count
            let padded = decoder.decoded + [UInt8](repeating: 0, count: 8)
            padded.withUnsafeBufferPointer { bytes in
                guard let base = bytes.baseAddress else { return }
                _ = splitter.split(base, from: 0, to: length, isAtEnd: true)
                var source = source
                source.raw = UnsafeBufferPointer(start: base, count: length)
                mapRecord(base, source, into: &rows)
            }
        }
    }

    private mutating func mapRecord(
        _ base: UnsafePointer<UInt8>, _ source: RowMapper.Source, into rows: inout RowBatch
    ) {
        let count = splitter.fieldCount
        if count != columns.count, let ragged = raggedRow(base, source) {
            rows.append(ragged)
            return
        }
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
        mapper.map(scratch.slots, source, into: &rows)
    }

    /// Why a row of another length than the header's cannot be read; nil if it can.
    private mutating func raggedRow(
        _ base: UnsafePointer<UInt8>, _ source: RowMapper.Source
    ) -> RejectedRow? {
        let count = splitter.fieldCount
        let value = "\(count) field\(count == 1 ? "" : "s")"
        if count < columns.count {
            guard requiredColumn >= count else {
                shortRowCount += 1
                return nil
            }
            return RejectedRow(
                rowNumber: source.rowNumber, line: source.line, code: .rowRagged,
                column: columns[requiredColumn], value: value,
                expected: "\(columns.count) fields; a line break within a field needs quotes",
                raw: Array(source.raw))
        }
        for index in columns.count..<count {
            let span = splitter.fields[index]
            let bytes = UnsafeBufferPointer(
                start: base + Int(span.start), count: Int(span.end - span.start))
            if bytes.trimmed.isEmpty { continue }
            return RejectedRow(
                rowNumber: source.rowNumber, line: source.line, code: .rowRagged,
                value: value,
                expected: "\(columns.count) fields; a separator within a field needs quotes",
                raw: Array(source.raw))
        }
        return nil
    }

    /// Whether a line holds blanks alone; a tab that separates fields is no blank.
    private func isBlankLine(_ row: UnsafeBufferPointer<UInt8>) -> Bool {
        row.allSatisfy { $0 == 0x20 || $0 == 9 }
    }

    /// Passes over a record that does not fit the window, holding none of it but its beginning.
    private mutating func skipLongRecord() throws(ImportError) -> RejectedRow {
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
    func faultOfBytes(_ source: RowMapper.Source) -> RejectedRow? {
        guard window.holdsNUL, source.raw.contains(0) else { return nil }
        return RejectedRow(
            rowNumber: source.rowNumber, line: source.line, code: .encodingNUL,
            expected: "text without NUL characters; the file may be damaged here",
            raw: Array(source.raw))
    }

    func invalidEncoding(_ source: RowMapper.Source) -> RejectedRow {
        RejectedRow(
            rowNumber: source.rowNumber, line: source.line, code: .encodingInvalid,
            expected: decoder.expected, raw: Array(source.raw))
    }

    func tooLong(_ source: RowMapper.Source, quoteLine: Int?) -> RejectedRow {
        var expected = "at most \(options.maxRowBytes) bytes"
        if let quoteLine { expected += "; check the quote opened on line \(quoteLine)" }
        return RejectedRow(
            rowNumber: source.rowNumber, line: source.line, code: .rowTooLong,
            expected: expected, raw: Array(source.raw.prefix(RejectedRow.rawPrefixBytes)))
    }
}
