import Foundation

/// What reads bytes that others wrote, each fed by libFuzzer: `Tools/fuzz` builds and runs it.
///
/// `FUZZ_TARGET` names the reader. A reader must come back from any bytes, with a value or an error;
/// beyond that each says what a value that was read must be like.
enum Fuzz {
    /// Reads some bytes; traps where what it read contradicts itself.
    typealias Target = @Sendable ([UInt8]) -> Void

    static let targets: [String: Target] = [
        "entry": FuzzedLog.entry,
        "cbor": FuzzedLog.item,
        "records": FuzzedLog.records,
        "run": FuzzedLog.run,
        "survey": FuzzedSurvey.delimited,
        "jsonlines": FuzzedSurvey.jsonLines,
        "gzip": FuzzedSurvey.compressed,
        "mapping": FuzzedSurvey.mapping,
        "gate": FuzzedFiles.gate,
        "topics": FuzzedFiles.topics,
        "artefact": FuzzedFiles.artefact,
        "answer": FuzzedFiles.answer,
        "description": FuzzedFiles.description,
    ]

    /// The reader that this process feeds.
    static let target: Target = {
        let name = ProcessInfo.processInfo.environment["FUZZ_TARGET"] ?? ""
        guard let target = targets[name] else {
            preconditionFailure(
                "FUZZ_TARGET is one of \(targets.keys.sorted().joined(separator: ", "))")
        }
        return target
    }()

    /// Ends the process, so that libFuzzer keeps the bytes.
    static func require(_ isSo: Bool, _ what: @autoclosure () -> String) {
        precondition(isSo, what())
    }
}

/// What libFuzzer calls.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    Fuzz.target([UInt8](UnsafeBufferPointer(start: start, count: count)))
    return 0
}
