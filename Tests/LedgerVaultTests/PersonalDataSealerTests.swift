import Crypto
import LedgerCore
import LedgerFixtures
import Testing

@testable import LedgerVault

/// What a sealer seals is what the vault seals, and its codes are those of RFC 2104.
@Suite struct PersonalDataSealerTests {
    private static let row = Array("1;marta@customer.example;9;\"Märta\"".utf8)
    private static let text = Array("The courier left it with Märta next door, thanks!".utf8)
    private static let respondent = Array("marta@customer.example".utf8)

    @Test func whatIsSealedOpensAgain() throws {
        let scratch = try Scratch()
        let vault = try Vault(path: scratch("vault"), master: MasterKey(), create: true)
        var keys = try vault.reserve(200)
        var sealer = PersonalDataSealer()
        var nonces: Set<[UInt8]> = []
        for index in 0..<200 {
            let (subject, key) = try keys.take()
            let (hasText, hasRespondent) = (index % 2 == 0, index % 3 == 0)
            var arena: [UInt8] = [1, 2, 3]
            try Self.row.withUnsafeBytes { row in
                try Self.text.withUnsafeBytes { text in
                    try Self.respondent.withUnsafeBytes { respondent in
                        try sealer.seal(
                            row: row, text: hasText ? text : nil,
                            respondent: hasRespondent ? respondent : nil, subject: subject,
                            key: key, to: &arena)
                    }
                }
            }
            #expect(arena.starts(with: [1, 2, 3]))
            let sealed = SealedPart(subject: subject, bytes: Array(arena.dropFirst(3)))
            nonces.insert(Array(sealed.bytes.prefix(12)))
            let expected = PersonalData(
                text: hasText ? String(decoding: Self.text, as: UTF8.self) : nil,
                respondent: hasRespondent ? String(decoding: Self.respondent, as: UTF8.self) : nil,
                row: Self.row)
            #expect(try vault.open(sealed) == expected)
            #expect(
                sealed.bytes.count
                    == (try Vault.seal(expected, subject: subject, key: key)).bytes.count)
        }
        #expect(nonces.count == 200, "a nonce is used once")
        vault.close()
    }

    @Test(arguments: [0, 1, 55, 64, 500])
    func codesAreTheLibrarys(count: Int) {
        let key = SymmetricKey(size: .bits256)
        let content = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 7) }
        let code = KeyedHash(key: key, purpose: "content")
        let expected = HMAC<SHA256>.authenticationCode(
            for: Array("content".utf8) + [0] + content, using: key)
        for _ in 0..<2 {
            let found = content.withUnsafeBytes { code.code(of: $0) }
            #expect(found == Hash128(truncating: Array(expected)))
        }
    }
}
