import LedgerCore
import Testing

/// Names as bits.
struct EventNameSetTests {
    @Test func everyNameHasABitOfItsOwn() {
        // A 65th name would have none, and every fold would pass it over.
        #expect(EventName.allCases.count <= 64)
        for name in EventName.allCases {
            let set = EventNameSet([name])
            #expect(EventName.allCases.filter(set.contains) == [name])
        }
        #expect(!EventName.allCases.contains(where: EventNameSet([]).contains))
    }
}
