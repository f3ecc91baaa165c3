/// What unequal weights cost.
public enum Weights {
    /// Kish's effective sample size, (Σw)²/Σw².
    ///
    /// Kish, *Survey Sampling* (1965). Between 1 and the number of weights above 0.
    /// - Returns: `nil` without a weight above 0, or if one is negative or not finite.
    public static func effectiveCount(_ weights: [Double]) -> Double? {
        guard let largest = weights.max(), largest > 0, largest.isFinite else { return nil }
        guard weights.allSatisfy({ $0 >= 0 }) else { return nil }
        // Scaled by the largest, so that squares neither overflow nor vanish.
        var sum = 0.0
        var squares = 0.0
        for weight in weights {
            let scaled = weight / largest
            sum += scaled
            squares += scaled * scaled
        }
        return sum * sum / squares
    }
}
