import FlagsProjection
import LedgerCore
import ProjectionContract
import Testing

@Suite("Flags")
struct FlagsTests {
    @Test("keeps the contract")
    func contract() throws {
        let violations = try ProjectionContract.verify(Flags.self) { state, asOf in
            try (0..<50).flatMap { response in
                try Flags.flags(of: response, asOf: asOf, in: state).flatMap { [UInt8]($0.utf8) }
            }
        }
        #expect(violations == [])
    }
}
