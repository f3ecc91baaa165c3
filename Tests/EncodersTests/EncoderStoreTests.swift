import Crypto
import Foundation
import Testing

@testable import Encoders

@Suite("Where encoders are")
struct EncoderStoreTests {
    @Test(
        "The environment decides",
        arguments: [
            (["NPSLEDGER_CACHE": "/c", "XDG_CACHE_HOME": "/x", "HOME": "/h"], "/c/encoders"),
            (["XDG_CACHE_HOME": "/x", "HOME": "/h"], "/x/npsledger/encoders"),
            (["XDG_CACHE_HOME": "x", "HOME": "/h"], "/h/.cache/npsledger/encoders"),
            (
                ["NPSLEDGER_CACHE": "", "XDG_CACHE_HOME": "", "HOME": "/h"],
                "/h/.cache/npsledger/encoders"
            ),
        ])
    func environment(_ environment: [String: String], _ directory: String) {
        #expect(EncoderStore.user(environment: environment).directory == directory)
    }

    @Test("An encoder that is not there is missing, and the error says what gets it")
    func missing() throws {
        let store = EncoderStore(directory: "/nonexistent")
        #expect(!store.contains(MiniLMEncoder.publishedDigest))
        let error = #expect(throws: EncoderError.self) { try store.minilm() }
        #expect(error?.code == .missing)
        #expect(error?.fetchHelps == true)
        // Nor does asking again find it.
        let open = OpenEncoders(store)
        for _ in 0..<2 {
            #expect(
                #expect(throws: EncoderError.self) {
                    try open.encoder(MiniLMEncoder.publishedDigest)
                }?.code == .missing)
        }
    }

    @Test("Digests are found by how they begin")
    func beginnings() throws {
        #expect(try EncoderStore(directory: "/nonexistent").digests(beginningWith: "ab").isEmpty)
        let scratch = try Scratch()
        let store = EncoderStore(directory: scratch.path)
        let names = ["abc", "abd", "f00"].map { $0 + String(repeating: "0", count: 61) }
        for name in names + [".incoming-abc", "abc", String(repeating: "z", count: 64)] {
            try FileManager.default.createDirectory(
                atPath: scratch.path + "/" + name, withIntermediateDirectories: true)
        }
        #expect(
            try store.digests(beginningWith: "ab").map(store.path)
                == names[..<2].map {
                    scratch.path + "/" + $0
                })
        #expect(try store.digests(beginningWith: "f00").count == 1)
        #expect(try store.digests(beginningWith: "f01").isEmpty)
        #expect(try store.digests(beginningWith: "z").isEmpty)
    }

    @Test("A directory that holds another encoder than its name says is refused")
    func otherEncoder() throws {
        let scratch = try Scratch()
        let store = EncoderStore(directory: scratch.path)
        let fake = try FakeEncoder(store.path(of: MiniLMEncoder.publishedDigest))
        try fake.finish()
        #expect(store.contains(MiniLMEncoder.publishedDigest))
        let error = #expect(throws: EncoderError.self) { try store.minilm() }
        #expect(error?.code == .mismatch)
        #expect(error?.description.contains("manifest.json") == true)
    }

    @Test("Hexadecimal goes both ways and takes nothing else")
    func hexadecimal() {
        #expect(Hexadecimal.text([0, 0x9F, 0xFF]) == "009fff")
        #expect(Hexadecimal.bytes("009fff") == [0, 0x9F, 0xFF])
        for text in ["0", "0G", "FF", "é9", " 1"] { #expect(Hexadecimal.bytes(text) == nil) }
        #expect(MiniLMEncoder.publishedDigest.count == 32)
    }

    /// The script and this program hold the same things to be true.
    @Test("The script's manifest is the published encoder's, and its library this program's")
    func pins() throws {
        let script = String(decoding: PackageResources.fetch_minilm_py, as: UTF8.self)
        if let digest = OnnxRuntime.digest { #expect(script.contains(digest)) }
        #expect(script.contains("RUNTIME_VERSION = \"\(OnnxRuntime.version)\""))
        #expect(script.contains("RUNTIME_FILE = \"\(OnnxRuntime.file)\""))
        var printed: [String] = []
        let manifest = try Script.run(PackageResources.fetch_minilm_py, ["--manifest"]) {
            printed.append($0)
        }
        #expect(printed.isEmpty)
        #expect(Array(SHA256.hash(data: manifest)) == MiniLMEncoder.publishedDigest)
        let read = try EncoderManifest([UInt8](manifest), at: "manifest.json")
        #expect(read.dimensions == 384)
        #expect(read.layer == 4)
        #expect(read.golden.count == 3)
    }
}
