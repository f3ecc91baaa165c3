import CZlib
import Glibc

/// Where bytes come from: a descriptor, memory, or another source decoded.
protocol ByteSource: AnyObject {
    /// Puts at least one byte into `buffer`, which is not empty; answers how many, 0 at the end.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(ImportError) -> Int

    /// How far the file has been read as it is stored, in bytes.
    var bytesRead: Int64 { get }

    /// The size of the file as it is stored, where it is known.
    var totalBytes: Int64? { get }
}

/// A source with bytes put back before it, once its beginning has been looked at.
final class PrefixedSource: ByteSource {
    private let source: any ByteSource
    private(set) var prefix: [UInt8]

    /// Takes up to `count` bytes from `source` and puts them back.
    init(peeking count: Int, at source: any ByteSource) throws(ImportError) {
        self.source = source
        prefix = []
        var bytes = [UInt8](repeating: 0, count: count)
        while prefix.count < count {
            // A closure would lose the typed error, so the outcome is carried out of it.
            var outcome: Result<Int, ImportError> = .success(0)
            bytes.withUnsafeMutableBytes { buffer in
                let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[prefix.count...])
                do throws(ImportError) {
                    outcome = .success(try source.read(into: rest))
                } catch {
                    outcome = .failure(error)
                }
            }
            let got = try outcome.get()
            if got == 0 { break }
            prefix.append(contentsOf: bytes[prefix.count..<(prefix.count + got)])
        }
    }

    /// Drops the first bytes of the prefix, as a byte-order mark.
    func dropPrefix(_ count: Int) {
        prefix.removeFirst(min(count, prefix.count))
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(ImportError) -> Int {
        if prefix.isEmpty { return try source.read(into: buffer) }
        let count = min(prefix.count, buffer.count)
        buffer.copyBytes(from: prefix[..<count])
        prefix.removeFirst(count)
        return count
    }

    var bytesRead: Int64 { source.bytesRead }
    var totalBytes: Int64? { source.totalBytes }
}

/// Bytes in memory, handed out in pieces.
final class MemorySource: ByteSource {
    private let bytes: [UInt8]
    private var position = 0
    private let pieceBytes: Int

    init(_ bytes: [UInt8], pieceBytes: Int) {
        self.bytes = bytes
        self.pieceBytes = pieceBytes
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(ImportError) -> Int {
        let count = min(bytes.count - position, buffer.count, pieceBytes)
        buffer.copyBytes(from: bytes[position..<(position + count)])
        position += count
        return count
    }

    var bytesRead: Int64 { Int64(position) }
    var totalBytes: Int64? { Int64(bytes.count) }
}

/// A file, pipe or standard input, read with read(2).
final class DescriptorSource: ByteSource {
    private let path: String
    private let descriptor: Int32
    private(set) var bytesRead: Int64 = 0
    let totalBytes: Int64?

    /// Opens `path`, or takes standard input for "-", which is not closed.
    init(path: String) throws(ImportError) {
        self.path = path
        if path == "-" {
            descriptor = STDIN_FILENO
        } else {
            descriptor = open(path, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { throw Self.openFailure(path, errno) }
        }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            let code = errno
            if path != "-" { close(descriptor) }
            throw Self.readFailure(path, code, offset: 0)
        }
        if status.st_mode & S_IFMT == S_IFDIR {
            if path != "-" { close(descriptor) }
            throw Self.openFailure(path, EISDIR)
        }
        totalBytes = status.st_mode & S_IFMT == S_IFREG ? Int64(status.st_size) : nil
    }

    deinit {
        if path != "-" { close(descriptor) }
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(ImportError) -> Int {
        while true {
            let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            if count >= 0 {
                bytesRead += Int64(count)
                return count
            }
            if errno != EINTR { throw Self.readFailure(path, errno, offset: bytesRead) }
        }
    }

    private static func openFailure(_ path: String, _ code: Int32) -> ImportError {
        switch code {
        case ENOENT, ENOTDIR:
            ImportError(
                .noSuchFile, "there is no such file", file: path,
                advice: "Check the path and the current directory.")
        case EISDIR:
            ImportError(
                .isDirectory, "this is a directory", file: path,
                advice: "Name the export file in it.")
        case EACCES, EPERM:
            ImportError(
                .unreadable, "this user may not read the file", file: path,
                advice: "Ask its owner for read permission.")
        default: readFailure(path, code, offset: nil)
        }
    }

    private static func readFailure(
        _ path: String, _ code: Int32, offset: Int64?
    ) -> ImportError {
        ImportError(
            .readFailed, "reading failed (\(String(cString: strerror(code))))", file: path,
            offsetBytes: offset, advice: "Check the disk or the pipe, then run the import again.")
    }
}

/// Inflates gzip data of any number of members (RFC 1952), and says where it is damaged.
final class GzipSource: ByteSource {
    private let source: any ByteSource
    private let file: String
    private let stream: UnsafeMutablePointer<z_stream>
    private let input: UnsafeMutableRawBufferPointer
    private var isInputAtEnd = false
    private var isBetweenMembers = false

    /// The first two bytes of every gzip member.
    static let magic: [UInt8] = [0x1F, 0x8B]
    /// Compressed bytes held at a time: a few reads' worth, far below a row's own limit.
    private static let inputBytes = 64 << 10
    /// The largest window, and gzip's own header and checksum (zlib's 15 + 16).
    private static let windowBits: Int32 = 31

