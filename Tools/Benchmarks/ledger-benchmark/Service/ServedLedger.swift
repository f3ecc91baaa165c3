import Foundation
import Glibc

/// The service as a process, on a ledger of this run.
final class ServedLedger {
    let address: String
    let token: String
    private let process = Process()

    /// - Parameter ledger: its directory; it exists.
    init(_ ledger: String, in folder: String) throws {
        guard let program = Companion.sibling("npsledgerd") else {
            throw BenchmarkFailure(
                "there is no npsledgerd beside this program: swift build -c release")
        }
        let tokenFile = folder + "/token"
        let pipe = Pipe()
        process.executableURL = URL(filePath: program)
        process.arguments = [
            "serve", "--ledger", ledger, "--listen", "127.0.0.1:0", "--token-file", tokenFile,
            "--log-level", "error",
        ]
        process.standardOutput = pipe
        try process.run()
        var line = Data()
        while !line.contains(10) {
            let more = pipe.fileHandleForReading.availableData
            guard !more.isEmpty else { throw BenchmarkFailure("npsledgerd does not start") }
            line += more
        }
        let told = String(decoding: line, as: UTF8.self).split(separator: " ").last ?? ""
        address = told.trimmingCharacters(in: .whitespacesAndNewlines)
        token = try String(contentsOfFile: tokenFile, encoding: .utf8)
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }

    deinit { if process.isRunning { process.terminate() } }

    func stop() {
        process.terminate()
        process.waitUntilExit()
    }

    /// What wrk measured.
    struct Load: Decodable {
        let requests: Int
        let seconds: Double
        let p50: Double
        let p99: Double
        let failed: Int

        var rate: Double { Double(requests) / seconds }
    }

    /// Sends a load for so long.
    func load(
        _ script: String, connections: Int, seconds: Int, _ arguments: [String],
        takesFailures: Bool = false
    ) throws -> Load {
        let output = try Self.run(
            "wrk",
            [
                "-t1", "-c\(connections)", "-d\(seconds)s", "--latency", "-s", script, address,
                "--",
            ] + arguments)
        guard
            let line = output.split(separator: "\n").last(where: { $0.hasPrefix("{") }),
            let load = try? JSONDecoder().decode(Load.self, from: Data(line.utf8))
        else { throw BenchmarkFailure("wrk answered “\(output.suffix(200))”") }
        guard takesFailures || load.failed == 0, load.requests > 0 else {
            throw BenchmarkFailure("\(load.failed) of \(load.requests) requests failed")
        }
        return load
    }

    /// Runs a program to its end, and gives what it writes.
    static func run(_ program: String, _ arguments: [String]) throws -> String {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [program] + arguments
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw BenchmarkFailure("\(program) ended with status \(process.terminationStatus)")
        }
        return String(decoding: output, as: UTF8.self)
    }
}

/// One connection to the service, kept alive: requests one after the other, and how long each took.
final class ServedConnection {
    private let socket: Int32
    private let head: String

    init(_ address: String, token: String) throws {
        guard let port = URLComponents(string: address)?.port else {
            throw BenchmarkFailure("no address: \(address)")
        }
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        self.socket = socket
        head = "Host: localhost\r\nAuthorization: Bearer \(token)\r\n"
        var place = sockaddr_in()
        place.sin_family = sa_family_t(AF_INET)
        place.sin_port = in_port_t(port).bigEndian
        place.sin_addr.s_addr = inet_addr("127.0.0.1")
        let status = withUnsafePointer(to: &place) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else { throw BenchmarkFailure("cannot connect to \(address)") }
        var yes: Int32 = 1
        setsockopt(
            socket, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
    }

    deinit { close(socket) }

    /// Asks, and gives status and body.
    func ask(_ method: String, _ target: String, body: String = "") throws -> (Int, String) {
        let request =
            "\(method) \(target) HTTP/1.1\r\n\(head)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
        var bytes = Array(request.utf8)
        guard send(socket, &bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else {
            throw BenchmarkFailure("the service reads no more")
        }
        var answer: [UInt8] = []
        while true {
            var part = [UInt8](repeating: 0, count: 64 << 10)
            let count = recv(socket, &part, part.count, 0)
            guard count > 0 else { throw BenchmarkFailure("the service has closed") }
            answer += part[..<count]
            if let whole = Self.whole(answer) { return whole }
        }
    }

    private static func whole(_ bytes: [UInt8]) -> (Int, String)? {
        guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        let head = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).lowercased()
        let status = head.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        let length =
            head.split(separator: "\r\n")
            .first { $0.hasPrefix("content-length:") }
            .flatMap { Int($0.dropFirst(15).trimmingCharacters(in: .whitespaces)) } ?? 0
        guard bytes.count >= end.upperBound + length else { return nil }
        return (status, String(decoding: bytes[end.upperBound...], as: UTF8.self))
    }
}
