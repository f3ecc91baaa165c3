/// Whole numbers in decimal ASCII.
enum Decimal {
    /// Appends a number that is not negative, with leading zeros up to `width` digits.
    static func append(_ number: Int, width: Int = 1, to bytes: inout [UInt8]) {
        let start = bytes.count
        var rest = number
        repeat {
            bytes.append(UInt8(truncatingIfNeeded: 48 + rest % 10))
            rest /= 10
        } while rest > 0
        while bytes.count - start < width {
            bytes.append(48)
        }
        var low = start
        var high = bytes.count - 1
        while low < high {
            bytes.swapAt(low, high)
            low += 1
            high -= 1
        }
    }
}
