import Foundation
import LedgerCore

/// One run over all stores: each operation on one after the other, round by round.
final class PeerRun {
    /// A store that is driven by a script.
    private struct Other {
        var name: String
        var script: Companion
        var version = ""
    }

    /// What is asked for, by operation and store. Where one caller waits for one sync, level is
    /// all there is to reach.
    private static let targets: [PeerRequest.Operation: [String: Double]] = [
        .alone: [sqlite: 0.9, umadb: 1], .together: [sqlite: 1, umadb: 1],
        .bulk: [sqlite: 1], .keyed: [umadb: 1], .read: [sqlite: 1, umadb: 1],
        .recompute: [sqlite: 1, umadb: 1], .segment: [sqlite: 1, umadb: 1],
    ]
    private static let sqlite = "SQLite"
    private static let umadb = "UmaDB"
    private static let callers = 64

    private let options: RunOptions
    private let count: Int
    private let workspace: Workspace
    private let events: PeerEvents
    private var others: [Other] = []
    private var findings = Findings()
    /// Events a second, or questions, by operation and store; the ledger is the empty name.
    private var rates: [PeerRequest.Operation: [String: [Double]]] = [:]
    private var ways: [PeerRequest.Operation: [String: String]] = [:]
    private var results: [PeerRequest.Operation: String] = [:]

    init(_ options: RunOptions, events: Int?) throws {
        self.options = options
        count = events ?? options.scaled(small: 4_000, full: 1_000_000)
        workspace = try Workspace(in: options.directory)
        var made = try PeerEvents()
        let file = workspace.path + "/events.tsv"
        try made.write(count, to: file)
        self.events = made
        try start(
            Self.sqlite, PackageResources.sqlite_peer_py, PythonPeers.anyInterpreter,
            otherwise: "SQLite is left out: there is no python3")
        try start(
            Self.umadb, PackageResources.umadb_peer_py, PythonPeers.interpreter,
            otherwise: "UmaDB is left out: run `\(PythonPeers.command)`")
        for index in others.indices {
            let folder = try workspace.directory("first-\(index)")
            let opened = try others[index].script.ask(
                PeerRequest(op: .open, folder: folder), as: PeerAnswer.self)
            others[index].version = opened.version ?? ""
            let loaded: PeerAnswer = try others[index].script.ask(
                PeerRequest(op: .load, file: file))
            guard loaded.count == count else {
                throw BenchmarkFailure("\(others[index].name) got \(loaded.count ?? 0) events")
            }
        }
        try FileManager.default.removeItem(atPath: file)
    }

    private func start(
        _ name: String, _ script: [UInt8], _ interpreter: String?, otherwise notice: String
    ) throws {
        guard let interpreter else {
            findings.notices.append(notice)
            return
        }
        others.append(
            Other(
                name: name,
                script: try PythonPeers.start(script, with: interpreter, name: "the \(name) script")
            ))
    }

    /// One round on stores that begin empty.
    func round(_ index: Int) async throws {
        let folder = try workspace.directory("ledger-\(index)")
        let ledger = try LedgerPeer(folder: folder, events: events)
        let bulk = try LedgerPeer(
            folder: try workspace.directory("ledger-bulk-\(index)"), events: events)
        defer {
            ledger.close()
            bulk.close()
        }
        for (number, other) in others.enumerated() {
            let folder = try workspace.directory("other-\(index)-\(number)")
            _ = try other.script.ask(
                PeerRequest(op: .open, folder: folder), as: PeerAnswer.self)
        }
        try await appends(ledger)
        for (op, counted) in [(PeerRequest.Operation.bulk, count), (.keyed, count)] {
            if op == .bulk { note(op, "", counted, try bulk.bulk(count)) }
            // The ledger's events have their keys in any case.
            if op == .keyed { rates[op, default: [:]][""] = rates[.bulk]?[""] }
            for other in others where op == .bulk || other.name == Self.umadb {
                try ask(other, PeerRequest(op: op), counted)
            }
        }
        try reads(bulk)
        try counts(bulk)
        // Disks are small, and what was measured is not needed again.
        for number in others.indices {
            let folder = workspace.path + "/other-\(index)-\(number)"
            _ = try others[number].script.ask(
                PeerRequest(op: .open, folder: try workspace.directory("first-\(number)-\(index)")),
                as: PeerAnswer.self)
            try FileManager.default.removeItem(atPath: folder)
        }
        try FileManager.default.removeItem(atPath: folder)
    }

