/// UTF-16 to UTF-8. What is no character (half a surrogate pair, half a code unit) becomes a byte
/// sequence that is not valid UTF-8 either, so that its row is rejected and no other.
final class UTF16Source: ByteSource {
    private let source: any ByteSource
    private let isBigEndian: Bool
    private var input: [UInt8]
    private var heldBytes = 0
    private var isInputAtEnd = false
    private var output: [UInt8] = []
    private var outputStart = 0

    /// Bytes decoded at a time, and at least one code unit.
    private static let inputBytes = 64 << 10
    /// A byte that stands in no UTF-8 text.
    private static let neverUTF8: UInt8 = 0xFF

    init(_ source: any ByteSource, isBigEndian: Bool) {
        self.source = source
        self.isBigEndian = isBigEndian
        input = [UInt8](repeating: 0, count: Self.inputBytes)
    }

    var bytesRead: Int64 { source.bytesRead }
    var totalBytes: Int64? { source.totalBytes }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(ImportError) -> Int {
        while outputStart == output.count {
            if isInputAtEnd { return 0 }
            try decodeMore()
        }
        let count = min(buffer.count, output.count - outputStart)
        buffer.copyBytes(from: output[outputStart..<(outputStart + count)])
        outputStart += count
        return count
    }

    private func decodeMore() throws(ImportError) {
        output.removeAll(keepingCapacity: true)
        outputStart = 0
        var outcome: Result<Int, ImportError> = .success(0)
        input.withUnsafeMutableBytes { buffer in
            let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[heldBytes...])
            do throws(ImportError) {
                outcome = .success(try source.read(into: rest))
            } catch {
                outcome = .failure(error)
            }
        }
        let count = try outcome.get()
        isInputAtEnd = count == 0
        let end = heldBytes + count
        var index = 0
        while index + 2 <= end {
            let unit = unit(at: index)
            if unit & 0xFC00 == 0xD800, index + 4 > end, !isInputAtEnd { break }
            index += append(unit, at: index, end: end)
        }
        if isInputAtEnd, index < end {
            output.append(Self.neverUTF8)
            index = end
        }
        heldBytes = end - index
        for held in 0..<heldBytes { input[held] = input[index + held] }
    }

    private func unit(at index: Int) -> UInt32 {
        let first = UInt32(input[index])
        let second = UInt32(input[index + 1])
        return isBigEndian ? first << 8 | second : second << 8 | first
    }

    /// Appends the character at `index`; answers how many bytes of input it took.
    private func append(_ unit: UInt32, at index: Int, end: Int) -> Int {
        if unit & 0xFC00 == 0xD800, index + 4 <= end {
            let low = self.unit(at: index + 2)
            if low & 0xFC00 == 0xDC00 {
                let scalar = 0x1_0000 + (unit & 0x3FF) << 10 + (low & 0x3FF)
                output.append(0xF0 | UInt8(truncatingIfNeeded: scalar >> 18))
                output.append(0x80 | UInt8(truncatingIfNeeded: scalar >> 12 & 0x3F))
                output.append(0x80 | UInt8(truncatingIfNeeded: scalar >> 6 & 0x3F))
                output.append(0x80 | UInt8(truncatingIfNeeded: scalar & 0x3F))
                return 4
            }
        }
        // A lone surrogate comes out in the three bytes of its number, which UTF-8 forbids.
        if unit < 0x80 {
            output.append(UInt8(truncatingIfNeeded: unit))
        } else if unit < 0x800 {
            output.append(0xC0 | UInt8(truncatingIfNeeded: unit >> 6))
            output.append(0x80 | UInt8(truncatingIfNeeded: unit & 0x3F))
        } else {
            output.append(0xE0 | UInt8(truncatingIfNeeded: unit >> 12))
            output.append(0x80 | UInt8(truncatingIfNeeded: unit >> 6 & 0x3F))
            output.append(0x80 | UInt8(truncatingIfNeeded: unit & 0x3F))
        }
        return 2
    }
}
