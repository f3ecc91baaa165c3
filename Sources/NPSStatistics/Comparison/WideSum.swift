/// Sums of products of deviations from a mean, in integers as far as those reach.
///
/// A deviation s − S/N·n times N is the integer N·s − S·n, and sums of products of two such
/// follow from sums of products of s and n. They are differences of numbers of the size of N⁴, and
/// where everybody answers alike nothing of them is left: 128 bits hold them exactly for ten
/// million answers, all of one person if need be. Beyond that `Double` has to do, of which a
/// negative remainder is no more than rounding.
enum WideSum {
    /// Σ (N·s − S·n)(M·t − T·m), from Σst, Σsm, Σnt and Σnm.
    static func quadratic(
        scale first: Int, _ second: Int, _ firstSum: Int64, _ secondSum: Int64,
        squares: Int128, products: Int128, _ otherProducts: Int128, counts: Int128
    ) -> Double {
        let factors = (Int128(first), Int128(second), Int128(firstSum), Int128(secondSum))
        let terms = [
            product(factors.0, factors.1, squares), product(-factors.0, factors.3, products),
            product(-factors.2, factors.1, otherProducts), product(factors.2, factors.3, counts),
        ]
        return total(terms)
    }

    /// Σ m·(N·s − S·n), from Σsm and Σnm.
    static func linear(scale: Int, _ sum: Int64, products: Int128, counts: Int128) -> Double {
        total([product(Int128(scale), 1, products), product(-Int128(sum), 1, counts)])
    }

    private enum Term {
        case exact(Int128)
        case rounded(Double)

        var value: Double {
            switch self {
            case .exact(let value): Double(value)
            case .rounded(let value): value
            }
        }
    }

    private static func product(_ a: Int128, _ b: Int128, _ c: Int128) -> Term {
        let (part, first) = a.multipliedReportingOverflow(by: b)
        let (whole, second) = part.multipliedReportingOverflow(by: c)
        return first || second ? .rounded(Double(a) * Double(b) * Double(c)) : .exact(whole)
    }

    private static func total(_ terms: [Term]) -> Double {
        var exact: Int128? = 0
        for term in terms {
            guard let sum = exact, case .exact(let value) = term else {
                exact = nil
                break
            }
            let (next, overflow) = sum.addingReportingOverflow(value)
            exact = overflow ? nil : next
        }
        if let exact { return Double(exact) }
        return terms.reduce(0) { $0 + $1.value }
    }
}
