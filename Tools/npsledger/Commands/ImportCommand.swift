import ArgumentParser
import Catalog
import Foundation
import LedgerCore
import LedgerQueries
import LedgerStore
import NPSLedger
import Presentation
import SurveyImport

/// `import`: survey files into the ledger.
struct ImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Take survey files into the ledger.",
        usage: "npsledger import FILE… --source NAME --map FIELD=COLUMN… [options]",
        discussion: """
            CSV, TSV or JSON Lines, plain or gzip; “-” reads standard input. Every row ends as \
            recorded, amended, excluded, duplicate, conflict or rejected, and the totals \
            reconcile. Rejected and conflicting rows are kept, sealed, and listed by \
            `npsledger audit --quarantine`. The same file again records nothing new.

            Fields: response_id, respondent_id, score, text, at, updated_at, channel, language, \
            survey_id, segment.NAME.

            EXAMPLE
              npsledger import answers.csv.gz --source web --map response_id=id \\
                --map score=nps --map text=comment --map at=answered \\
                --map segment.region=region
            """)

    @OptionGroup var options: LedgerOptions
    @OptionGroup var actor: AuthorOptions

    @Argument(help: "Files to import, in this order.", completion: .file())
    var files: [String]

    @Option(name: .long, help: "Where the responses come from; ids are unique within a source.")
    var source: String

    @Option(
        name: .customLong("map"),
        help: ArgumentHelp(
            "Which column holds a field; repeat for each.", valueName: "field=column"))
    var maps: [String] = []

    @Option(name: .long, help: "A file with the mapping, as `--save-mapping` writes it.")
    var mapping: String?

    @Option(name: .long, help: "Write the mapping of this import to a file.")
    var saveMapping: String?

    @Option(
        name: .customLong("exclude"),
        help: ArgumentHelp(
            "Record rows with this value, and take them out of every score; repeat for more.",
            valueName: "column=value"))
    var exclusions: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Rescale scores of another scale to 0–10; recorded in every event.",
            valueName: "min-max"))
    var scale: String?

    @Flag(name: .long, help: "Accept fractional scores such as 8.5.")
    var fractions = false

    @Option(name: .long, help: "Response time of files that have none: RFC 3339 or a date (UTC).")
    var at: String?

    @Option(name: .long, help: "Pattern of times, such as %d/%m/%Y %H:%M.")
    var timeFormat: String?

    @Option(name: .long, help: "Zone of times without one: UTC, +02:00 or Europe/Paris.")
    var timeZone: String?

    @Option(name: .long, help: "Separator of columns, if it is not found: , ; | or tab.")
    var separator: String?

    @Option(name: .long, help: "auto, utf8, windows1252, latin1, utf16le or utf16be.")
    var encoding: String?

    @Option(
        name: .long,
        help: "Names what is imported where rows have no id (else the file's name).")
    var delivery: String?

    @Flag(name: .long, help: "Read and decide, and write nothing.")
    var dryRun = false

    @Flag(name: .long, help: "Leave texts unread; `npsledger classify` reads them later.")
    var noClassify = false

    func validate() throws {
        guard !files.isEmpty else { throw ValidationError("Name a file to import, or “-”.") }
        guard !files.contains("") else {
            throw ValidationError("The name of a file to import is empty.")
        }
        // Read to its end, it has nothing for the next.
        guard (files + [mapping].compactMap(\.self)).count(where: { $0 == "-" }) <= 1 else {
            throw ValidationError("“-” is standard input, and can be read once.")
        }
        // What may name an actor may name a source: it is shown in the same places.
        guard source.utf8.count <= Actor.nameBytesMax, Actor(source) != nil else {
            throw ValidationError(
                "--source takes 1 to \(Actor.nameBytesMax) bytes without control characters.")
        }
    }

    private func columnMapping() throws -> ColumnMapping {
        var mapping = try mapping.map { try ColumnMapping(path: $0) } ?? ColumnMapping()
        for map in maps { try mapping.map(map) }
        for exclusion in exclusions { try mapping.exclude(exclusion) }
        if let scale { mapping.scale = try ScoreScale(argument: scale) }
        if fractions { mapping.allowsFractions = true }
        if let timeFormat { mapping.timeFormat = timeFormat }
        if let timeZone { mapping.timeZone = try SurveyTimeZone(argument: timeZone) }
        if let at {
            let time = try SelectionOptions.time(at)
            guard (Entry.timeMin...Entry.timeMax).contains(time) else {
                throw ValidationError("--at lies between 1970-01-01T01:11:35Z and the year 9999.")
            }
            mapping.fixedTime = time
        }
        for rule in mapping.exclusions where rule.value.contains("@") {
            throw ValidationError(
                "--exclude \(rule.column)=…: a rule is recorded in clear, so its value cannot be "
                    + "an address; mark such rows in a column of their own.")
        }
        return try mapping.checked()
    }

    private func readOptions() throws -> SurveyReadOptions {
        var reading = SurveyReadOptions()
        if let separator {
            let named = ["tab": UInt8(9), "\\t": 9]
            guard let byte = named[separator] ?? separator.utf8.first,
                named[separator] != nil || separator.utf8.count == 1
            else { throw ValidationError("--separator takes one character, or tab.") }
            reading.delimiter = byte
        }
        if let encoding {
            guard let known = SurveyEncoding(rawValue: encoding) else {
                throw ValidationError(
                    "--encoding \(encoding) is not known; there are: "
                        + SurveyEncoding.allCases.map(\.rawValue).joined(separator: ", "))
            }
            reading.encoding = known
        }
        return reading
    }

    /// A file without a mapping: its columns are named, so that one can be written.
    private func askForMapping(_ reading: SurveyReadOptions) throws -> CommandFailure {
        // A column that is not there makes the reader say which ones are.
        let probe = try ColumnMapping(arguments: ["score=?"])
        var columns: String?
        if let file = files.first, file != "-" {
            do throws(ImportError) {
                let reader = try SurveyFileReader(path: file, mapping: probe, options: reading)
                columns = reader.columns.joined(separator: ", ")
            } catch {
                guard error.column == "?" else { return CommandFailure(error) }
                columns = error.expected.map { String($0.trimmingPrefix("one of ")) }
            }
        }
        return CommandFailure(
            ExitStatus.usage,
            "say which column holds what, such as --map score=nps --map text=comment"
                + (columns.map { ". \(files[0]) has \($0)" } ?? ""))
    }

    func run() throws {
        let reading = try readOptions()
        guard !maps.isEmpty || self.mapping != nil else { throw try askForMapping(reading) }
        let mapping = try columnMapping()
        // A file that cannot be read is refused before anything is written; a pipe can be read
        // only once.
        for file in files where Self.isFile(file) {
            _ = try SurveyFileReader(path: file, mapping: mapping, options: reading).columns
        }
        if let saveMapping {
            do {
                try Data(mapping.json.utf8).write(to: URL(fileURLWithPath: saveMapping))
            } catch {
                throw CommandFailure(
                    ExitStatus.cannotCreate, "the mapping cannot be written to \(saveMapping)")
            }
        }
        let session = try Session.open(options, by: self.actor)
        defer { session.ledger.close() }
        var importing = ImportOptions(
            actor: try actor.resolved(), defaultTime: session.ledger.clock(),
            threads: Session.threads)
        importing.isDryRun = dryRun
        let registry = session.ledger.models
        if !noClassify, !dryRun { try Self.chooseReaders(registry, &importing) }
        if mapping.responseID == nil {
            Printer.notice(
                "no response_id is mapped: rows are told apart by the file's name (or --delivery), "
                    + "their number and their content")
        }
        var total = ImportReport()
        var postponed: [PostponedReading] = []
        for file in files {
            importing.delivery = delivery ?? URL(fileURLWithPath: file).lastPathComponent
            let report = try take(file, mapping, reading, importing, session, &postponed)
            total = total.adding(report)
        }
        var failure: LedgerError?
        if !dryRun {
            do {
                try finish(session, importing, &total)
                for reading in postponed { total.shadowClassified += try reading.run(session) }
                for projection in try session.catalog.all { try session.catchUp(projection) }
            } catch let error as LedgerError where importing.model == nil && !noClassify {
                failure = error
            }
            try session.commitWhereDue()
        }
        guard total.reconciles else {
            throw CommandFailure(
                ExitStatus.internalError, "the totals do not add up: please report \(total)")
        }
        noticeAddresses(total)
        show(total)
        if let failure {
            Printer.notice("the rows are recorded; `npsledger classify` reads what is left")
            throw failure
        }
    }

    /// Who reads the texts as they come in.
    private static func chooseReaders(
        _ registry: ModelRegistry, _ importing: inout ImportOptions
    ) throws {
        // One outside this process reads when all is recorded: then it is known how many texts it
        // takes, and rows do not wait for its answers, nor are lost with them.
        do {
            importing.model = try registry.active().map { active in
                (active.version, try registry.reader(active))
            }.flatMap { $0.1.isExternal ? nil : $0 }
        } catch let error as LedgerError where error.code == .notApproved {
            // The rows are recorded all the same; that their texts stay unread is said then.
        }
        let shadows = try registry.shadowReaders(unusable: ClassifyCommand.unusable)
        importing.shadows = shadows.filter { !$0.reader.isExternal }
        // Those that read everything find what is unread; a share is known only here.
        importing.postponed = shadows.filter { $0.reader.isExternal && $0.share != nil }
    }

    /// Whether a path is anything but a pipe or a device.
    private static func isFile(_ path: String) -> Bool {
        let type = try? FileManager.default.attributesOfItem(atPath: path)[.type]
        let special: [FileAttributeType] = [.typeCharacterSpecial, .typeSymbolicLink, .typeUnknown]
        return path != "-" && !special.contains(type as? FileAttributeType ?? .typeRegular)
    }

    private func take(
        _ file: String, _ mapping: ColumnMapping, _ reading: SurveyReadOptions,
        _ importing: ImportOptions, _ session: OpenLedger, _ postponed: inout [PostponedReading]
    ) throws -> ImportReport {
        var reader = try SurveyFileReader(path: file, mapping: mapping, options: reading)
        var importer = try ResponseImporter(
            session.ledger, source: source, mapping: mapping, options: importing)
        let bar = ProgressBar(dryRun ? "checking \(file)" : "importing \(file)", unit: "B")
        do {
            let report = try importer.run(&reader) { done, total, report in
                bar.update(done: Int(done), total: total.map(Int.init))
            }
            bar.finish()
            for notice in reader.notices { Printer.notice("\(file): \(notice)") }
            postponed += importing.postponed.map {
                PostponedReading(shadow: $0, texts: importer.postponed[$0.version] ?? [])
            }
            return report
        } catch {
            bar.finish()
            let soFar = importer.totals
            Printer.notice(
                "stopped after \(soFar.read) rows; what was recorded stays. The same command "
                    + "again goes on from there without duplicates.")
            throw error
        }
    }

    /// Brings the projections up to date, and judges what an interrupted import left unread.
    private func finish(
        _ session: OpenLedger, _ importing: ImportOptions, _ total: inout ImportReport
    ) throws {
        for projection in try session.catalog.all { try session.catchUp(projection) }
        guard !noClassify else { return }
        session.noteEmbeddings()
        // Another model may have been activated while rows came in.
        while let version = try session.ledger.models.active()?.version {
            let classified = try ClassifyCommand.classify(session, version).classified
            for projection in try session.catalog.all { try session.catchUp(projection) }
            total.classified += classified
            if classified == 0 { break }
        }
        // A shadow may have begun as well. Those that cannot be run were named when the import began.
        for (_, report) in try ClassifyCommand.readShadows(session, { _, _ in }) {
            total.shadowClassified += report.classified
        }
        for projection in try session.catalog.all { try session.catchUp(projection) }
    }

    /// Tells of addresses that are recorded in clear; never which.
    private func noticeAddresses(_ report: ImportReport) {
        let counts = report.addresses.sorted { $0.key < $1.key }
        let columns = counts.map { "\(Formatted.count($0.value)) in “\($0.key)”" }
        if !columns.isEmpty {
            Printer.notice(
                "e-mail addresses \(dryRun ? "would be" : "are") recorded in clear, and cannot be "
                    + "erased: \(columns.joined(separator: ", ")). Map a column that identifies "
                    + "nobody; of a respondent_id only a keyed pseudonym is recorded")
        }
        if AddressesInClear.isHeld(in: source) {
            Printer.notice("--source holds an e-mail address, which is recorded in clear")
        }
    }

    private func show(_ report: ImportReport) {
        let printer = Printer(options)
        let fields: [(String, Int)] = [
            ("read", report.read), ("recorded", report.recorded), ("amended", report.amended),
            ("excluded", report.excluded), ("duplicates", report.duplicates),
            ("conflicts", report.conflicts), ("rejected", report.rejected),
        ]
        let reasons = report.reasons.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        switch options.format {
        case .json:
            printer.json(
                .object(
                    fields.map { ($0.0, .integer($0.1)) } + [
                        (
                            "reasons",
                            .object(
                                reasons.sorted { $0.key < $1.key }.map {
                                    ($0.key, .integer($0.value))
                                })
                        ), ("scored", .integer(report.scored)),
                        ("classified", .integer(report.classified)),
                        ("shadowClassified", .integer(report.shadowClassified)),
                    ]))
        case .csv:
            printer.csv(fields.map(\.0), [fields.map { "\($0.1)" }])
        case .table:
            if dryRun { printer.heading("Dry run: nothing was written") }
            var table = Table(columns: [
                Table.Column("rows"), .number("count"), Table.Column("", flexible: true),
            ])
            let meaning = [
                "recorded": report.scored == report.recorded
                    ? "" : "\(Formatted.count(report.scored)) with a score",
                "duplicates": "recorded before, the same",
                "conflicts": "another content under an id recorded before",
                "excluded": "recorded, and left out by the mapping",
                "amended": "changed a response recorded before",
            ]
            for (name, count) in fields {
                table.append([
                    Table.Cell(name, name == "read" ? .strong : .plain), .count(count),
                    Table.Cell(count > 0 ? meaning[name] ?? "" : "", .muted),
                ])
            }
            for (code, count) in reasons {
                table.append([Table.Cell("  " + code, .warning), .count(count), ""])
            }
            printer.table(table)
            if report.classified > 0 {
                printer.line(
                    "\(Formatted.count(report.classified)) "
                        + "\(report.classified == 1 ? "text" : "texts") judged by the active model")
            }
            if report.shadowClassified > 0 {
                printer.line(
                    "\(Formatted.count(report.shadowClassified)) "
                        + "\(report.shadowClassified == 1 ? "judgement" : "judgements") by models "
                        + "in the shadow, which count for nothing")
            }
            // A few are typing errors; many are another way of writing.
            if reasons.contains(where: { $0.0 == "time.unreadable" && $0.1 * 10 >= report.read }) {
                printer.muted(
                    "Times are read as ISO 8601 unless you say how they are written, such as "
                        + "--time-format '%m/%d/%Y %H:%M'")
            }
            if report.rejected + report.conflicts > 0, !dryRun {
                printer.muted("Rows in quarantine: npsledger audit --quarantine")
            }
        }
    }
}

extension ImportReport {
    /// The sums of two imports.
    func adding(_ other: ImportReport) -> ImportReport {
        var sum = self
        sum.read += other.read
        sum.recorded += other.recorded
        sum.amended += other.amended
        sum.excluded += other.excluded
        sum.duplicates += other.duplicates
        sum.conflicts += other.conflicts
        sum.rejected += other.rejected
        sum.reasons.merge(other.reasons, uniquingKeysWith: +)
        sum.classified += other.classified
        sum.shadowClassified += other.shadowClassified
        sum.scored += other.scored
        sum.addresses.merge(other.addresses, uniquingKeysWith: +)
        return sum
    }
}
