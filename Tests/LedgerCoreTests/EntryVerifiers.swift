import Foundation
import LedgerCore

/// Other people's readers of CBOR and CDDL, from the Python environment that `Tools/setup` makes.
enum EntryVerifiers {
    /// What each of them says of one entry.
    struct Verdict {
        /// cddl-verifier: follows the schema, and is encoded deterministically.
        let isStrict: Bool
        /// pycddl: follows the schema. It lets some things pass (unknown keys among them).
        let isValid: Bool
        /// cbor2: the same bytes after decoding and encoding canonically.
        let isCanonical: Bool
    }

    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    private static let python = root.appendingPathComponent(".build-tools/venv/bin/python")

    static let schema = root.appendingPathComponent("Sources/LedgerCore/LogFormat.cddl")

    static var areInstalled: Bool {
        FileManager.default.isExecutableFile(atPath: python.path)
    }

    // A panic of pycddl's Rust is no Exception.
    private static let program = """
        import sys, cbor2, cddl_verifier, pycddl

        schema = open(sys.argv[1], encoding="utf-8").read()
        strict, other = cddl_verifier.Validator(schema), pycddl.Schema(schema)

        def succeeds(check):
            try:
                return int(check())
            except BaseException:
                return 0

        for line in sys.stdin:
            data = bytes.fromhex(line)
            print(
                succeeds(lambda: strict.validate(
                    data, root_type="entry", require_deterministic=True).valid),
                succeeds(lambda: other.validate_cbor(data) or True),
                succeeds(lambda: cbor2.dumps(cbor2.loads(data), canonical=True) == data))
        """

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// The verdicts on `entries`, in their order.
    static func classify(_ entries: [[UInt8]]) throws -> [Verdict] {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("entry-verifiers-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        // Files and not pipes: neither side can block the other.
        let (input, output) = (
            folder.appendingPathComponent("in"), folder.appendingPathComponent("out")
        )
        let errors = folder.appendingPathComponent("err")
        let lines = entries.map { EntryBytes.hex($0) + "\n" }.joined()
        try Data(lines.utf8).write(to: input)
        try Data().write(to: output)
        try Data().write(to: errors)

        let process = Process()
        process.executableURL = python
        process.arguments = ["-c", program, schema.path]
        process.standardInput = try FileHandle(forReadingFrom: input)
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
        process.waitUntilExit()

        let verdicts = String(decoding: try Data(contentsOf: output), as: UTF8.self)
            .split(separator: "\n").map { line in
                let flags = line.split(separator: " ").map { $0 == "1" }
                return (flags.count == 3)
                    ? Verdict(isStrict: flags[0], isValid: flags[1], isCanonical: flags[2]) : nil
            }.compactMap(\.self)
        guard process.terminationStatus == 0, verdicts.count == entries.count else {
            let text = String(decoding: try Data(contentsOf: errors), as: UTF8.self)
            throw Failure(description: "the verifiers failed: \(text.suffix(2000))")
        }
        return verdicts
    }
}
