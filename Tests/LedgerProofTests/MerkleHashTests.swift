import Crypto
import Foundation
import LedgerProof
import Testing

@Suite("Hashes of the tree")
struct MerkleHashTests {
    /// Vectors of the project, made by another implementation of RFC 6962.
    static let roots: [(size: Int, base64: String)] = [
        (0, "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="),
        (1, "ZzTbOxm2Tcg3A/mh9K7naX37KS+04IJ8xj+KNRsbNgk="),
        (5, "C3TUMA55gFbNSHKLT7AenxWtPgp5UPvFiXT/Z1MnHSQ="),
        (256, "Y8VrZGVg3gZKiDIXIpNoRVIPLIZj49wB5id/5ggxFnk="),
        (257, "yoRwt/7lWzpAg70/uK+wp0sMNlotrvPZaQEiEdpFSIw="),
    ]

    @Test("the roots of event-0, event-1, … are the published ones", arguments: roots)
    func publishedRoots(size: Int, base64: String) throws {
        var frontier = Frontier()
        for index in 0..<size {
            frontier.append(Array("event-\(index)".utf8).withUnsafeBytes(MerkleHash.leaf(_:)))
        }
        #expect(Data(frontier.root.bytes).base64EncodedString() == base64)
        let reference = ReferenceTree.events(size)
        #expect(Data(reference.root(0..<size)).base64EncodedString() == base64)
        #expect(
            try MerkleProof.root(of: 0..<UInt64(size), reference.subtree) == frontier.root)
    }

    @Test("the leaf of the empty entry is the published one")
    func emptyEntry() {
        let leaf = [UInt8]().withUnsafeBytes(MerkleHash.leaf(_:))
        #expect(
            Data(leaf.bytes).base64EncodedString()
                == "bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=")
        #expect(leaf != .emptyTree)
    }

    @Test("leaves and nodes are SHA-256 of 0x00 ‖ entry and 0x01 ‖ left ‖ right, seed 61")
    func domains() throws {
        var random = SeededGenerator(seed: 61)
        for count in [0, 1, 31, 32, 55, 56, 63, 64, 65, 1000, 65_535] {
            let entry = random.bytes(count)
            let expected = [UInt8](SHA256.hash(data: [0] + entry))
            #expect(entry.withUnsafeBytes(MerkleHash.leaf(_:)).bytes == expected)
            #expect(([0] + entry).withUnsafeBytes(MerkleHash.leaf(prefixed:)).bytes == expected)
        }
        for _ in 0..<100 {
            let (left, right) = (random.bytes(32), random.bytes(32))
            let node = MerkleHash.node(
                try #require(MerkleHash(left)), try #require(MerkleHash(right)))
            #expect(node.bytes == [UInt8](SHA256.hash(data: [1] + left + right)))
        }
    }

    @Test("a hash keeps its bytes and takes 32 only")
    func bytes() throws {
        let bytes = (0..<32).map { UInt8($0 * 8) }
        let hash = try #require(MerkleHash(bytes))
        #expect(hash.bytes == bytes)
        #expect(hash.withUnsafeBytes { [UInt8]($0) } == bytes)
        #expect(bytes.withUnsafeBytes { MerkleHash($0) } == hash)
        #expect(hash == MerkleHash(bytes) && hash.hashValue == MerkleHash(bytes)?.hashValue)
        let hex = "0008101820283038404850586068707880889098a0a8b0b8c0c8d0d8e0e8f0f8"
        #expect(hash.description == hex)
        // Reading must not depend on where the bytes lie.
        for shift in 1..<8 {
            let moved = [UInt8](repeating: 7, count: shift) + bytes
            moved.withUnsafeBytes {
                #expect(MerkleHash(UnsafeRawBufferPointer(rebasing: $0[shift...])) == hash)
            }
        }
        for count in [0, 1, 31, 33, 64] {
            let other = [UInt8](repeating: 1, count: count)
            #expect(MerkleHash(other) == nil)
            #expect(other.withUnsafeBytes { MerkleHash($0) } == nil)
        }
    }

    @Test("a difference in any byte is a difference")
    func everyByteCounts() throws {
        let bytes = [UInt8](repeating: 0, count: 32)
        let hash = try #require(MerkleHash(bytes))
        for index in 0..<32 {
            var other = bytes
            other[index] = 1
            #expect(MerkleHash(other) != hash)
        }
    }
}
