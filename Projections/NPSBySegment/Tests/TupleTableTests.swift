import LedgerCore
import Testing

@testable import NPSBySegmentProjection

/// Segment tuples are whatever respondents put into a link.
@Suite struct TupleTableTests {
    private func tuple(_ value: String) -> [UInt8] {
        CBORValue.map(["campaign": .text(value)]).encoded
    }

    private func slot(_ tuple: [UInt8], _ keys: (UInt64, UInt64)) -> Int {
        tuple.withUnsafeBytes { Int(truncatingIfNeeded: TupleTable.hash($0, keys: keys)) & 0xFFF }
    }

    @Test func valuesThatMeetUnderOneKeyAreApartUnderAnother() {
        let one: (UInt64, UInt64) = (0xA409_3822_299F_31D0, 0x082E_FA98_EC4E_6C89)
        let other: (UInt64, UInt64) = (0x4528_21E6_38D0_1377, 0xBE54_66CF_34E9_0C6C)
        var met: [[UInt8]] = []
        var number = 0
        while met.count < 64 {
            let tuple = tuple("value \(number)")
            if slot(tuple, one) == 17 { met.append(tuple) }
            number += 1
        }
        #expect(Set(met.map { slot($0, one) }).count == 1)
        // Of 64 in 4,096 places hardly two meet.
        #expect(Set(met.map { slot($0, other) }).count > 56)
    }

    @Test func everyByteAndEveryLengthCounts() {
        let keys: (UInt64, UInt64) = (0x243F_6A88_85A3_08D3, 0x1319_8A2E_0370_7344)
        for count in 0..<70 {
            let base = [UInt8](repeating: 0, count: count)
            var seen: Set<UInt64> = [base.withUnsafeBytes { TupleTable.hash($0, keys: keys) }]
            for index in 0..<count {
                var changed = base
                changed[index] = 1
                seen.insert(changed.withUnsafeBytes { TupleTable.hash($0, keys: keys) })
            }
            #expect(seen.count == count + 1, "\(count) bytes")
        }
    }

    @Test func numbersAreInTheOrderOfAppearance() throws {
        var table = TupleTable()
        for round in 0..<2 {
            for number in 0..<5_000 {
                #expect(
                    try table.number(of: tuple("value \(number)")) == UInt32(number), "\(round)")
            }
        }
        #expect(table.tuples.count == 5_000)
    }
}
