import Foundation

extension Workspace {
    /// Writes a program that reads lines and answers; what it was sent is in `seen`.
    ///
    /// - Parameter each: what it does with each text, in Python; `id`, `text` and `answer` are
    ///   there.
    func writeJudge(
        _ name: String = "judge", each python: String = "answer(id, text)",
        description fields: String = ""
    ) throws {
        let body = python.split(separator: "\n").map { "    " + $0 }.joined(separator: "\n")
        try write(
            name,
            """
            #!\(Workspace.python ?? "/usr/bin/python3")
            import json, os, sys, time
            def answer(id, text):
                share = sum(text.encode()) % 1000 / 1000
                print(json.dumps({"id": id, "class": [share, 0, 1 - share]}), flush=True)
            for line in sys.stdin:
                asked = json.loads(line)
                id, text = asked["id"], asked["text"]
                open("seen", "a").write(json.dumps(text) + "\\n")
            \(body)

            """)
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o755], ofItemAtPath: path + "/" + name)
        try write(
            name + ".json",
            """
            {"format": "npsledger-external/1", "name": "\(name)", "command": ["./\(name)"]\(fields)}
            """)
    }

    /// What programs were sent so far.
    func sentTexts() throws -> [String] {
        let data = FileManager.default.contents(atPath: path + "/seen") ?? Data()
        return try String(decoding: data, as: UTF8.self).split(separator: "\n").map {
            try JSONDecoder().decode(String.self, from: Data($0.utf8))
        }
    }
}
