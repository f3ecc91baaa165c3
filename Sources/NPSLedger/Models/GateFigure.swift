import NPSStatistics

/// Figures as the whole numbers that a gate decides by.
///
/// Whatever is rounded is rounded to the candidate's disadvantage: 5.004 points are 5.01, which a
/// limit of 5 refuses, so that the number shown never contradicts what was decided.
enum GateFigure {
    /// What floating point may be off by, in ten-thousandths: far above its error, far below what
    /// one response in a hundred million changes.
    private static let slack = 1e-6

    /// A figure that has to be small, in ten-thousandths.
    static func most(_ value: Double) -> Int64 { Int64((value * 10_000 - slack).rounded(.up)) }

    /// A figure that has to be large, in ten-thousandths.
    static func least(_ value: Double) -> Int64 { Int64((value * 10_000 + slack).rounded(.down)) }

    /// A figure that nothing is held against, in ten-thousandths.
    static func nearest(_ value: Double) -> Int64 { Int64((value * 10_000).rounded()) }

    /// The change of the score in hundredths of a point, rounded away from zero; exact.
    static func change(_ flips: FlipMatrix) -> Int64 {
        guard flips.total > 0 else { return 0 }
        let (before, after) = (flips.before, flips.after)
        let net = (after.promoters - after.detractors) - (before.promoters - before.detractors)
        let (quotient, rest) = (net.magnitude * 10_000).quotientAndRemainder(
            dividingBy: UInt(flips.total))
        let size = Int64(quotient) + (rest == 0 ? 0 : 1)
        return net < 0 ? -size : size
    }
}
