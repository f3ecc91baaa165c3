import Catalog
import Foundation
import LedgerCore
import LedgerQueries
import LedgerReplay
import LedgerStore
import NPSLedger
import SurveyImport

/// Survey files that are to be taken in.
public struct ImportRequest: Sendable {
    /// Paths, in the order of the import; `-` is standard input.
    public var files: [String]
    /// Where the responses come from; ids are unique within a source.
    public var source: String
    /// Which column holds what.
    public var mapping: ColumnMapping
    /// How the files are written.
    public var reading = SurveyReadOptions()
    /// Names what is taken in where rows have no id; nil for each file's name.
    public var delivery: String?
    /// Reads and decides, and writes nothing.
    public var isDryRun = false
    /// Whether the texts are read by the models that should.
    public var classifies = true
    /// Who imports.
    public var actor: Actor

    /// A request; all else as it is set.
    public init(_ files: [String], source: String, mapping: ColumnMapping, actor: Actor) {
        self.files = files
        self.source = source
        self.mapping = mapping
        self.actor = actor
    }

    /// Fails where nothing may or can be taken in, before anything is written. A pipe can be read
    /// only once, and is not looked at.
    ///
    /// - Throws: `LedgerError` with code `invalid` for what must not be recorded; `ImportError` for a
    ///   file that cannot be read.
    public func check() throws {
        // What may name an actor may name a source: it is shown in the same places.
        guard source.utf8.count <= Actor.nameBytesMax, Actor(source) != nil else {
            throw LedgerError(
                .invalid,
                "a source is named by 1 to \(Actor.nameBytesMax) bytes without control characters")
        }
        for rule in mapping.exclusions where rule.value.contains("@") {
            throw LedgerError(
                .invalid,
                "a rule that excludes rows is recorded in clear, so its value cannot be an address, as "
                    + "that for “\(rule.column)” is: mark such rows in a column of their own")
        }
        if let time = mapping.fixedTime, !(Entry.timeMin...Entry.timeMax).contains(time) {
            throw LedgerError(
                .invalid,
                "a response time lies between 1970-01-01T01:11:35Z and the year 9999")
        }
        for file in files where Self.isFile(file) {
            _ = try SurveyFileReader(path: file, mapping: mapping, options: reading).columns
        }
    }

    /// Whether a path is anything but a pipe or a device.
    private static func isFile(_ path: String) -> Bool {
        let type = try? FileManager.default.attributesOfItem(atPath: path)[.type]
        let special: [FileAttributeType] = [.typeCharacterSpecial, .typeSymbolicLink, .typeUnknown]
        return path != "-" && !special.contains(type as? FileAttributeType ?? .typeRegular)
    }

    /// The columns of a file, in words, for whoever has yet to say which holds what.
    ///
    /// - Throws: `ImportError` where the file cannot be read.
    public static func columns(
        of file: String, reading: SurveyReadOptions
    ) throws(ImportError) -> String? {
        // A column that is not there makes the reader say which ones are.
        let probe = try ColumnMapping(arguments: ["score=?"])
        do throws(ImportError) {
            return try SurveyFileReader(path: file, mapping: probe, options: reading).columns
                .joined(separator: ", ")
        } catch {
            guard error.column == "?" else { throw error }
            return error.expected.map { String($0.trimmingPrefix("one of ")) }
        }
    }
}

/// What an import did.
public struct ImportAnswer: Sendable {
    /// Row by row in sum, over all files.
    public package(set) var report = ImportReport()
    /// Whether it wrote nothing.
    public let isDryRun: Bool
    /// Why texts stay unread that the active model should have read; nil where none does. The rows
    /// are recorded all the same.
    public package(set) var unread: LedgerError?
}

extension OpenLedger {
    /// Takes survey files in: every row ends as recorded, amended, excluded, duplicate, conflict or
    /// rejected. The texts are read by the active model and by those that shadow. The same files
    /// again record nothing new.
    ///
    /// - Throws: What `ImportRequest.check()` does. `ImportError` where a file cannot be read; what
    ///   came before it stays. `LedgerError` and `VaultError` where something cannot be recorded, which the observer hears of as well.
    public func importFiles(_ request: ImportRequest) throws -> ImportAnswer {
        try request.check()
        var options = ImportOptions(
            actor: request.actor, defaultTime: ledger.clock(), threads: threads)
        options.isDryRun = request.isDryRun
        let isRead = request.classifies && !request.isDryRun
        if isRead { try chooseReaders(&options) }
        if request.mapping.responseID == nil { observer.notice(.importing(.rowsWithoutID)) }
        var answer = ImportAnswer(isDryRun: request.isDryRun)
        var postponed: [(shadow: ShadowReader, texts: [(response: Position, text: Position)])] = []
        for file in request.files {
            options.delivery =
                request.delivery ?? URL(fileURLWithPath: file).lastPathComponent
            let (report, left) = try importFile(file, request, options)
            answer.report.add(report)
            for shadow in options.postponed {
                postponed.append((shadow: shadow, texts: left[shadow.version] ?? []))
            }
        }
        if !request.isDryRun {
            do {
                try classifyImported(request, &answer.report)
                for (shadow, texts) in postponed {
                    answer.report.shadowClassified += try classifyPostponed(texts, by: shadow)
                }
                try refreshWithoutDigests()
            } catch let error as LedgerError where options.model == nil && request.classifies {
                answer.unread = error
            }
            try recordDueDigests()
        }
        guard answer.report.reconciles else {
            throw LedgerError(
                .internal, "the totals do not add up: please report \(answer.report)")
        }
        tellAddresses(answer.report, request)
        if let latest = answer.report.latestAhead {
            observer.notice(
                .importing(
                    .datedAhead(count: answer.report.datedAhead, latest: latest)))
        }
        return answer
    }

