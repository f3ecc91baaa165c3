import Glibc

/// The part of a file that is in memory: the bytes from the first that is not consumed onwards.
///
/// It grows only while one row does not fit, so its size follows the longest row allowed and not
/// the file. Beyond the bytes lies padding, so that whole words may be loaded.
struct TextWindow: ~Copyable {
    private let source: any ByteSource
    private(set) var base: UnsafeMutablePointer<UInt8>
    private(set) var capacity: Int
    private let chunkBytes: Int
    private var failure: ImportError?
    /// The index of the first byte not consumed.
    var start = 0
    /// The index after the last byte held.
    private(set) var end = 0
    /// Whether the file has no bytes beyond those held.
    private(set) var isAtEnd = false
    /// Whether a NUL is among the bytes held.
    private(set) var holdsNUL = false

    /// What is read at a time: large enough that system calls cost nothing, small enough to stay
    /// in the second-level cache.
    static let chunkBytesDefault = 256 << 10
    /// The bytes allocated beyond the capacity, one word and more.
    private static let paddingBytes = 16

    init(_ source: any ByteSource, chunkBytes: Int) {
        self.source = source
        self.chunkBytes = chunkBytes
        capacity = chunkBytes
        base = .allocate(capacity: capacity + Self.paddingBytes)
        base.initialize(repeating: 0, count: capacity + Self.paddingBytes)
    }

    deinit {
        base.deallocate()
    }

    var count: Int { end - start }
    var bytesRead: Int64 { source.bytesRead }
    var totalBytes: Int64? { source.totalBytes }

    /// The bytes held and not consumed; valid until the window is filled again.
    var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: base + start, count: count) }

    /// Reads on, keeping what is not consumed. A source that fails is believed only when the bytes
    /// before the failure have been used, so that what is delivered does not hang on chunk sizes.
    mutating func fill() throws(ImportError) {
        if let failure { throw failure }
        let kept = count
        // Doubling keeps the work of scanning a long row again within twice its length.
        let wanted = kept + max(chunkBytes, kept)
        if wanted > capacity {
            let larger = UnsafeMutablePointer<UInt8>.allocate(
                capacity: wanted + Self.paddingBytes)
            larger.initialize(repeating: 0, count: wanted + Self.paddingBytes)
            memcpy(larger, base + start, kept)
            base.deallocate()
            base = larger
            capacity = wanted
        } else if start > 0 {
            memmove(base, base + start, kept)
        }
        start = 0
        end = kept
        while end < capacity, !isAtEnd, failure == nil {
            let room = UnsafeMutableRawBufferPointer(start: base + end, count: capacity - end)
            do throws(ImportError) {
                let count = try source.read(into: room)
                end += count
                isAtEnd = count == 0
            } catch {
                failure = error
            }
        }
        holdsNUL = memchr(base, 0, end) != nil
    }
}
