import Foundation

/// The repository as rules see it: paths from its top, with the text of each text file.
///
/// A value, so that a test can plant a violation in one that never was on a disk.
struct Repository: Sendable {
    /// Text by path, such as `Sources/LMDB/Environment.swift`; empty for files that are no text.
    let files: [String: String]
    /// What stands at the top, ignored files included.
    let topLevel: [String]
    /// The Swift files, by path.
    let sources: [SourceFile]
    let manifest: PackageManifest

    init(_ files: [String: String], topLevel: [String]? = nil) {
        self.files = files
        self.topLevel =
            topLevel
            ?? Set(files.keys.map { String($0.prefix { $0 != "/" }) }).sorted()
        sources = files.filter { $0.key.hasSuffix(".swift") }
            .map { SourceFile(path: $0.key, text: $0.value) }
            .sorted { $0.path < $1.path }
        manifest = PackageManifest(files["Package.swift", default: ""])
    }

    /// Modules whose sources are in a folder: those Package.swift puts there, else the folder's own.
    func modules(under folder: String) -> Set<String> {
        let declared = manifest.targets.filter { $0.value.path?.isInside(folder) == true }.keys
        return Set(declared).union(folders(in: folder).filter { manifest.targets[$0]?.path == nil })
    }

    /// The module a file is compiled into.
    func module(of file: SourceFile) -> String? {
        let declared = manifest.targets.filter { target in
            target.value.path.map { file.path.isInside($0) } ?? false
        }
        // Of nested folders the innermost counts.
        let inner = declared.max { ($0.value.path?.count ?? 0) < ($1.value.path?.count ?? 0) }
        return inner?.key ?? file.target
    }

    /// Folders directly inside a folder, by name.
    func folders(in parent: String) -> [String] {
        let prefix = parent + "/"
        let names = files.keys.compactMap { path -> String? in
            guard path.hasPrefix(prefix) else { return nil }
            let parts = path.dropFirst(prefix.count).split(separator: "/")
            return parts.count > 1 ? String(parts[0]) : nil
        }
        return Set(names).sorted()
    }

    /// The repository that this file is part of, read once.
    static let this = read(top: URL(filePath: #filePath).deletingLastPathComponent(2))

    private static func read(top: URL) -> Repository {
        let disk = FileManager.default
        let names = ((try? disk.contentsOfDirectory(atPath: top.path)) ?? []).sorted()
        var files: [String: String] = [:]
        // What does not belong at the top is reported by name, and not read.
        let parts = [
            ".ci", ".gitignore", ".swift-format", "LICENSE", "Package.swift", "Projections",
            "README.md", "Sources", "Tests", "Tools",
        ]
        for name in names where parts.contains(name) { read(name, under: top, into: &files) }
        return Repository(files, topLevel: names)
    }

    private static func read(_ path: String, under top: URL, into files: inout [String: String]) {
        let url = top.appending(path: path)
        if let names = try? FileManager.default.contentsOfDirectory(atPath: url.path) {
            for name in names where !name.hasPrefix(".") && name != "__pycache__" {
                read(path + "/" + name, under: top, into: &files)
            }
        } else if let data = try? Data(contentsOf: url) {
            // Fixtures of megabytes are no text that a person writes.
            files[path] = data.count < 1_000_000 ? String(data: data, encoding: .utf8) ?? "" : ""
        }
    }
}

extension String {
    fileprivate func isInside(_ folder: String) -> Bool { hasPrefix(folder + "/") }
}

extension URL {
    fileprivate func deletingLastPathComponent(_ count: Int) -> URL {
        (0...count).reduce(self) { url, _ in url.deletingLastPathComponent() }
    }
}
