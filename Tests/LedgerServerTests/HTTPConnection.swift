import Foundation
import Glibc

/// What a server has answered.
struct HTTPAnswer: CustomStringConvertible {
    let status: Int
    let headers: [(name: String, value: String)]
    let body: [UInt8]

    var text: String { String(decoding: body, as: UTF8.self) }
    var description: String { "\(status) \(text.prefix(600))" }

    func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    /// The body as JSON.
    func json() throws -> [String: Any] {
        try JSONSerialization.jsonObject(with: Data(body)) as? [String: Any] ?? [:]
    }
}

/// A connection to a server on this machine, kept alive from request to request: real sockets, and
/// nothing between.
final class HTTPConnection {
    struct Broken: Error, CustomStringConvertible { let description: String }

    private let socket: Int32
    private var buffer: [UInt8] = []
    /// What has come of a stream.
    private var streamed: [UInt8] = []

    /// - Parameter address: such as `http://127.0.0.1:8080`.
    init(_ address: String, secondsMax: Int = 60) throws {
        guard let port = URLComponents(string: address)?.port else {
            throw Broken(description: "no address: \(address)")
        }
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var place = sockaddr_in()
        place.sin_family = sa_family_t(AF_INET)
        place.sin_port = in_port_t(port).bigEndian
        place.sin_addr.s_addr = inet_addr("127.0.0.1")
        let status = withUnsafePointer(to: &place) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else { throw Broken(description: "cannot connect to \(address)") }
        var limit = timeval(tv_sec: secondsMax, tv_usec: 0)
        setsockopt(
            socket, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(socket) }

    /// Asks, and reads the whole answer.
    func ask(
        _ method: String, _ target: String, _ headers: [(String, String)] = [],
        body: [UInt8]? = nil
    ) throws -> HTTPAnswer {
        var head = "\(method) \(target) HTTP/1.1\r\nHost: localhost\r\n"
        for (name, value) in headers { head += "\(name): \(value)\r\n" }
        if let body { head += "Content-Length: \(body.count)\r\n" }
        try send(Array((head + "\r\n").utf8) + (body ?? []))
        return try answer(hasBody: method != "HEAD")
    }

    /// Sends bytes as they are.
    func send(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Broken(description: "the server reads no more") }
            sent += count
        }
    }

    /// Reads an answer.
    func answer(hasBody: Bool = true) throws -> HTTPAnswer {
        let head = String(decoding: try take(until: Array("\r\n\r\n".utf8)), as: UTF8.self)
        let lines = head.components(separatedBy: "\r\n").filter { !$0.isEmpty }
        guard let status = lines.first?.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
        else { throw Broken(description: "no answer: \(head)") }
        let headers = lines.dropFirst().map { line in
            let parts = line.split(separator: ":", maxSplits: 1)
            return (
                String(parts[0]),
                parts.count == 2 ? parts[1].trimmingCharacters(in: .whitespaces) : ""
            )
        }
        func header(_ name: String) -> String? {
            headers.first { $0.0.lowercased() == name }?.1
        }
        var body: [UInt8] = []
        if hasBody, status != 304, status != 204 {
            if header("transfer-encoding")?.lowercased() == "chunked" {
                while true {
                    let size = String(decoding: try take(until: [13, 10]), as: UTF8.self)
                    let count = Int(size.trimmingCharacters(in: .whitespacesAndNewlines), radix: 16)
                    guard let count else { throw Broken(description: "no chunk: \(size)") }
                    body += try take(count)
                    _ = try take(2)
                    if count == 0 { break }
                }
            } else {
                body = try take(header("content-length").flatMap { Int($0) } ?? 0)
            }
        }
        return HTTPAnswer(status: status, headers: headers, body: body)
    }

    /// Reads the head of an answer that goes on, and leaves the rest.
    func head() throws -> String {
        String(decoding: try take(until: Array("\r\n\r\n".utf8)), as: UTF8.self)
    }

    /// Reads on until this stands in what was read, and gives all of that.
    func read(until text: String) throws -> String {
        String(decoding: try take(until: Array(text.utf8)), as: UTF8.self)
    }

    /// The next block of a stream, up to its blank line, out of the pieces in which it comes.
    func chunkedBlock() throws -> String {
        let mark = Array("\n\n".utf8)
        while true {
            if let range = streamed.firstRange(of: mark) {
                defer { streamed.removeFirst(range.upperBound) }
                return String(decoding: streamed[..<range.lowerBound], as: UTF8.self)
            }
            let size = String(decoding: try take(until: [13, 10]), as: UTF8.self)
            guard
                let count = Int(size.trimmingCharacters(in: .whitespacesAndNewlines), radix: 16),
                count > 0
            else { throw Broken(description: "the stream has ended: \(size)") }
            streamed += try take(count)
            _ = try take(2)
        }
    }

    /// Whether the server has closed the connection, once everything was read.
    func isClosed() -> Bool {
        while true {
            var bytes = [UInt8](repeating: 0, count: 4096)
            let count = recv(socket, &bytes, bytes.count, 0)
            if count == 0 { return true }
            if count < 0 { return errno == ECONNRESET }
        }
    }

    private func take(_ count: Int) throws -> [UInt8] {
        while buffer.count < count { try fill() }
        defer { buffer.removeFirst(count) }
        return Array(buffer[..<count])
    }

    private func take(until mark: [UInt8]) throws -> [UInt8] {
        while true {
            if let range = buffer.firstRange(of: mark) { return try take(range.upperBound) }
            try fill()
        }
    }

    private func fill() throws {
        var bytes = [UInt8](repeating: 0, count: 64 << 10)
        let count = recv(socket, &bytes, bytes.count, 0)
        guard count > 0 else {
            throw Broken(description: count == 0 ? "the server has closed" : "nothing came")
        }
        buffer += bytes[..<count]
    }
}
