import Foundation
import Glibc
import LedgerCore
import LedgerFixtures
import LedgerStore
import NPSLedger

/// A command of which each system call fails in turn, and what must be so afterwards.
struct FailingCommand: Sendable {
    let name: String
    let arguments: [String]
    /// Events that it appends where all goes well, by type.
    let appends: [EventName: Int]
    /// The state that it starts from: a directory that is copied.
    let template: String
    /// What the ledger holds there; nil where there is none.
    let before: Content?

    /// What a failing call may answer with. Every one of them is a documented status; 1 (the answer
    /// is no) and 64 (usage) would say something that is not so.
    private static let statuses: Set<Int32> = [0, 65, 66, 70, 73, 74, 77]
    /// Errors that are tried, as a system has them.
    static let errors: [Int32] = [EIO, ENOSPC, EINTR, EMFILE, EAGAIN, ENOMEM]
    /// A command that takes longer hangs: it is done within a second or two.
    private static let secondsMax = 90.0

    /// One call of the command, and how it fails.
    struct Fault: Sendable, CustomStringConvertible {
        let call: Int
        let error: Int32
        /// Whether the call changes something. Where it only reads, what it leaves is what a call
        /// that changes something leaves as well, and is not gone on from once more.
        var changes = true
        var description: String {
            "call \(call) with \(String(cString: strerror(error))) (\(error))"
        }
    }

    /// A ledger that is not what it must be.
    struct Broken: Error, CustomStringConvertible {
        let description: String
    }

    /// What a log holds: the name and leaf of each entry.
    struct Content: Equatable {
        var names: [EventName] = []
        var leaves: [String] = []
    }
}

extension FailingCommand {
    private func variables(_ fault: Fault?, _ record: String) throws -> [String: String] {
        try FaultLibrary.environment(
            of: "npsledger",
            [
                "FAULT_CALL": "\(fault?.call ?? 0)", "FAULT_ERRNO": "\(fault?.error ?? 0)",
                "FAULT_RECORD": record,
            ])
    }

    /// The calls of a run in which none fails, in order.
    func calls() throws -> [String] {
        let here = try copy()
        let outcome = try Tool.run(
            arguments, in: here.path, environment: variables(nil, here("calls")))
        guard outcome.status == 0 else { throw Broken(description: "\(outcome)") }
        try check(here.path, after: outcome.status)
        return try String(contentsOfFile: here("calls"), encoding: .utf8)
            .split(separator: "\n").map(String.init)
    }

    /// Runs the command with one failing call and checks what is left; the status.
    func run(_ fault: Fault) throws -> Int32 {
        let here = try copy()
        let running = try Tool.start(
            arguments, in: here.path, environment: variables(fault, here("calls")))
        let start = Date()
        var outcome = try running.poll()
        while outcome == nil {
            if Date().timeIntervalSince(start) > Self.secondsMax {
                running.send(SIGKILL)
                throw Broken(description: "\(name) hangs: \(said(fault, here))")
            }
            usleep(2_000)
            outcome = try running.poll()
        }
        guard let outcome else { return -1 }
        do {
            // What verify cannot open it counts among what is wrong: nobody is told that all is well.
            let isNo = name == "verify" && outcome.status == 1
            guard isNo || Self.statuses.contains(outcome.status) else {
                throw Broken(description: "status \(outcome.status)")
            }
            try check(here.path, after: outcome.status, goesOn: fault.changes)
        } catch {
            throw Broken(
                description: """
                    \(name), \(said(fault, here)): \(error)
                    \(outcome)
                      again: FAULT_COMMAND='\(name)' FAULT_CALL=\(fault.call) \
                    FAULT_ERRNO=\(fault.error) swift test --filter SystemCallTests
                    """)
        }
        return outcome.status
    }

    private func said(_ fault: Fault, _ here: Scratch) -> String {
        let call = (try? String(contentsOfFile: here("calls"), encoding: .utf8)) ?? ""
        return "\(fault): \(call.trimmingCharacters(in: .whitespacesAndNewlines))"
    }

    /// The state that the command starts from, in a directory of its own.
    private func copy() throws -> Scratch {
        let here = try Scratch(in: SystemCallTests.parent)
        for name in try FileManager.default.contentsOfDirectory(atPath: template) {
            try FileManager.default.copyItem(atPath: "\(template)/\(name)", toPath: here(name))
        }
        return here
    }
}

extension FailingCommand {
    /// What the ledger in a directory holds, every part of it checked; nil where there is none.
    static func content(_ directory: String) throws -> Content? {
        let paths = LedgerPaths(directory: directory + "/ledger")
        guard FileManager.default.fileExists(atPath: paths.manifest) else { return nil }
        let ledger = try Ledger(at: paths)
        defer { ledger.close() }
        let report = try LogVerifier(ledger.log).verify()
        guard report.isSound else { throw Broken(description: "verify: \(report.findings)") }
        var content = Content()
        for position in 0..<report.entries {
            let name = try ledger.log.withEvent(position) { $0.name }
            guard let name else { throw Broken(description: "no event at \(position)") }
            content.names.append(name)
            content.leaves.append("\(try ledger.log.leafHash(at: position))")
            // Throws where it does not open.
            _ = try ledger.personalData(at: position)
        }
        return content
    }

    /// Nothing that was there is gone; what the command did is there once, or not at all, and
    /// where it said that it did, it is.
    private func check(
        _ directory: String, after status: Int32, goesOn: Bool = true
    ) throws {
        guard let now = try Self.content(directory) else {
            if before != nil { throw Broken(description: "the ledger is gone") }
            if status == 0 { throw Broken(description: "status 0 and no ledger") }
            if goesOn { try again(directory) }
            return
        }
        let kept = before?.leaves ?? []
        guard now.leaves.starts(with: kept) else {
            throw Broken(description: "what was in the log is not there any more")
        }
        var added: [EventName: Int] = [:]
        for name in now.names.dropFirst(kept.count) { added[name, default: 0] += 1 }
        if status == 0 {
            guard added == appends else {
                throw Broken(description: "status 0, and \(added) instead of \(appends)")
            }
        } else {
            for (name, count) in added where count > appends[name, default: 0] {
                throw Broken(description: "\(count) \(name.rawValue)")
            }
            if goesOn { try again(directory) }
        }
    }

    /// Without faults the same command does what it left undone, and what it had done is not done
    /// twice.
    private func again(_ directory: String) throws {
        let outcome = try Tool.run(arguments, in: directory)
        // An act that was on record before the failure is refused the second time.
        let isDone = name == "init" ? 73 : 1
        guard outcome.status == 0 || outcome.status == Int32(isDone) else {
            throw Broken(description: "after it, \(outcome)")
        }
        guard let now = try Self.content(directory) else {
            throw Broken(description: "after it, no ledger: \(outcome)")
        }
        var added: [EventName: Int] = [:]
        for name in now.names.dropFirst(before?.names.count ?? 0) { added[name, default: 0] += 1 }
        guard added == appends || (isRepeatable && added.values.allSatisfy { $0 <= 2 }) else {
            throw Broken(description: "after it, \(added) instead of \(appends)")
        }
    }

    /// Whether the command, given twice, is two acts.
    private var isRepeatable: Bool { name == "thresholds edit" }
}
