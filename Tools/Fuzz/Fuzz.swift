import Foundation
import LedgerVault
import NPSLedger
import SurveyImport

@testable import Classification
@testable import ExternalModels
@testable import LedgerCore
@testable import LedgerReplay
@testable import LedgerStore

/// What reads bytes that others wrote, each fed by libFuzzer: `Tools/fuzz` builds and runs it.
///
/// `FUZZ_TARGET` names the reader. A reader must come back from any bytes, with a value or an error;
/// beyond that each says what a value that was read must be like.
enum Fuzz {
    /// Reads some bytes; traps where what it read contradicts itself.
    typealias Target = @Sendable ([UInt8]) -> Void

    static let targets: [String: Target] = [
        "entry": FuzzedLog.entry,
        "cbor": FuzzedLog.item,
        "records": FuzzedLog.records,
        "run": FuzzedLog.run,
        "survey": FuzzedSurvey.delimited,
        "jsonlines": FuzzedSurvey.jsonLines,
        "gzip": FuzzedSurvey.compressed,
        "mapping": FuzzedSurvey.mapping,
        "gate": FuzzedFiles.gate,
        "topics": FuzzedFiles.topics,
        "artefact": FuzzedFiles.artefact,
        "answer": FuzzedFiles.answer,
        "description": FuzzedFiles.description,
    ]

    /// The reader that this process feeds.
    static let target: Target = {
        let name = ProcessInfo.processInfo.environment["FUZZ_TARGET"] ?? ""
        guard let target = targets[name] else {
            preconditionFailure(
                "FUZZ_TARGET is one of \(targets.keys.sorted().joined(separator: ", "))")
        }
        return target
    }()

    /// Ends the process, so that libFuzzer keeps the bytes.
    static func require(_ isSo: Bool, _ what: @autoclosure () -> String) {
        precondition(isSo, what())
    }
}

/// What libFuzzer calls.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    Fuzz.target([UInt8](UnsafeBufferPointer(start: start, count: count)))
    return 0
}

/// What the log's and the vault's files hold.
enum FuzzedLog {
    /// An entry: what is accepted is read the same way by every reader.
    @Sendable static func entry(_ bytes: [UInt8]) {
        let isSound = (try? EventView.validate(bytes, position: 7)) != nil
        bytes.withUnsafeBytes { raw in
            // The replay's readers see what nobody has validated; they may refuse, and no more.
            if let plain = CheckedEvent(plain: raw, position: 7) {
                let complete = try? CheckedEvent(complete: raw, position: 7)
                Fuzz.require(
                    complete?.subject == plain.subject && complete?.response == plain.response
                        && complete != nil, "the check in place accepts what the other does not")
            }
            let walked = try? EventView(unsafe: raw, position: 7)
            let skimmed = try? EventView(unsafeSkimming: raw, position: 7)
            if let walked { _ = try? EventCatalog.payload(of: walked) }
            if let skimmed { _ = try? EventCatalog.payload(of: skimmed) }
            guard isSound else { return }
            Fuzz.require(walked != nil && skimmed != nil, "a valid entry is not read")
            Fuzz.require(
                walked?.payload.elementsEqual(skimmed?.payload ?? .init(start: nil, count: 0))
                    == true, "a payload ends elsewhere for whoever skims")
        }
    }

    /// An item of CBOR: one value has one encoding.
    @Sendable static func item(_ bytes: [UInt8]) {
        guard let value = try? CBORCursor.decode(bytes) else { return }
        Fuzz.require(value.encoded == bytes, "\(value) has two encodings")
    }

    /// Small records: what is read is written again as it was.
    @Sendable static func records(_ bytes: [UInt8]) {
        if let head = LogHead(bytes) {
            Fuzz.require(head.bytes == bytes, "a head of \(head.size) has two encodings")
            _ = head.root
        }
        if let record = try? BuildRecord(decoding: bytes) {
            let again = try? BuildRecord(decoding: record.bytes)
            Fuzz.require(again == record, "\(record) is read as another")
        }
        if let data = try? PersonalData(decoding: bytes) {
            let again = try? PersonalData(decoding: data.encoded)
            Fuzz.require(again == data, "personal data is read as other data")
        }
    }

