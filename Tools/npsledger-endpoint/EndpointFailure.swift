import Foundation

/// Why a text was not judged.
struct EndpointFailure: Error {
    let words: String
    /// Whether asking again may help.
    let isPassing: Bool
    /// How long the endpoint wants to be left alone.
    var waitSeconds: Double?

    static func again(_ words: String, after seconds: Double? = nil) -> EndpointFailure {
        EndpointFailure(words: words, isPassing: true, waitSeconds: seconds)
    }

    static func never(_ words: String) -> EndpointFailure {
        EndpointFailure(words: words, isPassing: false, waitSeconds: nil)
    }

    /// The line that says so.
    func line(id: Int) -> String {
        // The words are this program's: quotes and control characters are not among them.
        "{\"id\":\(id),\"error\":\"\(words)\"}"
    }
}
