import CoreMetrics
import Synchronization

/// Keeps figures and renders them in the text format 0.0.4 of Prometheus.
///
/// It is the factory of swift-metrics: what libraries measure comes here as well, and what is in
/// ``MetricCatalog`` has its name, kind and words from there. How many series there are is bounded, so
/// that nobody makes memory grow by asking for what there is not.
final class MetricRegistry: MetricsFactory {
    /// Series of all figures together.
    static let seriesMax = 4_096
    /// Upper bounds of a histogram's buckets in seconds: from what a question takes to what a client
    /// waits for.
    static let bounds = [
        0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5,
        10,
    ]

    /// A figure with its labels.
    struct Series: Hashable {
        let name: String
        /// In the order of their names.
        let labels: [Label]
    }

    struct Label: Hashable, Comparable {
        let name: String
        let value: String

        static func < (one: Label, other: Label) -> Bool { one.name < other.name }
    }

    private enum Value {
        case number(Double)
        case histogram(counts: [UInt64], sum: Double)
    }

    private struct State {
        var values: [Series: Value] = [:]
        var kinds: [String: MetricCatalog.Entry] = [:]
        var dropped = 0.0
    }

    private let state = Mutex(State())
    private let collectors = Mutex<[@Sendable (MetricRegistry) -> Void]>([])

    init() {
        state.withLock { state in
            for entry in MetricCatalog.all { state.kinds[entry.name] = entry }
        }
    }

    /// Has figures asked for that are known when somebody looks.
    func collect(_ collector: @escaping @Sendable (MetricRegistry) -> Void) {
        collectors.withLock { $0.append(collector) }
    }

    // MARK: - Observing

    func add(_ entry: MetricCatalog.Entry, _ amount: Double = 1, _ labels: [(String, String)] = [])
    {
        change(entry, labels) { value in
            if case .number(let number) = value { value = .number(number + amount) }
        }
    }

    func set(_ entry: MetricCatalog.Entry, _ number: Double, _ labels: [(String, String)] = []) {
        change(entry, labels) { $0 = .number(number) }
    }

    func observe(
        _ entry: MetricCatalog.Entry, seconds: Double, _ labels: [(String, String)] = []
    ) {
        change(entry, labels) { value in
            guard case .histogram(var counts, let sum) = value else { return }
            // The last one is for what is longer than every bound.
            value = .number(0)
            counts[Self.bounds.firstIndex { seconds <= $0 } ?? Self.bounds.count] += 1
            value = .histogram(counts: counts, sum: sum + seconds)
        }
    }

    private func change(
        _ entry: MetricCatalog.Entry, _ labels: [(String, String)], _ body: (inout Value) -> Void
    ) {
        let series = Series(
            name: entry.name, labels: labels.map { Label(name: $0.0, value: $0.1) }.sorted())
        state.withLock { state in
            if state.values[series] == nil {
                guard state.values.count < Self.seriesMax else {
                    state.dropped += 1
                    return
                }
                if state.kinds[entry.name] == nil { state.kinds[entry.name] = entry }
                state.values[series] =
                    entry.kind == .histogram
                    ? .histogram(
                        counts: .init(repeating: 0, count: Self.bounds.count + 1), sum: 0)
                    : .number(0)
            }
            if var value = state.values.removeValue(forKey: series) {
                body(&value)
                state.values[series] = value
            }
        }
    }

    // MARK: - Rendering

    /// All figures, as Prometheus reads them.
    func rendered() -> String {
        for collector in collectors.withLock({ $0 }) { collector(self) }
        return state.withLock { state in
            let byName = Dictionary(grouping: state.values) { $0.key.name }
            var lines: [String] = []
            for (name, values) in byName.sorted(by: { $0.key < $1.key }) {
                guard let entry = state.kinds[name] else { continue }
                lines += Self.head(entry)
                let ordered = values.sorted {
                    $0.key.labels.lexicographicallyPrecedes($1.key.labels)
                }
                for (series, value) in ordered { lines += Self.lines(series, value) }
            }
            lines += Self.head(MetricCatalog.dropped)
            lines.append("\(MetricCatalog.dropped.name) \(Self.number(state.dropped))")
            return lines.joined(separator: "\n") + "\n"
        }
    }

