/// Sums of products of 16-bit integers, exactly.
enum IntegerProduct {
    /// Most products in one sum; with it no 32-bit lane overflows.
    static let countMax = 1 << 14

    /// Σ a · b of `count` components.
    ///
    /// Processors multiply eight pairs of 16-bit numbers and add neighbours into 32 bits in one
    /// instruction, which the compiler finds in this form and not in a plain loop. The low and the
    /// high halves of what it gives are summed apart, as their sum would not fit.
    /// - Parameter a: none of them -32,768: two such products together do not fit 32 bits.
    @inline(__always)
    static func sum(_ a: UnsafePointer<Int16>, _ b: UnsafePointer<Int16>, _ count: Int) -> Int64 {
        var low = SIMD4<Int32>.zero
        var high = SIMD4<Int32>.zero
        var index = 0
        while index &+ 8 <= count {
            let left = UnsafeRawPointer(a + index).loadUnaligned(as: SIMD8<Int16>.self)
            let right = UnsafeRawPointer(b + index).loadUnaligned(as: SIMD8<Int16>.self)
            let pairs =
                SIMD4<Int32>(truncatingIfNeeded: left.evenHalf)
                &* SIMD4<Int32>(truncatingIfNeeded: right.evenHalf)
                &+ SIMD4<Int32>(truncatingIfNeeded: left.oddHalf)
                &* SIMD4<Int32>(truncatingIfNeeded: right.oddHalf)
            low &+= pairs & SIMD4<Int32>(repeating: 0xFFFF)
            high &+= pairs &>> SIMD4<Int32>(repeating: 16)
            index &+= 8
        }
        var sum = Int64(low.wrappedSum()) &+ Int64(high.wrappedSum()) << 16
        while index < count {
            sum &+= Int64(a[index]) &* Int64(b[index])
            index &+= 1
        }
        return sum
    }
}