    private func appends(_ ledger: LedgerPeer) async throws {
        let alone = options.scaled(small: 10, full: 300)
        let each = options.scaled(small: 2, full: 20)
        // A disk's speed drifts within seconds: short blocks meet it alike.
        let blocks = options.scaled(small: 1, full: 5)
        var times: [String: (alone: Double, together: Double)] = [:]
        for block in 0..<blocks {
            let first = count + block * (alone + each * Self.callers)
            var own = times["", default: (0, 0)]
            own.alone += try ledger.alone(alone, from: first)
            own.together += try await ledger.together(
                Self.callers, each: each, from: first + alone)
            times[""] = own
            for other in others {
                var sums = times[other.name, default: (0, 0)]
                let one: PeerAnswer = try other.script.ask(PeerRequest(op: .alone, count: alone))
                let many: PeerAnswer = try other.script.ask(
                    PeerRequest(op: .together, count: each, callers: Self.callers))
                sums.alone += one.seconds ?? 0
                sums.together += many.seconds ?? 0
                ways[.together, default: [:]][other.name] = many.way
                times[other.name] = sums
            }
        }
        for (name, sums) in times {
            note(.alone, name, blocks * alone, sums.alone)
            note(.together, name, blocks * each * Self.callers, sums.together)
        }
    }

    private func reads(_ ledger: LedgerPeer) throws {
        // The first time warms.
        _ = try ledger.read()
        let read = try ledger.read()
        guard read.count == count else { throw BenchmarkFailure("\(read.count) events were read") }
        note(.read, "", count, read.seconds)
        results[.read] = "sum \(read.sum)"
        for other in others {
            _ = try other.script.ask(PeerRequest(op: .read), as: PeerAnswer.self)
            let answer = try ask(other, PeerRequest(op: .read), count)
            guard answer.count ?? 0 >= count else {
                throw BenchmarkFailure("\(other.name) read \(answer.count ?? 0) events")
            }
        }
    }

    /// Recomputes and asks; every store must count the same.
    private func counts(_ ledger: LedgerPeer) throws {
        let recomputed = try ledger.recompute()
        note(.recompute, "", count, recomputed.seconds)
        let repeats = options.scaled(small: 3, full: 30)
        let asked = try ledger.segment(repeats: repeats)
        note(.segment, "", 1, asked.seconds)
        results[.recompute] = "\(recomputed.counts.total) in \(recomputed.counts.count) groups"
        results[.segment] = "\(asked.counts.total)"
        let wanted = Set(
            recomputed.counts.map { PeerAnswer.Group(values: $0.values, counts: $0.total) })
        for other in others {
            let all = try ask(other, PeerRequest(op: .recompute), count)
            if let group = wanted.symmetricDifference(all.groups ?? []).first {
                throw BenchmarkFailure(
                    "\(other.name) and the ledger count differently: \(group.counts) in "
                        + group.values.joined(separator: ", "))
            }
            let repeats = other.name == Self.umadb ? min(3, repeats) : repeats
            let one = try ask(other, PeerRequest(op: .segment, count: repeats), 1)
            guard one.groups?.first?.counts == asked.counts.total else {
                throw BenchmarkFailure(
                    "\(other.name) counts \(one.groups?.first?.counts ?? []) in one segment, the "
                        + "ledger \(asked.counts.total)")
            }
        }
    }

    @discardableResult
    private func ask(
        _ other: Other, _ request: PeerRequest, _ counted: Int
    ) throws -> PeerAnswer {
        let answer: PeerAnswer = try other.script.ask(request)
        guard let seconds = answer.seconds else {
            throw BenchmarkFailure("\(other.name) told no time of \(request.op.rawValue)")
        }
        note(request.op, other.name, counted, seconds)
        ways[request.op, default: [:]][other.name] = answer.way
        return answer
    }

    private func note(
        _ op: PeerRequest.Operation, _ name: String, _ counted: Int, _ seconds: Double
    ) {
        rates[op, default: [:]][name, default: []].append(Double(counted) / max(seconds, 1e-9))
    }

    /// Ends the scripts and tells what was found.
    func end() throws -> Findings {
        for other in others { try other.script.end() }
        let titles: [(PeerRequest.Operation, String)] = [
            (.alone, "append, one caller"), (.together, "append, \(Self.callers) callers"),
            (.bulk, "append in bulk"), (.keyed, "append in bulk, UmaDB with keys"),
            (.read, "read every event's bytes"), (.recompute, "NPS by two dimensions from events"),
            (.segment, "one segment's NPS"),
        ]
        findings.versions = others.map { ($0.name, $0.version) }
        for (op, title) in titles {
            let told = others.compactMap { other in
                ways[op]?[other.name].map { "\(other.name): \($0)" }
            }
            findings.comparisons.append(
                Comparison(
                    operation: title, rates: rates[op]?[""] ?? [],
                    peers: others.map { other in
                        Comparison.Peer(
                            name: other.name, rates: rates[op]?[other.name] ?? [],
                            target: options.target(Self.targets[op]?[other.name]).flatMap { $0 })
                    },
                    parameters: [("events", count)],
                    result: ([results[op]].compactMap { $0 } + told).joined(separator: "; ")))
        }
        return findings
    }
}
