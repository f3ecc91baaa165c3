/// One arm of a chart that accumulates evidence and falls back to zero.
struct CumulativeSum {
    private(set) var value = 0.0
    private var onset: Int?

    /// Adds one step of evidence seen at `index`.
    mutating func add(_ step: Double, at index: Int) {
        value += step
        if value > 0 {
            onset = onset ?? index
        } else {
            reset()
        }
    }

    mutating func reset() {
        value = 0
        onset = nil
    }

    /// A signal if the sum is above `threshold`.
    func signal(
        above threshold: Double, at index: Int, direction: ChangeSignal.Direction
    ) -> ChangeSignal? {
        guard value > threshold else { return nil }
        return ChangeSignal(
            index: index, onset: onset ?? index, direction: direction, statistic: value)
    }
}
