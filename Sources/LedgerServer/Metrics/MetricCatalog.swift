/// The figures that the service tells of itself, each once: what it is called, of which kind it is and
/// what it says. Units are base units, and stand at the end of the names.
enum MetricCatalog {
    /// One figure.
    struct Entry: Sendable {
        enum Kind: String, Sendable {
            case counter
            case gauge
            case histogram
        }

        let name: String
        let kind: Kind
        let help: String
    }

    static let requestSeconds = Entry(
        name: "npsledger_http_request_duration_seconds", kind: .histogram,
        help: "Time from a request to its answer, by method, path and status.")
    static let intakeSeconds = Entry(
        name: "npsledger_intake_duration_seconds", kind: .histogram,
        help: "Time from responses that were read to their durable receipts.")
    static let responses = Entry(
        name: "npsledger_responses_total", kind: .counter,
        help: "Responses that were sent, by what became of them.")
    static let deliveries = Entry(
        name: "npsledger_deliveries_total", kind: .counter,
        help: "Deliveries that were received, by hook and by what became of them.")
    static let refusals = Entry(
        name: "npsledger_refusals_total", kind: .counter,
        help: "Requests that were turned away, by the code of the reason.")
    static let dropped = Entry(
        name: "npsledger_metrics_dropped_total", kind: .counter,
        help: "Observations of series that there was no room for.")
    static let head = Entry(
        name: "npsledger_log_entries", kind: .gauge, help: "Entries in the log.")
    static let lag = Entry(
        name: "npsledger_projection_lag_events", kind: .gauge,
        help: "Events that a projection has still to fold.")
    static let waiting = Entry(
        name: "npsledger_intake_waiting_responses", kind: .gauge,
        help: "Responses that wait to be recorded.")
    static let refusing = Entry(
        name: "npsledger_intake_refusing", kind: .gauge,
        help: "1 while nothing is taken in, such as on a full disk.")
    static let unread = Entry(
        name: "npsledger_unread_texts", kind: .gauge,
        help: "Texts that a model which reads behind has not read yet.")
    static let unreadSeconds = Entry(
        name: "npsledger_unread_oldest_seconds", kind: .gauge,
        help: "How long the oldest of those texts has waited.")
    static let deliveriesStanding = Entry(
        name: "npsledger_deliveries", kind: .gauge,
        help: "Deliveries in the ledger, by how they stand; unreadable are dead letters.")
    static let questionsWaiting = Entry(
        name: "npsledger_questions_waiting", kind: .gauge,
        help: "Questions that wait for a thread.")
    static let streams = Entry(
        name: "npsledger_streams", kind: .gauge, help: "Streams that are open.")
    static let memory = Entry(
        name: "process_resident_memory_bytes", kind: .gauge, help: "Resident memory.")
    static let descriptors = Entry(
        name: "process_open_fds", kind: .gauge, help: "Open file descriptors.")
    static let processor = Entry(
        name: "process_cpu_seconds_total", kind: .counter,
        help: "Processor time, of the process and of the system for it.")

    static let all = [
        requestSeconds, intakeSeconds, responses, deliveries, refusals, dropped, head, lag,
        waiting, refusing, unread, unreadSeconds, deliveriesStanding, questionsWaiting, streams,
        memory,
        descriptors, processor,
    ]
}
