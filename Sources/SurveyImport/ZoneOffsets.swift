/// Local times to UTC, remembering the offset of the day asked last, since a file's rows come in
/// runs of one day and asking the zone's tables each time costs more than reading the row.
struct ZoneOffsets {
    private let rule: SurveyTimeZone.Rule
    private var day = Int.min
    private var offsetAtStart = 0
    private var offsetAtEnd = 0

    init(_ zone: SurveyTimeZone) {
        rule = zone.rule
    }

    /// The UTC second of a local second (both since 1970).
    ///
    /// Where clocks go back, the first of the two instants; where they go forward, a time that
    /// never was is read with the offset that held before.
    mutating func utcSeconds(local: Int) -> Int {
        if case .fixed(let offset) = rule { return local - offset }
        let localDay = local.flooredQuotient(by: CivilTime.secondsPerDay)
        if localDay != day {
            // The day's edges are asked a day beyond on either side, so that every zone's
            // reading of the local day (offsets reach +14 h and −12 h) lies between them.
            let start = localDay * CivilTime.secondsPerDay
            offsetAtStart = rule.offsetSeconds(atUTC: start - CivilTime.secondsPerDay)
            offsetAtEnd = rule.offsetSeconds(atUTC: start + 2 * CivilTime.secondsPerDay)
            day = localDay
        }
        let early = local - offsetAtStart
        if offsetAtStart == offsetAtEnd { return early }
        if rule.offsetSeconds(atUTC: early) == offsetAtStart { return early }
        let late = local - offsetAtEnd
        return rule.offsetSeconds(atUTC: late) == offsetAtEnd ? late : early
    }
}
