import Foundation

/// A PostgreSQL server of this run alone, with its usual settings: every commit is synced.
final class PostgreSQL {
    static let command = "Tools/setup --with-benchmarks"
    private static let folders = (14...18).reversed().map { "/usr/lib/postgresql/\($0)/bin" }

    /// Where its programs are; nil where it is not installed.
    static let programs = folders.first {
        FileManager.default.isExecutableFile(atPath: $0 + "/initdb")
    }

    private let folder: String
    private let programs: String
    /// It does not run as the superuser: then it is the user that Debian makes for it.
    private let user: String?
    private let server = Process()

    /// - Parameter folder: an empty one.
    init(in folder: String) throws {
        guard let programs = Self.programs else {
            throw BenchmarkFailure("there is no PostgreSQL: \(Self.command)")
        }
        self.folder = folder
        self.programs = programs
        user = getuid() == 0 ? "postgres" : nil
        if let user { _ = try ServedLedger.run("chown", [user, folder]) }
        try run("\(programs)/initdb -D \(folder)/data -U postgres -A trust")
        let line =
            "exec \(programs)/postgres -D \(folder)/data -k \(folder) -p 6543 "
            + "-c listen_addresses= -c max_connections=100 >/dev/null 2>&1"
        server.executableURL = URL(filePath: "/usr/bin/env")
        server.arguments = self.arguments(line)
        try server.run()
        let start = ContinuousClock.now
        while (try? run("\(programs)/pg_isready -h \(folder) -p 6543")) == nil {
            guard server.isRunning, start.duration(to: .now) < .seconds(30) else {
                throw BenchmarkFailure("PostgreSQL does not start")
            }
            Thread.sleep(forTimeInterval: 0.1)
        }
        try script(
            "create table responses (source text, id text, score int, at timestamptz, "
                + "respondent text, channel text, segments jsonb, primary key (source, id))")
    }

    deinit { try? run("\(programs)/pg_ctl -D \(folder)/data -m immediate stop") }

    private func run(_ command: String) throws {
        let arguments = arguments(command)
        _ = try ServedLedger.run(arguments[0], Array(arguments.dropFirst()))
    }

    private func arguments(_ command: String) -> [String] {
        (user.map { ["runuser", "-u", $0, "--"] } ?? []) + ["sh", "-c", command]
    }

    private func script(_ sql: String) throws {
        _ = try ServedLedger.run(
            "\(programs)/psql", ["-h", folder, "-p", "6543", "-U", "postgres", "-qc", sql])
    }

    /// Inserts one response a transaction from so many clients; how many a second.
    ///
    /// - Parameters:
    ///   - each: transactions of each client. A time would be measured by an alarm, which a process
    ///     that this one starts does not hear.
    ///   - mode: how queries are sent; `simple` is pgbench's usual one.
    func inserts(clients: Int, each: Int, mode: String = "simple") throws -> Double {
        let file = folder + "/insert.sql"
        let sql = """
            \\set n random(1, 1000000000)
            \\set m random(1, 1000000000)
            insert into responses values ('app', :n || '-' || :m, :n % 11, \
            '2026-01-10T10:00:00Z', 'p-' || (:n % 5000), 'web', \
            '{"region":"EMEA","plan":"team"}') on conflict do nothing;

            """
        try Data(sql.utf8).write(to: URL(filePath: file))
        let output = try ServedLedger.run(
            "\(programs)/pgbench",
            [
                "-h", folder, "-p", "6543", "-U", "postgres", "-n", "-M", mode, "-f", file,
                "-c", "\(clients)", "-j", "1", "-t", "\(each)", "postgres",
            ])
        let line = output.split(separator: "\n").first { $0.hasPrefix("tps = ") }
        let rate = line?.split(separator: " ").dropFirst(2).first.flatMap { Double($0) }
        guard let rate else { throw BenchmarkFailure("pgbench answered “\(output.suffix(200))”") }
        return rate
    }

    /// Its version.
    func version() throws -> String {
        try ServedLedger.run("\(programs)/postgres", ["--version"])
            .split(separator: " ").dropFirst(2).first.map { String($0) } ?? ""
    }
}
