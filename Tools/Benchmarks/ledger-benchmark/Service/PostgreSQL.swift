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
        try run(
            "\(programs)/pg_ctl -D \(folder)/data -l \(folder)/log -w start "
                + "-o '-k \(folder) -p 6543 -c listen_addresses= -c max_connections=100'")
        try script(
            "create table responses (source text, id text, score int, at timestamptz, "
                + "respondent text, channel text, segments jsonb, primary key (source, id))")
    }

    deinit { try? run("\(programs)/pg_ctl -D \(folder)/data -m immediate stop") }

    private func run(_ line: String) throws {
        let arguments = user.map { ["runuser", "-u", $0, "--", "sh", "-c", line] }
        if let arguments {
            _ = try ServedLedger.run(arguments[0], Array(arguments.dropFirst()))
        } else {
            _ = try ServedLedger.run("sh", ["-c", line])
        }
    }

    private func script(_ sql: String) throws {
        _ = try ServedLedger.run(
            "\(programs)/psql", ["-h", folder, "-p", "6543", "-U", "postgres", "-qc", sql])
    }

    /// Inserts one response a transaction from so many clients, as long as that; how many a second.
    func inserts(clients: Int, seconds: Int) throws -> Double {
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
                "-h", folder, "-p", "6543", "-U", "postgres", "-n", "-M", "prepared", "-f", file,
                "-c", "\(clients)", "-j", "1", "-T", "\(seconds)", "postgres",
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
