/// What a run of benchmarks found.
struct Findings: Sendable {
    var figures: [Figure] = []
    var measures: [Measure] = []
    var comparisons: [Comparison] = []
    /// What was left out, and the command that brings it in.
    var notices: [String] = []
    /// Versions of what is compared with, by name, in order.
    var versions: [(name: String, version: String)] = []

    init(_ figures: [Figure] = []) { self.figures = figures }

    /// Whether everything is what is asked for.
    var isMet: Bool {
        figures.allSatisfy(\.isMet) && measures.allSatisfy(\.isMet)
            && comparisons.allSatisfy(\.isMet)
    }

    static func += (left: inout Findings, right: Findings) {
        left.figures += right.figures
        left.measures += right.measures
        left.comparisons += right.comparisons
        left.notices += right.notices.filter { !left.notices.contains($0) }
        left.versions += right.versions.filter { one in
            !left.versions.contains { $0 == one }
        }
    }
}
