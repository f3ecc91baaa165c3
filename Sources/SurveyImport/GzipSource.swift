import CZlib

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
