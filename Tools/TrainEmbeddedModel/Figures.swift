import Foundation

/// Quality of class probabilities on one set of texts.
struct Figures {
    private var confusion = [Int](repeating: 0, count: 9)
    private var net = 0.0
    private var binConfidence = [Double](repeating: 0, count: 15)
    private var binRight = [Double](repeating: 0, count: 15)
    private(set) var count = 0

    mutating func add(_ label: UInt8, _ detractor: UInt16, _ passive: UInt16, _ promoter: UInt16) {
        let given = [detractor, passive, promoter]
        let best = given.indices.max { (given[$0], -$0) < (given[$1], -$1) } ?? 0
        confusion[Int(label) * 3 + best] += 1
        net += (Double(promoter) - Double(detractor)) / 100
        let confidence = Double(given[best]) / 10_000
        let bin = min(14, Int(confidence * 15))
        binConfidence[bin] += confidence
        binRight[bin] += Int(label) == best ? 1 : 0
        count += 1
    }

    private func truth(_ label: Int) -> Int { confusion[label * 3..<label * 3 + 3].reduce(0, +) }
    private func said(_ label: Int) -> Int { (0..<3).reduce(0) { $0 + confusion[$1 * 3 + label] } }

    var accuracy: Double { Double((0..<3).reduce(0) { $0 + confusion[$1 * 4] }) / Double(count) }
    var majority: Double { Double((0..<3).map(truth).max() ?? 0) / Double(count) }
    var macroF1: Double {
        (0..<3).reduce(0) { sum, label in
            let whole = truth(label) + said(label)
            return sum + (whole > 0 ? Double(2 * confusion[label * 4]) / Double(whole) : 0) / 3
        }
    }
    var calibrationError: Double {
        zip(binConfidence, binRight).reduce(0) { $0 + abs($1.0 - $1.1) } / Double(count)
    }
    var netExpected: Double { net / Double(count) }
    var netCounted: Double { Double(said(2) - said(0)) / Double(count) * 100 }
    var netObserved: Double { Double(truth(2) - truth(0)) / Double(count) * 100 }

    static let header = """
        | texts | n | accuracy | majority | macro-F1 | ECE | NPS observed | expected | counted |
        |---|---|---|---|---|---|---|---|---|
        """

    func row(_ name: String) -> String {
        let shares = [accuracy, majority, macroF1, calibrationError].map {
            String(format: "%.3f", $0)
        }
        let points = [netObserved, netExpected, netCounted].map { String(format: "%+.1f", $0) }
        return "| \(name) | \(count) | " + (shares + points).joined(separator: " | ") + " |"
    }
}
