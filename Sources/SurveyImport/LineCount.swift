import Glibc

/// Counting physical lines.
enum LineCount {
    /// How many line endings (LF, CR LF or CR) lie in `base[start..<end]`.
    static func endings(_ base: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Int {
        var count = 0
        each(0x0A, base, start, end) { _ in count += 1 }
        // Of a pair the LF was counted.
        each(0x0D, base, start, end) { at in
            if at + 1 == end || base[at + 1] != 0x0A { count += 1 }
        }
        return count
    }

    private static func each(
        _ byte: Int32, _ base: UnsafePointer<UInt8>, _ start: Int, _ end: Int,
        _ visit: (Int) -> Void
    ) {
        var index = start
        while index < end, let found = memchr(base + index, byte, end - index) {
            let at = UnsafeRawPointer(base).distance(to: UnsafeRawPointer(found))
            visit(at)
            index = at + 1
        }
    }
}
