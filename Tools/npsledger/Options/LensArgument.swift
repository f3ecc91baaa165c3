import ArgumentParser
import LedgerCore
import NPSStatistics

/// A lens written as one argument: `key=value,…`, or `today` for one that names nothing.
struct LensArgument {
    static let keys = [
        "as-of", "model", "thresholds", "basis", "duplicates", "reviews", "from", "to", "window",
    ]
    /// What stands for a lens that names nothing.
    static let today = "today"

    let text: String
    private(set) var lens: LensOptions
    private(set) var window: SelectionOptions

    /// Reads a lens.
    ///
    /// - Parameter shared: a window for both lenses, which a lens may then not state itself.
    init(
        _ text: String, shared: SelectionOptions, interval: IntervalMethod, confidence: Double
    ) throws {
        self.text = text
        lens = try LensOptions.defaults()
        lens.interval = interval
        lens.confidence = confidence
        window = try SelectionOptions.parse([])
        window.from = shared.from
        window.to = shared.to
        window.window = shared.window
        let isShared = shared.from != nil || shared.to != nil || shared.window != nil
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
        do {
            try window.validate()
        } catch let error as ValidationError {
            throw problem("has no such window: \(error.message)")
        }
    }

    private func problem(_ what: String) -> ValidationError {
        ValidationError("--between: the lens “\(text)” \(what).")
    }

    private mutating func take(_ key: String, _ value: String) throws {
        switch key {
        case "as-of":
            if Position(value) == nil { _ = try time(value) }
            lens.asOf = value
        case "model": lens.model = try number(key, value)
        case "thresholds": lens.thresholds = try number(key, value)
        case "basis":
            guard let basis = Lens.Basis(rawValue: value) else {
                throw problem("has a basis that is none of stated, inferred and blended")
            }
            lens.basis = basis
        case "duplicates":
            guard let duplicates = Lens.Duplicates(rawValue: value) else {
                throw problem("has duplicates that are none of all, latest and first")
            }
            lens.duplicates = duplicates
        case "reviews":
            guard let reviews = Lens.Reviews(rawValue: value) else {
                throw problem("has reviews that are none of applied and ignored")
            }
            lens.reviews = reviews
        case "from":
            _ = try time(value)
            window.from = value
        case "to":
            _ = try time(value)
            window.to = value
        default: window.window = value
        }
    }

    private func number(_ key: String, _ value: String) throws -> UInt32 {
        guard let number = UInt32(value) else {
            throw problem("has “\(value)” for \(key), which is a number")
        }
        return number
    }

    private func time(_ value: String) throws -> Microseconds {
        do {
            return try SelectionOptions.time(value)
        } catch let error as ValidationError {
            throw problem("has no such time: \(error.message)")
        }
    }
}
