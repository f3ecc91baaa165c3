import Foundation

/// An endpoint on this machine that answers as a test says, and keeps what it was asked.
final class ChatServer {
    let port: Int
    private let server: RunningTool
    private let here: Workspace

    /// - Parameter python: the body of a function of `asked` (the request's JSON), `number` (how
    ///   many requests came before), `text` (the comment) and `self` (the handler); it calls
    ///   `reply`.
    init(_ here: Workspace, _ python: String) throws {
        self.here = here
        let body = python.split(separator: "\n", omittingEmptySubsequences: false)
            .map { "    " + $0 }.joined(separator: "\n")
        try here.write(
            "server.py",
            """
            import http.server, itertools, json, os, re, socket, sys, threading, time
            counter = itertools.count()
            lock = threading.Lock()
            under_way = 0
            GOOD = {"class": [0.2, 0.3, 0.5], "sentiment": [0.1, 0.2, 0.7],
                "intents": {"praise": 0.9, "complaint": 0, "request": 0, "question": 0,
                    "leaving": 0}}
            def reply(self, status, body, headers={}):
                data = body if isinstance(body, bytes) else json.dumps(body).encode()
                self.send_response(status)
                for name, value in headers.items(): self.send_header(name, value)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)
            def chat(content, reason="stop"):
                return {"choices": [{"index": 0, "finish_reason": reason,
                    "message": {"role": "assistant", "content": content}}]}
            def good(self, content=GOOD):
                reply(self, 200, chat(json.dumps(content)))
            def handle(self, asked, number, text):
            \(body)
            class Handler(http.server.BaseHTTPRequestHandler):
                protocol_version = "HTTP/1.1"
                def log_message(self, *parts): pass
                def do_POST(self):
                    global under_way
                    asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                    user = asked["messages"][-1]["content"]
                    marked = r"<comment ([0-9a-f]+)>\\n(.*)\\n</comment \\1>"
                    match = re.fullmatch(marked, user, re.S)
                    with lock:
                        number = next(counter)
                        under_way += 1
                        with open("requests", "a") as file:
                            file.write(json.dumps({"asked": asked, "path": self.path,
                                "key": self.headers.get("Authorization"),
                                "text": match and match[2],
                                "underWay": under_way, "at": time.time()}) + "\\n")
                    try: handle(self, asked, number, match and match[2])
                    finally:
                        with lock: under_way -= 1
            server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
            server.daemon_threads = True
            print(server.server_address[1], flush=True)
            server.serve_forever()
            """)
        server = try Tool.start(
            ["server.py"], program: Workspace.python ?? "/usr/bin/python3", in: here.path)
        let start = Date()
        while !server.outputSoFar.hasSuffix("\n") {
            guard Date().timeIntervalSince(start) < 30, try server.poll() == nil else {
                throw Tool.Failure(description: "the server does not start")
            }
            usleep(10_000)
        }
        port = Int(server.outputSoFar.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0
    }

    deinit {
        server.send(SIGKILL)
        _ = try? server.wait()
    }

    var url: String { "http://127.0.0.1:\(port)/v1" }

    /// What it was asked so far, in order.
    func requests() throws -> [JSON] {
        let data = FileManager.default.contents(atPath: here.path + "/requests") ?? Data()
        return try String(decoding: data, as: UTF8.self).split(separator: "\n").map {
            try JSONDecoder().decode(JSON.self, from: Data($0.utf8))
        }
    }
}
