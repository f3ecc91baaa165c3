/// A body that came compressed.
package enum GzipBody {
    /// Why it cannot be read.
    package enum Fault: Error {
        /// It is longer than that when it is unfolded.
        case tooLong
        /// It is no gzip data (RFC 1952), or damaged.
        case damaged(String)
    }

    /// The bytes that were compressed.
    ///
    /// - Parameter limit: so many bytes at most: a short body can hold a very long one.
    package static func inflated(_ bytes: [UInt8], limit: Int) throws(Fault) -> [UInt8] {
        let chunk = 64 << 10
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: chunk, alignment: 16)
        defer { buffer.deallocate() }
        var inflated: [UInt8] = []
        do throws(ImportError) {
            let source = try GzipSource(MemorySource(bytes), file: "the body")
            while true {
                let count = try source.read(into: buffer)
                guard count > 0 else { return inflated }
                guard inflated.count + count <= limit else { break }
                inflated.append(contentsOf: buffer[..<count])
            }
        } catch {
            throw .damaged(error.description)
        }
        throw .tooLong
    }

    /// Bytes in memory.
    private final class MemorySource: ByteSource {
        private let bytes: [UInt8]
        private var offset = 0

        init(_ bytes: [UInt8]) { self.bytes = bytes }

        var bytesRead: Int64 { Int64(offset) }
        var totalBytes: Int64? { Int64(bytes.count) }

        func read(into buffer: UnsafeMutableRawBufferPointer) throws(ImportError) -> Int {
            let count = min(buffer.count, bytes.count - offset)
            buffer.copyBytes(from: bytes[offset..<(offset + count)])
            offset += count
            return count
        }
    }
}