    private static func head(_ entry: MetricCatalog.Entry) -> [String] {
        let help = entry.help.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
        return ["# HELP \(entry.name) \(help)", "# TYPE \(entry.name) \(entry.kind.rawValue)"]
    }

    private static func lines(_ series: Series, _ value: Value) -> [String] {
        switch value {
        case .number(let number):
            return ["\(series.name)\(labels(series.labels)) \(self.number(number))"]
        case .histogram(let counts, let sum):
            var cumulative: UInt64 = 0
            var lines = zip(bounds.map { self.number($0) } + ["+Inf"], counts).map { bound, count in
                cumulative += count
                let own = labels(series.labels + [Label(name: "le", value: bound)])
                return "\(series.name)_bucket\(own) \(cumulative)"
            }
            lines.append("\(series.name)_sum\(labels(series.labels)) \(number(sum))")
            lines.append("\(series.name)_count\(labels(series.labels)) \(cumulative)")
            return lines
        }
    }

    private static func labels(_ labels: [Label]) -> String {
        guard !labels.isEmpty else { return "" }
        return "{"
            + labels.map { label in
                let value = label.value.replacing("\\", with: "\\\\")
                    .replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
                return "\(label.name)=\"\(value)\""
            }.joined(separator: ",") + "}"
    }

    private static func number(_ value: Double) -> String {
        value.rounded() == value && abs(value) < 1e15 ? "\(Int64(value))" : "\(value)"
    }

    // MARK: - The factory of swift-metrics

    func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        Handler(self, label, .counter, "_total", dimensions)
    }

    func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        Handler(self, label, .counter, "_total", dimensions)
    }

    func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        Handler(self, label, .gauge, "", dimensions)
    }

    func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        Handler(self, label, .gauge, "", dimensions)
    }

    func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        Handler(self, label, .histogram, "_seconds", dimensions)
    }

    func destroyCounter(_ handler: any CounterHandler) {}
    func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
    func destroyMeter(_ handler: any MeterHandler) {}
    func destroyRecorder(_ handler: any RecorderHandler) {}
    func destroyTimer(_ handler: any TimerHandler) {}
}

/// A figure of a library, under a name that Prometheus takes.
private final class Handler: CounterHandler, FloatingPointCounterHandler, MeterHandler,
    RecorderHandler, TimerHandler
{
    private let registry: MetricRegistry
    private let entry: MetricCatalog.Entry
    private let labels: [(String, String)]

    init(
        _ registry: MetricRegistry, _ label: String, _ kind: MetricCatalog.Entry.Kind,
        _ unit: String, _ dimensions: [(String, String)]
    ) {
        self.registry = registry
        entry = MetricCatalog.Entry(
            name: Self.name(label) + unit, kind: kind, help: "Measured by a library as \(label).")
        labels = dimensions.map { (Self.name($0.0), $0.1) }
    }

    private static func name(_ label: String) -> String {
        let spelled = label.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" }
        return (spelled.first?.isNumber ?? true ? "_" : "") + String(spelled)
    }

    func increment(by amount: Int64) { registry.add(entry, Double(amount), labels) }
    func increment(by amount: Double) { registry.add(entry, amount, labels) }
    func decrement(by amount: Double) { registry.add(entry, -amount, labels) }
    func reset() { registry.set(entry, 0, labels) }
    func set(_ value: Int64) { registry.set(entry, Double(value), labels) }
    func set(_ value: Double) { registry.set(entry, value, labels) }
    func record(_ value: Int64) { registry.set(entry, Double(value), labels) }
    func record(_ value: Double) { registry.set(entry, value, labels) }

    func recordNanoseconds(_ duration: Int64) {
        registry.observe(entry, seconds: Double(duration) / 1e9, labels)
    }
}
