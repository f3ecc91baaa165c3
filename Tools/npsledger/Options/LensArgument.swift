import ArgumentParser
import LedgerCore
import LedgerQueries
import NPSStatistics

/// A lens written as one argument: `key=value,…`, or `today` for one that names nothing.
struct LensArgument {
    static let keys = [
        "as-of", "model", "thresholds", "basis", "duplicates", "reviews", "from", "to", "window",
    ]
    /// What stands for a lens that names nothing.
    static let today = "today"

    let text: String
    /// The side of a difference that it asks for.
    private(set) var side = DifferenceRequest.Side()

    /// Reads a lens.
    ///
    /// - Parameter shared: a window for both lenses, which a lens may then not state itself.
    init(
        _ text: String, shared: SelectionOptions, interval: IntervalMethod, confidence: Double
    ) throws {
        self.text = text
        side.lens.interval = interval
        side.lens.confidence = confidence
        side.selection = try shared.request()
        side.selection.segments = SegmentSelection()
        let isShared = side.selection.hasTime
        guard text != Self.today else { return }
        var seen: Set<String> = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let (key, value) = SelectionOptions.pair(String(part)), !value.isEmpty else {
                throw problem(
                    "takes key=value pairs, such as as-of=2026-03-03,model=1; got “\(part)”")
            }
            guard Self.keys.contains(key) else {
                throw problem(
                    "does not know “\(key)”; there are: " + Self.keys.joined(separator: ", "))
            }
            guard seen.insert(key).inserted else { throw problem("names \(key) twice") }
            if isShared, ["from", "to", "window"].contains(key) {
                throw problem("states \(key), but --from, --to or --window is given for both")
            }
            try take(key, value)
        }
        let bounds = side.selection
        if bounds.window != nil, bounds.from != nil || bounds.to != nil {
            throw problem("has no such window: give either window, or from and to")
        }
        if let from = bounds.from, let to = bounds.to, from.time >= to.time {
            throw problem("has no such window: from must lie before to")
        }
    }

    private func problem(_ what: String) -> ValidationError {
        ValidationError("--between: the lens “\(text)” \(what).")
    }

    private mutating func take(_ key: String, _ value: String) throws {
        switch key {
        case "as-of":
            side.lens.asOf =
                if let position = Position(value) {
                    .position(position)
                } else {
                    .time(try time(value).time)
                }
        case "model": side.lens.model = try number(key, value)
        case "thresholds": side.lens.thresholds = try number(key, value)
        case "basis":
            guard let basis = Lens.Basis(rawValue: value) else {
                throw problem("has a basis that is none of stated, inferred and blended")
            }
            side.lens.basis = basis
        case "duplicates":
            guard let duplicates = Lens.Duplicates(rawValue: value) else {
                throw problem("has duplicates that are none of all, latest and first")
            }
            side.lens.duplicates = duplicates
        case "reviews":
            guard let reviews = Lens.Reviews(rawValue: value) else {
                throw problem("has reviews that are none of applied and ignored")
            }
            side.lens.reviews = reviews
        case "from":
            side.selection.from = try time(value)
        case "to":
            side.selection.to = try time(value)
        default:
            do throws(LedgerError) {
                side.selection.window = try TimeSpan(value)
            } catch {
                throw problem("has no such window: \(error.message)")
            }
        }
    }

    private func number(_ key: String, _ value: String) throws -> UInt32 {
        guard let number = UInt32(value) else {
            throw problem("has “\(value)” for \(key), which is a number")
        }
        return number
    }

    private func time(_ value: String) throws -> TimeBound {
        do throws(LedgerError) {
            return try TimeBound(value)
        } catch {
            throw problem("has no such time: \(error.message)")
        }
    }
}
