import ArgumentParser
import Presentation

/// Whether an answer that lacks events will do.
struct CompletenessOptions: ParsableArguments {
    @Flag(
        name: .long,
        help: "End with status 1 where the answer lacks events that could not be applied.")
    var failIncomplete = false

    /// - Parameter events: that the answer lacks, which was given all the same.
    func check(_ events: Int) throws {
        guard failIncomplete, events > 0 else { return }
        throw CommandFailure(
            ExitStatus.no,
            "the answer is incomplete: \(Formatted.count(events, of: "event")) could not be applied; "
                + "see `npsledger projection list`")
    }
}
