import ArgumentParser

/// One walk of a bare C cursor over a log's entries, in a process of its own: LMDB allows an
/// environment to be open once a process.
struct ScanOnce: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scan-once", abstract: "Walk a log's entries in C; `replay` runs it.",
        shouldDisplay: false)

    /// What came of it.
    struct Answer: Codable {
        var events: Int
        var seconds: Double
        var processorSeconds: Double
        var sum: UInt64
    }

    @Option var log: String

    func run() throws {
        let bare = try BareStore(directory: log, table: "entries")
        // The first walk brings the file into memory and into the map.
        var read = try bare.scan()
        let before = ProcessorTime.seconds
        let time = try ContinuousClock().measure { read = try bare.scan() }
        try Companion.tell(
            Answer(
                events: Int(read.count), seconds: time.inSeconds,
                processorSeconds: ProcessorTime.seconds - before, sum: read.sum))
    }
}