    /// A run of a hash index: whatever it says, no lookup leaves it.
    @Sendable static func run(_ bytes: [UInt8]) {
        // Records may lie anywhere in a page: at an odd address, and up to the last byte.
        let shifted = [0] + bytes
        shifted.withUnsafeBytes { raw in
            let own = UnsafeRawBufferPointer(rebasing: raw[1...])
            guard let run = SortedRun(unsafe: own) else { return }
            let isSound = run.isSound
            for index in 0..<min(run.count, 64) {
                let found = run.find(run.key(index))
                Fuzz.require(found != nil || !isSound, "a key of a sound run is not found")
            }
            for key in [Hash128(high: 0, low: 0), Hash128(high: .max, low: .max)] {
                _ = run.find(key)
            }
        }
    }
}

/// Files that people write or send: gates, topics, models, and what models outside answer.
enum FuzzedFiles {
    @Sendable static func gate(_ bytes: [UInt8]) {
        guard let gate = try? Gate(bytes) else { return }
        Fuzz.require(!gate.conditions.isEmpty, "a gate without conditions")
    }

    @Sendable static func topics(_ bytes: [UInt8]) {
        _ = try? TopicTaxonomy(file: bytes)
    }

    /// A model's artefact, in a frame that is made to fit, so that what is in it is reached.
    @Sendable static func artefact(_ bytes: [UInt8]) {
        var bytes = bytes
        // Magic, version, then the length; a checksum of eight bytes at the end.
        if bytes.count > 26 {
            bytes.replaceSubrange(0..<8, with: ModelArtefact.magic)
            withUnsafeBytes(of: UInt64(bytes.count).littleEndian) {
                bytes.replaceSubrange(10..<18, with: $0)
            }
            let end = bytes.count - 8
            withUnsafeBytes(of: ModelArtefact.checksum(bytes[..<end]).littleEndian) {
                bytes.replaceSubrange(end..., with: $0)
            }
        }
        guard let model = try? ModelFile(artefact: bytes) else { return }
        if case .ngrams(let classifier) = model {
            let output = classifier.classify("Great service, but the queue is too long!")
            Fuzz.require(
                Int(output.detractor) + Int(output.passive) + Int(output.promoter) == 10_000,
                "the classes of \(output) are no whole")
        }
        _ = (model.card, model.topics, model.kind, model.topicOrigins)
    }

    /// A line that a model outside this process wrote: what is taken sums to a whole.
    @Sendable static func answer(_ bytes: [UInt8]) {
        _ = try? AnswerLine(bytes)
        guard let answer = try? ExternalAnswer(parsing: bytes) else { return }
        for part in [answer.classes, answer.sentiment] {
            Fuzz.require(part.reduce(0) { $0 + Int($1) } == 10_000, "\(part) is no whole")
        }
        Fuzz.require(answer.intents.allSatisfy { $0 <= 10_000 }, "\(answer.intents)")
        guard case .answer(3, let again)? = try? AnswerLine(Array(answer.line(id: 3).utf8)) else {
            return Fuzz.require(false, "\(answer.line(id: 3)) is not read")
        }
        Fuzz.require(again == answer, "\(again) and \(answer)")
    }

    /// The description of a model outside this process.
    @Sendable static func description(_ bytes: [UInt8]) {
        _ = try? ExternalModel(artefact: bytes)
        guard let model = try? ExternalModel(parsing: bytes) else { return }
        let again = try? ExternalModel(parsing: model.canonicalJSON)
        Fuzz.require(again == model, "\(model) is read as another")
    }
}

