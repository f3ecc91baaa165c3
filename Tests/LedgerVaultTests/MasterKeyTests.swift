import Crypto
import Foundation
import LedgerFixtures
import Testing

@testable import LedgerVault

/// The key file: who may read it, and what is no key.
@Suite struct MasterKeyTests {
    private static func failure(_ text: String, _ path: String) throws -> VaultError? {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        return #expect(throws: VaultError.self) { _ = try MasterKey(file: path) }
    }

    @Test func aKeyIsWrittenForItsOwnerAndReadAgain() throws {
        let scratch = try Scratch()
        let key = MasterKey()
        try key.write(to: scratch("key"))
        let attributes = try FileManager.default.attributesOfItem(atPath: scratch("key"))
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        let again = try MasterKey(file: scratch("key"))
        #expect(
            again.key.withUnsafeBytes { Array($0) } == key.key.withUnsafeBytes { Array($0) })
        #expect(
            MasterKey().key.withUnsafeBytes { Array($0) }
                != key.key.withUnsafeBytes { Array($0) })
    }

    @Test func aKeyIsNeverReplaced() throws {
        let scratch = try Scratch()
        try MasterKey().write(to: scratch("key"))
        let before = try Data(contentsOf: URL(fileURLWithPath: scratch("key")))
        let error = #expect(throws: VaultError.self) {
            try MasterKey().write(to: scratch("key"))
        }
        #expect(error?.message.contains(scratch("key")) == true)
        #expect(try Data(contentsOf: URL(fileURLWithPath: scratch("key"))) == before)
        #expect(throws: VaultError.self) { try MasterKey().write(to: scratch("no/such/key")) }
    }

    @Test func whatIsNoKeySaysSo() throws {
        let scratch = try Scratch()
        let missing = #expect(throws: VaultError.self) {
            _ = try MasterKey(file: scratch("absent"))
        }
        #expect(missing?.code == .keyMissing)
        #expect(missing?.message.contains(scratch("absent")) == true)
        let digits = String(repeating: "a1", count: 32)
        let garbage = [
            "", "\n", "secret", String(digits.dropLast()), digits + "0", digits + digits,
            "+" + digits.dropFirst(), "-" + digits.dropFirst(), "g" + digits.dropFirst(),
            String(repeating: "+a", count: 32), String(repeating: "é", count: 32),
        ]
        for text in garbage {
            let error = try Self.failure(text, scratch("key"))
            #expect(error?.code == .keyUnreadable, "\(text)")
        }
        #expect(throws: VaultError.self) { _ = try MasterKey(file: scratch.path) }
        try Data((digits.uppercased() + "\r\n").utf8).write(
            to: URL(fileURLWithPath: scratch("key")))
        let key = try MasterKey(file: scratch("key"))
        #expect(key.key.withUnsafeBytes { Array($0) } == [UInt8](repeating: 0xA1, count: 32))
        #expect(MasterKey(bytes: [1, 2, 3]) == nil)
    }
}
