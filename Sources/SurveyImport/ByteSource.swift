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