/// Files that survey tools export, and how their columns are mapped.
///
/// The first byte chooses how the file is read: encoding, separator and mapping.
enum FuzzedSurvey {
    /// Rows read of one file: what is wrong shows in the first ones.
    private static let rowsMax = 400

    @Sendable static func delimited(_ bytes: [UInt8]) {
        guard let choice = bytes.first else { return }
        var options = SurveyReadOptions()
        options.format = choice & 1 == 0 ? .csv : .tsv
        if options.format == .csv, choice & 2 != 0 { options.delimiter = UInt8(ascii: ";") }
        options.encoding =
            SurveyEncoding.allCases[Int(choice >> 2) % SurveyEncoding.allCases.count]
        options.maxRowBytes = 4096
        compare(Array(bytes.dropFirst()), options, mapping(of: choice))
    }

    @Sendable static func jsonLines(_ bytes: [UInt8]) {
        guard let choice = bytes.first else { return }
        var options = SurveyReadOptions()
        options.format = choice & 1 == 0 ? .auto : .jsonLines
        options.maxRowBytes = 4096
        var mapping = mapping(of: choice)
        if choice & 2 != 0 {
            mapping.score = "answers.0.score"
            mapping.text = "answers.1.text"
            mapping.respondentID = "person.email"
        }
        compare(Array(bytes.dropFirst()), options, mapping)
    }

    /// A file as it lies on a disk, compressed or not, whose format is found by looking.
    @Sendable static func compressed(_ bytes: [UInt8]) {
        var options = SurveyReadOptions()
        options.maxRowBytes = 4096
        compare(bytes, options, mapping(of: 0))
    }

    private static func mapping(of choice: UInt8) -> ColumnMapping {
        var mapping = ColumnMapping()
        mapping.responseID = "id"
        mapping.score = "score"
        mapping.text = "text"
        mapping.segments = [.init(dimension: "region", column: "region")]
        mapping.exclusions = [.init(column: "status", value: "Preview")]
        if choice & 0x80 != 0 {
            mapping.at = "at"
            mapping.timeFormat = choice & 0x40 != 0 ? "%d %b %Y %I:%M %p" : nil
            mapping.allowsFractions = true
        } else {
            mapping.fixedTime = 1_767_225_600_000_000
        }
        return mapping
    }

    /// However the file is cut into pieces, its rows are the same.
    ///
    /// Whether it is text at all is seen from the first piece, so a file that is refused in one way
    /// may be read in another.
    private static func compare(
        _ bytes: [UInt8], _ options: SurveyReadOptions, _ mapping: ColumnMapping
    ) {
        let whole = read(bytes, options, mapping)
        var options = options
        options.chunkBytes = 61
        let pieces = read(bytes, options, mapping)
        guard whole.failure == nil, pieces.failure == nil else { return }
        Fuzz.require(
            whole.rows == pieces.rows, "read at once: \(whole)\nread in pieces: \(pieces)")
    }

    private static func read(
        _ bytes: [UInt8], _ options: SurveyReadOptions, _ mapping: ColumnMapping
    ) -> (rows: [RowOutcome], failure: String?) {
        var rows: [RowOutcome] = []
        do {
            var reader = try SurveyFileReader(
                bytes: bytes, name: "fuzzed", mapping: mapping, options: options)
            while rows.count < rowsMax, let row = try reader.next() { rows.append(row) }
            return (rows, nil)
        } catch {
            return (rows, "\(error)")
        }
    }

    /// A mapping file: what is read is written as the same mapping.
    @Sendable static func mapping(_ bytes: [UInt8]) {
        let text = String(decoding: bytes, as: UTF8.self)
        if let mapping = try? ColumnMapping(json: text) {
            let again = try? ColumnMapping(json: mapping.json)
            Fuzz.require(again == mapping, "\(mapping.json) is another mapping")
            _ = try? mapping.checked()
        }
        // The same as arguments of the command line.
        let arguments = text.split(separator: "\n").map(String.init)
        _ = try? ColumnMapping(arguments: arguments)
    }
}
