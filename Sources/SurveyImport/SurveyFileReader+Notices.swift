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
