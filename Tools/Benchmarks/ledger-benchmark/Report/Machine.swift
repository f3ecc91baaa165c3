import Foundation

/// What the figures were measured on.
struct Machine: Sendable {
    var processor: String
    var cores: Int
    var memoryBytes: Int
    var kernel: String
    var fileSystem: String

    /// This machine, and the file system that holds `path`.
    init(measuring path: String) {
        processor = Self.value(of: "model name", in: "/proc/cpuinfo") ?? "unknown"
        cores = ProcessInfo.processInfo.activeProcessorCount
        memoryBytes = Int(ProcessInfo.processInfo.physicalMemory)
        let release = try? String(contentsOfFile: "/proc/sys/kernel/osrelease", encoding: .utf8)
        kernel = release?.trimmingCharacters(in: .whitespacesAndNewlines) ?? "unknown"
        fileSystem = Self.fileSystem(of: path) ?? "unknown"
    }

    /// The value of the first line of the form "name : value".
    private static func value(of name: String, in path: String) -> String? {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8),
            let line = text.split(separator: "\n").first(where: { $0.hasPrefix(name) }),
            let value = line.split(separator: ":", maxSplits: 1).last
        else { return nil }
        return value.trimmingCharacters(in: .whitespaces)
    }

    /// The type of the mount whose point is the longest prefix of the path.
    private static func fileSystem(of path: String) -> String? {
        let resolved = URL(filePath: path).resolvingSymlinksInPath().path()
        guard let text = try? String(contentsOfFile: "/proc/self/mounts", encoding: .utf8) else {
            return nil
        }
        var best: (point: Substring, type: Substring)?
        for line in text.split(separator: "\n") {
            let fields = line.split(separator: " ")
            guard fields.count > 2 else { continue }
            let point = fields[1] == "/" ? "" : fields[1]
            guard resolved == point || resolved.hasPrefix(point + "/"),
                point.count >= best?.point.count ?? 0
            else { continue }
            best = (point, fields[2])
        }
        return best.map { String($0.type) }
    }
}
