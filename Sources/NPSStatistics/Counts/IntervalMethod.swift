/// How the interval around a Net Promoter Score is made; the raw value is its name everywhere.
public enum IntervalMethod: String, CaseIterable, Sendable, Hashable {
    /// The default: 0.75 detractors, 1.5 passives and 0.75 promoters are added, then Wald.
    ///
    /// Rocks, "Interval Estimation for the 'Net Promoter Score'", The American Statistician 70
    /// (2016). Holds its confidence from about n = 10 up; the point estimate stays the raw score,
    /// and where the adjustment pulls the interval away from it (one unanimous response at 95 %, a
    /// few at 90 %, and more below), the interval is stretched to it.
    case adjustedWald = "adjusted-wald"

    /// The score interval, by bisection: for n below 30, or scores near ±100.
    ///
    /// Rocks (2016), after Tango (1998): each candidate score is judged with the variance it would
    /// itself imply, so a unanimous sample still gets a width.
    case score

    /// The textbook interval, score ± z·SE; too narrow for small n, of no width when unanimous.
    case wald
}
