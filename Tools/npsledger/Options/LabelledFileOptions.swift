import ArgumentParser
import Classification
import Foundation
import LedgerQueries
import SurveyImport
import Synchronization

/// A file of labels, and how it is read.
struct LabelledFileOptions: ParsableArguments {
    @Option(
        name: .customLong("on"),
        help: ArgumentHelp(
            "A survey file with text and score, instead of the ledger's responses.",
            valueName: "file"), completion: .file())
    var file: String?

    @OptionGroup var columns: FileColumnOptions

    func validate() throws {
        if file == nil, !columns.isEmpty {
            throw ValidationError("--map, --mapping and --scale tell how --on FILE is read.")
        }
        if file != nil, !columns.nameColumns {
            throw ValidationError(
                "Say which columns hold text and score: --mapping FILE, or --map score=nps "
                    + "--map text=comment.")
        }
    }

    /// The file with how it is read; nil where none is named.
    func read() throws -> LabelledFile? {
        guard let file else { return nil }
        return try columns.read(file, columns.columnMapping())
    }
}

/// Files of labelled texts to learn from.
struct LabelFilesOptions: ParsableArguments {
    @Option(
        name: .customLong("labels"),
        help: ArgumentHelp(
            "Learn from the labelled texts of this file too; repeat for more.", valueName: "file"),
        completion: .file())
    var files: [String] = []

    @OptionGroup var columns: FileColumnOptions

    func validate() throws {
        if files.isEmpty, !columns.isEmpty {
            throw ValidationError("--map, --mapping and --scale tell how --labels FILE is read.")
        }
        if !files.isEmpty, !columns.nameColumns {
            throw ValidationError(
                "Say which columns hold text and labels: --map text=comment --map score=nps, or "
                    + "--map segment.sentiment=mood.")
        }
    }

    /// The files with how they are read.
    func read() throws -> [LabelledFile] {
        guard !files.isEmpty else { return [] }
        let mapping = try columns.columnMapping()
        return try files.map { try columns.read($0, mapping) }
    }
}

/// How the columns of a file of labels are read.
struct FileColumnOptions: ParsableArguments {
    @Option(
        name: .customLong("map"),
        help: ArgumentHelp(
            "Which column of the file holds a field; repeat for each.", valueName: "field=column"))
    var maps: [String] = []

    @Option(
        name: .long, help: "A file with the mapping, as `import --save-mapping` writes it.",
        completion: .file())
    var mapping: String?

    @Option(
        name: .long,
        help: ArgumentHelp("Rescale the file's scores to 0–10.", valueName: "min-max"))
    var scale: String?

    var isEmpty: Bool { !nameColumns && scale == nil }
    var nameColumns: Bool { !maps.isEmpty || mapping != nil }

    /// The mapping, not checked yet.
    func columnMapping() throws -> ColumnMapping {
        var mapping = try mapping.map { try ColumnMapping(path: $0) } ?? ColumnMapping()
        for map in maps { try mapping.map(map) }
        if let scale { mapping.scale = try ScoreScale(argument: scale) }
        return mapping
    }

    /// A file of labels as a whole.
    func read(_ path: String, _ mapping: ColumnMapping) throws -> LabelledFile {
        LabelledFile(
            name: path,
            bytes: try WholeFile.read(
                path, bytesMax: LabelledFile.bytesMax, as: "a file of labels"),
            mapping: mapping)
    }
}

/// The topics that a model is taught.
struct TaxonomyOptions: ParsableArguments {
    /// What stands for the built-in topics in the place of a file's name.
    static let standard = "standard"

    @Option(
        name: .customLong("taxonomy"),
        help: ArgumentHelp(
            "The topics texts may be about: a file, or “standard” for the built-in ones.",
            valueName: "file"), completion: .file())
    var file: String?

    /// The topics; nil where none were asked for.
    func taxonomy() throws -> TopicTaxonomy? {
        try file.map { $0 == Self.standard ? .standard : try TopicsCommand.taxonomy($0) }
    }
}

/// A file that a command takes as a whole; `-` is standard input, and a pipe is read to its end.
enum WholeFile {
    /// Bytes read at a time.
    private static let pieceBytes = 1 << 20
    /// Read to its end, it has nothing for whoever asks next, except for the same command when it
    /// begins again.
    private static let input = Mutex<(bytes: [UInt8]?, isTaken: Bool)>((nil, false))

    /// Lets a command that begins again have the standard input that it read.
    static func giveBack() { input.withLock { $0.isTaken = false } }

    /// - Parameters:
    ///   - bytesMax: beyond this it is refused, a plain file unread, so that a wrong path costs
    ///     nothing.
    ///   - kind: what it should be, such as “a gate”.
    static func read(_ path: String, bytesMax: Int, as kind: String) throws -> [UInt8] {
        let isInput = path == "-"
        if !isInput {
            let files = FileManager.default
            var isDirectory: ObjCBool = false
            guard files.fileExists(atPath: path, isDirectory: &isDirectory) else {
                throw CommandFailure(ExitStatus.noInput, "there is no file \(path)")
            }
            guard !isDirectory.boolValue else {
                throw CommandFailure(
                    ExitStatus.noInput, "\(path) is a directory; \(kind) is a file")
            }
            let size = try files.attributesOfItem(atPath: path)[.size] as? Int ?? 0
            guard size <= bytesMax else { throw tooLarge(path, kind, bytesMax) }
        }
        if isInput {
            let (known, isTaken) = input.withLock { state in
                defer { state.isTaken = true }
                return state
            }
            guard !isTaken else {
                throw CommandFailure(
                    ExitStatus.usage, "“-” is standard input, and can be read once: name a file")
            }
            if let known { return known }
        }
        let name = isInput ? "standard input" : path
        guard let handle = isInput ? .standardInput : FileHandle(forReadingAtPath: path) else {
            throw CommandFailure(ExitStatus.notPermitted, "\(path) cannot be read")
        }
        defer { if !isInput { try? handle.close() } }
        var bytes: [UInt8] = []
        do {
            while let piece = try handle.read(upToCount: pieceBytes), !piece.isEmpty {
                bytes += piece
                guard bytes.count <= bytesMax else { throw tooLarge(name, kind, bytesMax) }
            }
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure(
                ExitStatus.inputOutput, "\(name) cannot be read: \(error.localizedDescription)")
        }
        if isInput { input.withLock { [bytes] state in state.bytes = bytes } }
        return bytes
    }

    private static func tooLarge(_ name: String, _ kind: String, _ bytesMax: Int) -> CommandFailure
    {
        CommandFailure(
            ExitStatus.badData, "\(name) has more than \(bytesMax) bytes; \(kind) has no more")
    }
}
