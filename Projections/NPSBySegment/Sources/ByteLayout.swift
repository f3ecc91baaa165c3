/// Little-endian reading and writing of the state's blobs.
extension UnsafeRawBufferPointer {
    @inline(__always)
    func load<T: FixedWidthInteger>(_ offset: Int, as type: T.Type = T.self) -> T {
        T(littleEndian: loadUnaligned(fromByteOffset: offset, as: T.self))
    }
}

extension Array where Element == UInt8 {
    mutating func put<T: FixedWidthInteger>(_ value: T) {
        Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
    }

    mutating func put<T: FixedWidthInteger>(column: [T]) {
        column.withUnsafeBytes { append(contentsOf: $0) }
    }
}

/// Reads a blob from front to back.
struct BlobReader {
    let bytes: UnsafeRawBufferPointer
    var offset = 0

    mutating func next<T: FixedWidthInteger>(_ type: T.Type = T.self) -> T {
        defer { offset += MemoryLayout<T>.size }
        return bytes.load(offset)
    }

    mutating func column<T: FixedWidthInteger>(_ count: Int, _ type: T.Type = T.self) -> [T] {
        let byteCount = count * MemoryLayout<T>.size
        defer { offset += byteCount }
        // A column is stored as it lies in memory: every machine this runs on is little-endian.
        let column = UnsafeRawBufferPointer(rebasing: bytes[offset..<(offset + byteCount)])
        return [T](unsafeUninitializedCapacity: count) { buffer, initialized in
            UnsafeMutableRawBufferPointer(buffer).copyMemory(from: column)
            initialized = count
        }
    }
}
