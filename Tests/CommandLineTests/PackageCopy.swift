import Foundation
import Testing

/// A copy of this package with changes of its own, built in a folder that stays: the next time only
/// what has changed is compiled.
struct PackageCopy {
    struct Misfit: Error, CustomStringConvertible { let description: String }

    /// The package that these tests belong to.
    static let original = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    private static let parts = ["Sources", "Projections", "Tests", "Tools"]

    /// Longest a build may take: on one slow core it compiles what it needs of BoringSSL too.
    private static let secondsMax = 3_600.0

    /// Where the copy lies: among what builds make, and so never a part of the package.
    let path: String
    /// Files that lines were added to.
    private(set) var changed: Set<String> = []
    private var files: [String: Data] = [:]
    private let disk = FileManager.default

    /// Reads the package.
    init(named name: String) throws {
        path =
            URL(fileURLWithPath: Tool.path).deletingLastPathComponent()
            .appendingPathComponent(name).path
        for part in ["Package.swift", "Package.resolved", ".gitignore"] + Self.parts
        where disk.fileExists(atPath: Self.original.appendingPathComponent(part).path) {
            try add(Self.original, part)
        }
    }

    /// Adds the files below a folder, in place of those of the same name.
    mutating func add(_ folder: URL, _ name: String = "") throws {
        let url = name.isEmpty ? folder : folder.appendingPathComponent(name)
        guard let names = try? disk.contentsOfDirectory(atPath: url.path) else {
            files[name] = try Data(contentsOf: url)
            return
        }
        for below in names where !below.hasPrefix(".") && below != "__pycache__" {
            try add(folder, name.isEmpty ? below : name + "/" + below)
        }
    }

    /// Adds a line to the one file below a folder that has `anchors`: after the first line that is
    /// the last of them and follows the others, in their order. The first anchor is there once.
    mutating func insert(_ text: String, after anchors: [String], in folder: String) throws {
        var places: [(path: String, lines: [String], index: Int)] = []
        for (path, data) in files where path.hasPrefix(folder) {
            let lines = String(decoding: data, as: UTF8.self)
                .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            let trimmed = lines.map { $0.trimmingCharacters(in: .whitespaces) }
            for start in trimmed.indices where trimmed[start] == anchors[0] {
                let end = anchors.dropFirst().reduce(Int?(start)) { index, anchor in
                    index.flatMap { trimmed[($0 + 1)...].firstIndex(of: anchor) }
                }
                if let end { places.append((path, lines, end)) }
            }
        }
        guard places.count == 1, let (path, lines, index) = places.first else {
            throw Misfit(
                description: "\(places.count) places in \(folder) for what follows \(anchors)")
        }
        files[path] = Data(
            (lines[...index] + [text] + lines[(index + 1)...]).joined(separator: "\n").utf8)
        changed.insert(path)
    }

    mutating func append(_ text: String, to path: String) throws {
        guard let data = files[path] else { throw Misfit(description: "there is no \(path)") }
        files[path] = data + Data(text.utf8)
        changed.insert(path)
    }

    mutating func replace(_ text: String, with other: String, in path: String) throws {
        let old = String(decoding: files[path] ?? Data(), as: UTF8.self)
        guard old.split(separator: text, omittingEmptySubsequences: false).count == 2 else {
            throw Misfit(description: "\(path) has no one place with \(text)")
        }
        files[path] = Data(old.replacingOccurrences(of: text, with: other).utf8)
        changed.insert(path)
    }

    /// Makes the folder what the copy is. A file that is there with the same bytes keeps its time,
    /// by which builds know that there is nothing to do.
    func write() throws {
        for part in Self.parts {
            for below in disk.subpaths(atPath: path + "/" + part) ?? [] {
                let place = part + "/" + below
                var isFolder: ObjCBool = false
                guard files[place] == nil,
                    disk.fileExists(atPath: path + "/" + place, isDirectory: &isFolder),
                    !isFolder.boolValue
                else { continue }
                try disk.removeItem(atPath: path + "/" + place)
            }
        }
        for (place, data) in files {
            let url = URL(fileURLWithPath: path + "/" + place)
            guard (try? Data(contentsOf: url)) != data else { continue }
            try disk.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try data.write(to: url)
            let mode = try? disk.attributesOfItem(
                atPath: Self.original.appendingPathComponent(place).path)[.posixPermissions]
            if let mode {
                try disk.setAttributes([.posixPermissions: mode], ofItemAtPath: url.path)
            }
        }
        try shareDependencies()
    }

    /// The checkouts of the build that these tests come from, so that nothing is downloaded again.
    private func shareDependencies() throws {
        // .build/TRIPLE/debug/npsledger
        let build = URL(fileURLWithPath: Tool.path).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        try disk.createDirectory(atPath: path + "/.build", withIntermediateDirectories: true)
        for part in ["checkouts", "repositories", "workspace-state.json"] {
            let (source, target) = (
                build.appendingPathComponent(part).path, path + "/.build/" + part
            )
            guard disk.fileExists(atPath: source), !disk.fileExists(atPath: target) else {
                continue
            }
            try disk.copyItem(atPath: source, toPath: target)
        }
    }

    /// Runs a Swift command on the copy.
    func swift(_ arguments: [String], environment: [String: String] = [:]) throws -> Tool.Outcome {
        let own = ProcessInfo.processInfo.environment
        let settings = ["PATH", "HOME"].reduce(into: environment) { $0[$1] = own[$1] }
        let running = try Tool.start(
            ["swift"] + arguments, program: "/usr/bin/env", in: path, environment: settings)
        let start = Date()
        while true {
            if let outcome = try running.poll() { return outcome }
            guard Date().timeIntervalSince(start) < Self.secondsMax else {
                running.send(SIGTERM)
                throw Misfit(description: "swift \(arguments) takes too long")
            }
            usleep(50_000)
        }
    }

    /// A program of the copy, once it is built.
    func program(_ name: String) -> String { path + "/.build/debug/" + name }
}