    /// Who reads the texts as they come in.
    private func chooseReaders(_ options: inout ImportOptions) throws {
        // One outside this process reads when all is recorded: then it is known how many texts it
        // takes, and rows do not wait for its answers, nor are lost with them.
        do {
            options.model = try models.active().map { active in
                (active.version, try models.reader(active))
            }.flatMap { $0.1.isExternal ? nil : $0 }
        } catch let error as LedgerError where error.code == .notApproved {
            // The rows are recorded all the same; that their texts stay unread is said then.
        }
        let shadows = try models.shadowReaders { tellUnusable($0, $1) }
        options.shadows = shadows.filter { !$0.reader.isExternal }
        // Those that read everything find what is unread; a share is known only here.
        options.postponed = shadows.filter { $0.reader.isExternal && $0.share != nil }
    }

    private func importFile(
        _ file: String, _ request: ImportRequest, _ options: ImportOptions
    ) throws -> (ImportReport, [ModelVersion: [(response: Position, text: Position)]]) {
        var reader = try SurveyFileReader(
            path: file, mapping: request.mapping, options: request.reading)
        var importer = try ResponseImporter(
            ledger, source: request.source, mapping: request.mapping, options: options)
        let work = observer.begin(
            request.isDryRun ? .rehearsingImport(path: file) : .importing(path: file))
        do {
            let report = try importer.run(&reader) { done, total, _ in
                work.update(done: Int(done), total: total.map(Int.init))
            }
            work.finish()
            for remark in reader.notices { observer.notice(.file(path: file, remark: remark)) }
            return (report, importer.postponed)
        } catch {
            work.finish()
            observer.notice(.importing(.stopped(rows: importer.totals.read)))
            throw error
        }
    }

    private func refreshWithoutDigests() throws {
        for projection in try catalog.all { try refresh(projection) }
    }

    /// Brings the projections up to date, and has read what an interrupted import left unread.
    private func classifyImported(_ request: ImportRequest, _ report: inout ImportReport) throws {
        try refreshWithoutDigests()
        guard request.classifies else { return }
        tellEmbeddings()
        // Another model may have been activated while rows came in.
        while let version = try models.active()?.version {
            let read = try classifyUnread(by: version)
            try refreshWithoutDigests()
            report.classified += read.classified
            report.unlearnt.merge(read.unlearnt, uniquingKeysWith: +)
            if read.isEmpty { break }
        }
        // A shadow may have begun as well. Those that cannot be run were named when the import
        // began.
        for read in try classifyShadows(tellsUnusable: false) {
            report.shadowClassified += read.classified
        }
        try refreshWithoutDigests()
    }

    /// Tells of addresses that are recorded in clear; never which.
    private func tellAddresses(_ report: ImportReport, _ request: ImportRequest) {
        if !report.addresses.isEmpty {
            observer.notice(
                .importing(
                    .addressesInClear(
                        byColumn: report.addresses, isDryRun: request.isDryRun)))
        }
        if AddressesInClear.isHeld(in: request.source) {
            observer.notice(.importing(.sourceIsAddress))
        }
    }
}

extension ImportReport {
    /// Adds what another import did.
    fileprivate mutating func add(_ other: ImportReport) {
        read += other.read
        recorded += other.recorded
        amended += other.amended
        excluded += other.excluded
        duplicates += other.duplicates
        conflicts += other.conflicts
        rejected += other.rejected
        reasons.merge(other.reasons, uniquingKeysWith: +)
        classified += other.classified
        unlearnt.merge(other.unlearnt, uniquingKeysWith: +)
        datedAhead += other.datedAhead
        latestAhead = [latestAhead, other.latestAhead].compactMap { $0 }.max()
        shadowClassified += other.shadowClassified
        scored += other.scored
        addresses.merge(other.addresses, uniquingKeysWith: +)
    }
}
