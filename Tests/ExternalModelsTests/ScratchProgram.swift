import ExternalModels
import Foundation
import Synchronization
import Testing

/// A program written for one test, in a directory that goes with it.
final class ScratchProgram {
    let directory: String
    let model: ExternalModel

    /// - Parameter python: what it does with each text; `id` and `text` are there, and `say` writes
    ///   a line.
    convenience init(each python: String, before: String = "") throws {
        let body = python.split(separator: "\n").map { "    " + $0 }.joined(separator: "\n")
        try self.init(
            """
            #!/usr/bin/env python3
            import json, os, sys, time
            def say(value):
                sys.stdout.write(json.dumps(value) + "\\n")
                sys.stdout.flush()
            def answer(id, *parts):
                say({"id": id, "class": list(parts) or [0.2, 0.3, 0.5]})
            \(before)
            for line in sys.stdin:
                asked = json.loads(line)
                id, text = asked["id"], asked["text"]
            \(body)
            """)
    }

    init(_ source: String) throws {
        directory = NSTemporaryDirectory() + "external-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: true)
        let path = directory + "/judge"
        try Data(source.utf8).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        var model = ExternalModel(name: "judge", command: [path], directory: directory)
        model.timeoutSeconds = 60
        model.retries = 0
        self.model = model
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    func lines(of file: String) -> [String] {
        let bytes = FileManager.default.contents(atPath: directory + "/" + file) ?? Data()
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }
}

/// What a run says.
final class Notices: Sendable {
    private let texts = Mutex<[String]>([])
    var all: [String] { texts.withLock { $0 } }
    func take(_ text: String) { texts.withLock { $0.append(text) } }

    func run(
        _ model: ExternalModel, environment: [String: String] = [:]
    ) -> ExternalRun {
        ExternalRun(model, environment: environment, notice: take)
    }
}
