import LedgerCore

extension DifferenceRequest.Side {
    /// What a lens may be written with.
    public static let keys = [
        "as-of", "model", "thresholds", "basis", "duplicates", "reviews", "from", "to", "window",
    ]
    /// What stands for a lens that names nothing.
    public static let today = "today"
    private static let timeKeys: Set<String> = ["from", "to", "window"]

    /// Takes what a lens in one word says, `key=value,…`, or `today` for one that names nothing.
    ///
    /// A time that stands already holds for both sides, and a lens may not state its own.
    ///
    /// - Throws: `LedgerError` with code `invalid`.
    public mutating func take(_ text: String) throws(LedgerError) {
        guard text != Self.today else { return }
        func problem(_ what: String) -> LedgerError {
            LedgerError(.invalid, "the lens “\(text)” \(what)")
        }
        let isShared = selection.hasTime
        var seen: Set<String> = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let sign = part.firstIndex(of: "="), sign > part.startIndex,
                part.index(after: sign) < part.endIndex
            else {
                throw problem(
                    "takes key=value pairs, such as as-of=2026-03-03,model=1; got “\(part)”")
            }
            let (key, value) = (String(part[..<sign]), String(part[part.index(after: sign)...]))
            guard Self.keys.contains(key) else {
                throw problem(
                    "does not know “\(key)”; there are: " + Self.keys.joined(separator: ", "))
            }
            guard seen.insert(key).inserted else { throw problem("names \(key) twice") }
            if isShared, Self.timeKeys.contains(key) {
                throw problem("states \(key), but a time is given for both")
            }
            do {
                try take(key, value)
            } catch {
                throw problem(error.message)
            }
        }
        if selection.window != nil, selection.from != nil || selection.to != nil {
            throw problem("has no such window: give either window, or from and to")
        }
        if let from = selection.from, let to = selection.to, from.time >= to.time {
            throw problem("has no such window: from must lie before to")
        }
    }

    private mutating func take(_ key: String, _ value: String) throws(LedgerError) {
        func one<Choice: RawRepresentable<String> & CaseIterable>(
            of type: Choice.Type
        ) throws(LedgerError) -> Choice {
            guard let choice = Choice(rawValue: value) else {
                throw LedgerError(
                    .invalid,
                    "has “\(value)” for \(key); there are: "
                        + Choice.allCases.map(\.rawValue).joined(separator: ", "))
            }
            return choice
        }
        func number() throws(LedgerError) -> UInt32 {
            guard let number = UInt32(value) else {
                throw LedgerError(.invalid, "has “\(value)” for \(key), which is a number")
            }
            return number
        }
        func time() throws(LedgerError) -> TimeBound {
            do {
                return try TimeBound(value)
            } catch {
                throw LedgerError(.invalid, "has no such time: \(error.message)")
            }
        }
        switch key {
        case "as-of":
            lens.asOf =
                if let position = Position(value) {
                    .position(position)
                } else {
                    .time(try time().time)
                }
        case "model": lens.model = try number()
        case "thresholds": lens.thresholds = try number()
        case "basis": lens.basis = try one(of: Lens.Basis.self)
        case "duplicates": lens.duplicates = try one(of: Lens.Duplicates.self)
        case "reviews": lens.reviews = try one(of: Lens.Reviews.self)
        case "from": selection.from = try time()
        case "to": selection.to = try time()
        default:
            do {
                selection.window = try TimeSpan(value)
            } catch {
                throw LedgerError(.invalid, "has no such window: \(error.message)")
            }
        }
    }
}
