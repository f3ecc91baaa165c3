import Crypto
import Foundation
import Testing

@testable import Encoders

@Suite("The runtime's library")
struct RuntimeLibraryTests {
    @Test("What is not there, or no library, is missing; another library is a mismatch")
    func noLibrary() throws {
        let scratch = try Scratch()
        let text = scratch.path + "/libonnxruntime.so"
        try Data("no library".utf8).write(to: URL(filePath: text))
        let cut = scratch.path + "/cut.so"
        try Data([0x7F, 0x45, 0x4C, 0x46, 2, 1, 1, 0]).write(to: URL(filePath: cut))
        for path in [scratch.path + "/none.so", text, cut, scratch.path] {
            let error = #expect(throws: EncoderError.self) { try OnnxRuntime(library: path) }
            #expect(error?.code == .missing)
            #expect(error?.description.contains(path) == true)
            #expect(error?.fetchHelps == true)
            // Where its bytes are right, fetching it again would not help.
            let whole = #expect(throws: EncoderError.self) {
                try OnnxRuntime(library: path, isWhole: true)
            }
            #expect(whole?.code == .missing)
            #expect(whole?.fetchHelps == false)
            #expect(whole?.description.contains("noexec") == true)
        }
        let other = #expect(throws: EncoderError.self) { try OnnxRuntime(library: "libm.so.6") }
        #expect(other?.code == .mismatch)
        #expect(other?.description.contains("is not onnxruntime") == true)
    }

    @Test("Bytes that are not the library's are never loaded")
    func otherBytes() throws {
        let scratch = try Scratch()
        let fake = try FakeEncoder(scratch.path + "/fake")
        try fake.finish()
        let missing = #expect(throws: EncoderError.self) {
            try MiniLMEncoder(directory: fake.directory)
        }
        #expect(missing?.code == .missing)
        try fake.write("libonnxruntime.so", Array("no library".utf8))
        let wrong = #expect(throws: EncoderError.self) {
            try MiniLMEncoder(directory: fake.directory)
        }
        #expect(wrong?.code == .mismatch)
        #expect(wrong?.description.contains("libonnxruntime.so is damaged") == true)
    }

    @Test("A message is cut off, not overrun")
    func longPath() throws {
        let path = "/" + String(repeating: "x/", count: 3_000)
        let error = #expect(throws: EncoderError.self) { try OnnxRuntime(library: path) }
        #expect(error?.code == .missing)
    }
}