    init(_ source: any ByteSource, file: String) throws(ImportError) {
        self.source = source
        self.file = file
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        input = .allocate(byteCount: Self.inputBytes, alignment: 16)
        let size = Int32(MemoryLayout<z_stream>.size)
        let status = inflateInit2_(stream, Self.windowBits, ZLIB_VERSION, size)
        guard status == Z_OK else {
            throw ImportError(
                .readFailed, "zlib does not start (status \(status))", file: file,
                advice: "Check that enough memory is free.")
        }
    }

    deinit {
        inflateEnd(stream)
        stream.deinitialize(count: 1)
        stream.deallocate()
        input.deallocate()
    }

    var bytesRead: Int64 { source.bytesRead - Int64(stream.pointee.avail_in) }
    var totalBytes: Int64? { source.totalBytes }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(ImportError) -> Int {
        let room = min(buffer.count, Int(UInt32.max))
        while true {
            if stream.pointee.avail_in == 0, !isInputAtEnd { try refill() }
            if isBetweenMembers {
                guard try beginNextMember() else { return 0 }
                continue
            }
            stream.pointee.next_out = buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
            stream.pointee.avail_out = UInt32(room)
            let status = inflate(stream, Z_NO_FLUSH)
            let produced = room - Int(stream.pointee.avail_out)
            if status == Z_STREAM_END { isBetweenMembers = true }
            // What came out before a fault is handed on; zlib answers the fault again.
            if produced > 0 { return produced }
            if status != Z_STREAM_END, status != Z_OK, status != Z_BUF_ERROR {
                throw damaged(stream.pointee.msg.map { String(cString: $0) } ?? "status \(status)")
            }
            if status != Z_STREAM_END, stream.pointee.avail_in == 0, isInputAtEnd {
                throw damaged("it ends too early")
            }
        }
    }

    private func refill() throws(ImportError) {
        let count = try source.read(into: input)
        isInputAtEnd = count == 0
        stream.pointee.next_in = input.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.pointee.avail_in = UInt32(count)
    }

    /// Skips the zeros that tapes pad with, and readies zlib for a further member; false at the
    /// end of the file.
    private func beginNextMember() throws(ImportError) -> Bool {
        while stream.pointee.avail_in > 0, let next = stream.pointee.next_in, next.pointee == 0 {
            stream.pointee.next_in = next + 1
            stream.pointee.avail_in -= 1
        }
        guard stream.pointee.avail_in > 0, let next = stream.pointee.next_in else {
            return !isInputAtEnd
        }
        guard next.pointee == Self.magic[0] else {
            throw damaged("bytes follow that are no gzip member")
        }
        inflateReset(stream)
        isBetweenMembers = false
        return true
    }

    private func damaged(_ what: String) -> ImportError {
        ImportError(
            .corruptGzip, "the gzip data is damaged: \(what)", file: file, offsetBytes: bytesRead,
            advice: "Fetch the file again; `gzip -t` tells whether it is whole.")
    }
}

/// The first look at a file's text: whether it is text, and of which format.
struct Opening {
    /// `csv` or `jsonLines`.
    let format: SurveyFormat
    /// The first line that is not blank, for JSON Lines.
    let firstLine: [UInt8]

    init(
        _ window: inout TextWindow, options: SurveyReadOptions, file: String
    ) throws(ImportError) {
        try BinaryCheck.check(window.bytes, file: file)
        guard let first = try Self.firstByte(&window) else {
            throw ImportError(
                .emptyFile, "the file is empty", file: file,
                advice: "Check that the export was finished.")
        }
        let isJSON: Bool
        switch options.format {
        case .jsonLines: isJSON = true
        case .csv, .tsv: isJSON = false
        case .auto: isJSON = options.delimiter == nil && (first == 0x7B || first == 0x5B)
        }
        guard isJSON else {
            format = .csv
            firstLine = []
            return
        }
        let line = try Self.line(&window, max: options.maxRowBytes)
        // "[" may begin a header of separated values, "[{" does not; "{" alone is an object that
        // goes on over many lines.
        let begin = line.filter { !$0.isASCIIBlank }.prefix(2)
        let isArray = first == 0x5B
        let isData = begin.count == 1 || [0x7B, 0x5B, 0x5D].contains(begin[begin.startIndex + 1])
        if isArray, options.format == .auto, !isData {
            format = .csv
            firstLine = []
            return
        }
        guard !isArray, begin.count > 1 else {
            throw ImportError(
                .notJSONLines, "this is JSON, but not one object a line", file: file,
                advice: isArray
                    ? "Convert it with `jq -c '.[]'`." : "Convert it with `jq -c .`.")
        }
        format = .jsonLines
        firstLine = line
    }

    private static func firstByte(_ window: inout TextWindow) throws(ImportError) -> UInt8? {
        while true {
            if let byte = window.bytes.first(where: { !$0.isASCIIBlank }) { return byte }
            if window.isAtEnd { return nil }
            if window.count > TextWindow.chunkBytesDefault { window.start = window.end }
            try window.fill()
        }
    }

    /// The first line that is not blank, as far as `max` bytes.
    private static func line(
        _ window: inout TextWindow, max: Int
    ) throws(ImportError) -> [UInt8] {
        while true {
            let rest = window.bytes.drop { $0.isASCIIBlank }
            if let end = rest.firstIndex(of: 0x0A) { return Array(rest[..<end]) }
            if window.isAtEnd || window.count > max { return Array(rest.prefix(max)) }
            try window.fill()
        }
    }
}
