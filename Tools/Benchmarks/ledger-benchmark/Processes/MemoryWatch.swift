import Foundation
import Synchronization

/// The most anonymous memory this process has held: without the map, which is the file's.
final class MemoryWatch: Sendable {
    private let state = Mutex((most: 0, isRunning: true))

    init() {
        Thread.detachNewThread { [self] in
            while state.withLock({ $0.isRunning }) {
                let now = Self.anonymousBytes()
                state.withLock { $0.most = max($0.most, now) }
                Thread.sleep(forTimeInterval: 0.05)
            }
        }
    }

    func stop() -> Int {
        let now = Self.anonymousBytes()
        return state.withLock { state in
            state.isRunning = false
            return max(state.most, now)
        }
    }

    private static func anonymousBytes() -> Int {
        guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
            let line = status.split(separator: "\n").first(where: { $0.hasPrefix("RssAnon:") }),
            let kibibytes = line.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
        else { return 0 }
        return kibibytes << 10
    }
}
