import ArgumentParser
import Foundation
import Glibc
import LedgerCore
import Presentation
import Simulation
import SurveyImport

/// `simulate`: a stream with known truth.
struct SimulateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate", abstract: "Write a realistic survey file with known truth.",
        usage: "npsledger simulate [--responses N] [--output FILE] [options]",
        discussion: """
            The same seed gives the same bytes. Rows come with duplicates, conflicts, late \
            comments and bad rows; --truth says what an import must report.

            EXAMPLE
              npsledger simulate --responses 100000 --output answers.csv --truth truth.json
              npsledger import answers.csv --source web --mapping answers.csv.mapping.json
              npsledger simulate --post http://127.0.0.1:8080 --token-file token --rate 10
            """)

    @Option(name: .long, help: "Number of responses; duplicates and bad rows come on top.")
    var responses: Int = 10_000

    @Option(name: .long, help: "The same seed gives the same file.")
    var seed: UInt64 = 1

    @Option(name: .long, help: "First day, a date (UTC).")
    var start: String = "2025-01-01"

    @Option(name: .long, help: "Days the responses are spread over.")
    var days: Int = 365

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Plant a drop of NPS in one region.", valueName: "day,region,points"))
    var plantShift: String?

    @Option(
        name: .long,
        help: ArgumentHelp("Plant a change of wording.", valueName: "day,share"))
    var plantWording: String?

    @Option(name: .shortAndLong, help: "The file (else standard output).", completion: .file())
    var output: String?

    @Option(name: .long, help: "Write what is true of the file, as JSON.", completion: .file())
    var truth: String?

    @Flag(name: .long, help: "JSON Lines instead of CSV.")
    var jsonLines = false

    @Option(
        name: .long,
        help: ArgumentHelp("Send the responses to this service instead.", valueName: "url"))
    var post: String?

    @Option(
        name: .long, help: ArgumentHelp("Responses a second that are sent.", valueName: "n"))
    var rate: Int?

    @Option(name: .long, help: "Holds the service's token.", completion: .file())
    var tokenFile: String?

    @Option(name: .long, help: "Where sent responses are said to come from.")
    var source = "simulation"

    func validate() throws {
        guard post == nil else {
            guard tokenFile != nil else { throw ValidationError("--post needs --token-file.") }
            guard output == nil, !jsonLines else {
                throw ValidationError("--post writes no file: leave --output and --json-lines out.")
            }
            return
        }
        guard rate == nil, tokenFile == nil else {
            throw ValidationError("--rate and --token-file go with --post.")
        }
    }

    /// The columns of a simulated file as fields.
    static let mapping = [
        "response_id=response_id", "respondent_id=respondent_id", "score=score", "text=comment",
        "at=responded_at", "updated_at=updated_at", "channel=channel", "language=language",
        "segment.region=segment.region", "segment.country=segment.country",
        "segment.plan=segment.plan", "segment.product=segment.product",
    ]

    func run() throws {
        var configuration = SimulationConfiguration(seed: seed, responses: responses)
        configuration.start = try SelectionOptions.time(start)
        configuration.durationDays = days
        configuration.plantedShift = try shift()
        configuration.plantedWording = try wording()
        var simulator = try Simulator(configuration)
        let poster = try post.map(startPoster)
        let handle = if let poster { poster.lines } else { try open() }
        defer { if output != nil { try? handle.close() } }
        let isShown = output != nil || post != nil
        let bar = isShown ? ProgressBar("simulating", unit: "rows") : nil
        var bytes: [UInt8] = []
        if !jsonLines, post == nil { csvHeader(to: &bytes) }
        var rows = 0
        while let row = simulator.next() {
            if post != nil {
                requestLine(for: row, source: source, to: &bytes)
            } else if jsonLines {
                jsonLine(for: row, to: &bytes)
            } else {
                csvLine(for: row, to: &bytes)
            }
            rows += 1
            // What is sent is sent at once; a file is written in large pieces.
            if bytes.count > (post == nil ? 1 << 20 : 4 << 10) {
                try write(&bytes, handle)
                bar?.update(done: min(rows, responses), total: responses)
            }
        }
        try write(&bytes, handle)
        bar?.finish()
        try poster?.finish()
        if let truth {
            try save(simulator.truth.json + "\n", to: truth)
        }
        if let output {
            let mapping = output + ".mapping.json"
            try save(try ColumnMapping(arguments: Self.mapping).checked().json + "\n", to: mapping)
            Printer.notice("\(Formatted.count(rows, of: "row")) in \(output). To import them:")
            Printer.notice("  npsledger import \(output) --source web \\")
            Printer.notice("    --mapping \(mapping)")
        }
    }

    private func startPoster(_ service: String) throws -> ResponsePoster {
        var arguments = ["post", "--url", service, "--token-file", tokenFile ?? ""]
        if let rate { arguments += ["--rate", "\(rate)"] }
        return try ResponsePoster(arguments)
    }

    private func open() throws -> FileHandle {
        guard let output else { return .standardOutput }
        // Opened as it stands: a link is followed, a pipe or a device is written to.
        let descriptor = Glibc.open(output, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw CommandFailure(
                ExitStatus.cannotCreate,
                "\(output) cannot be written (\(String(cString: strerror(errno))))")
        }
        return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }

    private func write(_ bytes: inout [UInt8], _ handle: FileHandle) throws {
        do {
            try handle.write(contentsOf: Data(bytes))
        } catch {
            throw CommandFailure(
                ExitStatus.inputOutput,
                "\(output ?? "standard output") cannot be written: \(error.localizedDescription)")
        }
        bytes.removeAll(keepingCapacity: true)
    }

    private func save(_ text: String, to path: String) throws {
        do {
            try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        } catch {
            throw CommandFailure(ExitStatus.cannotCreate, "\(path) cannot be written")
        }
    }

    private func shift() throws -> PlantedShift? {
        guard let plantShift else { return nil }
        let parts = plantShift.split(separator: ",")
        guard parts.count == 3, let day = Int(parts[0]), let points = Int(parts[2]) else {
            throw ValidationError("--plant-shift takes DAY,REGION,POINTS, such as 240,EMEA,-20.")
        }
        return PlantedShift(day: day, region: String(parts[1]), points: points)
    }

    private func wording() throws -> PlantedWording? {
        guard let plantWording else { return nil }
        let parts = plantWording.split(separator: ",")
        guard parts.count == 2, let day = Int(parts[0]), let share = Double(parts[1]) else {
            throw ValidationError("--plant-wording takes DAY,SHARE, such as 200,0.4.")
        }
        return PlantedWording(day: day, share: share)
    }
}
