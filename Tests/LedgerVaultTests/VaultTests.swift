import Crypto
import Foundation
import LMDB
import LedgerCore
import LedgerFixtures
import LedgerStore
import Testing

@testable import LedgerVault

/// Subject keys and what is sealed under them.
@Suite struct VaultTests {
    private static let comment = "The courier left it with Märta next door, thanks!"
    private static let respondent = "marta.lindqvist@customer.example"

    private static func bytes(_ key: SymmetricKey?) -> [UInt8]? {
        key.map { $0.withUnsafeBytes { Array($0) } }
    }

    @Test func whatIsSealedOpensAgain() throws {
        let scratch = try Scratch()
        let master = MasterKey()
        var vault = try Vault(path: scratch("vault"), master: master, create: true)
        var keys = try vault.reserve(3)
        #expect(keys.range == 1..<4)
        let parts = [
            PersonalData(text: Self.comment, respondent: Self.respondent),
            PersonalData(row: Array("a;b;c".utf8), reason: "duplicate"), PersonalData(),
        ]
        var sealed: [SealedPart] = []
        for data in parts {
            let (subject, key) = try keys.take()
            sealed.append(try Vault.seal(data, subject: subject, key: key))
            #expect(Self.bytes(try vault.key(of: subject)) == Self.bytes(key))
        }
        #expect(keys.next() == nil)
        #expect(try sealed.map { try vault.open($0) } == parts)
        vault.close()
        vault = try Vault(path: scratch("vault"), master: master)
        #expect(try sealed.map { try vault.open($0) } == parts)
        vault.close()
    }

    @Test func theSameIsSealedDifferentlyEachTime() throws {
        let scratch = try Scratch()
        let vault = try Vault(path: scratch("vault"), master: MasterKey(), create: true)
        var keys = try vault.reserve(1)
        let (subject, key) = try keys.take()
        let data = PersonalData(text: Self.comment)
        let one = try Vault.seal(data, subject: subject, key: key)
        #expect(one != (try Vault.seal(data, subject: subject, key: key)))
        vault.close()
    }

    @Test func aChangedSealedPartSaysSo() throws {
        let scratch = try Scratch()
        let vault = try Vault(path: scratch("vault"), master: MasterKey(), create: true)
        var keys = try vault.reserve(2)
        let (subject, key) = try keys.take()
        let sealed = try Vault.seal(
            PersonalData(text: Self.comment), subject: subject, key: key)
        var changed: [SealedPart] = []
        // A bit of the nonce, the ciphertext and the tag; a cut; another's subject number.
        for at in [0, sealed.bytes.count / 2, sealed.bytes.count - 1] {
            var bytes = sealed.bytes
            bytes[at] ^= 1
            changed.append(SealedPart(subject: subject, bytes: bytes))
        }
        changed.append(SealedPart(subject: subject, bytes: Array(sealed.bytes.dropLast())))
        changed.append(SealedPart(subject: subject, bytes: [1, 2, 3]))
        changed.append(SealedPart(subject: subject, bytes: []))
        changed.append(SealedPart(subject: subject + 1, bytes: sealed.bytes))
        for part in changed {
            let error = #expect(throws: VaultError.self) { _ = try vault.open(part) }
            #expect(error?.code == .corrupt)
            #expect(error?.message.contains("subject \(part.subject)") == true)
            #expect(error?.message.contains("Märta") == false)
        }
        #expect(try vault.open(sealed)?.text == Self.comment)
        vault.close()
    }

    @Test func anotherMasterKeyOpensNothing() throws {
        let scratch = try Scratch()
        let master = MasterKey()
        try Vault(path: scratch("vault"), master: master, create: true).close()
        for create in [false, true] {
            let error = #expect(throws: VaultError.self) {
                _ = try Vault(path: scratch("vault"), master: MasterKey(), create: create)
            }
            #expect(error?.code == .wrongKey)
        }
        try Vault(path: scratch("vault"), master: master).close()
    }

    @Test func keysAreNumberedOnceAcrossBlocksAndReopening() throws {
        let scratch = try Scratch()
        let master = MasterKey()
        var seen: [UInt64: [UInt8]] = [:]
        for count in [1, 1_021, 1, 1, 3_000, 1_024, 7] {
            let vault = try Vault(path: scratch("vault"), master: master, create: true)
            var keys = try vault.reserve(count)
            #expect(keys.range.count == count)
            while let (subject, key) = keys.next() {
                #expect(seen[subject] == nil)
                seen[subject] = Self.bytes(key)
            }
            vault.close()
        }
        #expect(Set(seen.keys) == Set(1...5_055))
        #expect(Set(seen.values).count == seen.count)
        let vault = try Vault(path: scratch("vault"), master: master)
        for (subject, key) in seen { #expect(Self.bytes(try vault.key(of: subject)) == key) }
        // A number that was never given away is not one whose key was destroyed.
        let never = SealedPart(subject: 1_000_000, bytes: [1])
        let error = #expect(throws: VaultError.self) { try vault.open(never) }
        #expect(error?.code == .keysDamaged)
        #expect(throws: VaultError.self) { try vault.key(of: .max) }
        vault.close()
    }

    @Test func aDestroyedKeyLeavesNothingToOpen() throws {
        let scratch = try Scratch()
        let master = MasterKey()
        var vault = try Vault(path: scratch("vault"), master: master, create: true)
        var keys = try vault.reserve(2)
        let parts = try (0..<2).map { _ in
            let (subject, key) = try keys.take()
            return try Vault.seal(
                PersonalData(text: Self.comment), subject: subject, key: key)
        }
        vault.close()
        let environment = try Environment(path: scratch("vault"))
        let blocks = try #require(try environment.database("blocks", .integerKeys))
        let context = [UInt8](repeating: 0, count: 8)
        try environment.write { transaction in
            let wrapped = try #require(try transaction.value(blocks, 0))
            var block = try master.unwrap(wrapped, context: context)
            for at in 0..<Vault.keyBytes { block[Vault.keyBytes + at] = 0 }
            try transaction.put(blocks, 0, try master.wrap(block, context: context))
        }
        environment.close()
        vault = try Vault(path: scratch("vault"), master: master)
        #expect(try vault.key(of: 1) == nil)
        #expect(try vault.open(parts[0]) == nil)
        #expect(try vault.open(parts[1])?.text == Self.comment)
        vault.close()
    }

    @Test func pseudonymsNeedTheVaultsSecret() throws {
        let scratch = try Scratch()
        let (master, other) = (MasterKey(), MasterKey())
        var vault = try Vault(path: scratch("vault"), master: master, create: true)
        let pseudonym = vault.pseudonym(of: Self.respondent)
        #expect(vault.pseudonym(of: Self.respondent + " ") != pseudonym)
        // What names a person and what is a text must not be comparable.
        #expect(vault.digest([UInt8](Self.respondent.utf8)) != pseudonym)
        let signature = try vault.signingKey.signature(for: Data([1]))
        let publicKey = vault.signingKey.publicKey
        vault.close()
        vault = try Vault(path: scratch("vault"), master: master)
        #expect(vault.pseudonym(of: Self.respondent) == pseudonym)
        #expect(publicKey.isValidSignature(signature, for: Data([1])))
        #expect(
            vault.signingKey.publicKey.rawRepresentation == publicKey.rawRepresentation)
        vault.close()
        let second = try Vault(path: scratch("second"), master: other, create: true)
        #expect(second.pseudonym(of: Self.respondent) != pseudonym)
        second.close()
    }
}
