/// Counting physical lines.
enum LineCount {
    /// How many line endings (LF, CR LF or CR) lie in `base[start..<end]`.
    static func endings(_ base: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Int {
        var count = 0
        var index = start
        while index < end {
            let byte = base[index]
            if byte == 0x0A {
                count += 1
            } else if byte == 0x0D, index + 1 == end || base[index + 1] != 0x0A {
                count += 1
            }
            index += 1
        }
        return count
    }
}
