import LMDB
import LedgerStore

extension EmbeddingCache {
    /// What the cache holds.
    public struct Statistics: Hashable, Sendable {
        /// Sealed pages; each has the embeddings of one subject's texts by one encoder.
        public var entries: Int
        /// Bytes of the file in use, free pages included.
        public var bytes: Int
    }

    /// What the cache holds now; nothing is opened.
    public func statistics() throws -> Statistics {
        try translating {
            Statistics(
                entries: try environment.read { try $0.count(pages) },
                bytes: environment.statistics.usedBytes)
        }
    }

    /// Removes all that is kept of a subject, by every encoder; answers how many entries that were.
    ///
    /// To be called when the subject's key is gone. Until LMDB uses their pages again, sealed bytes
    /// that no key opens may stand in the file.
    @discardableResult
    public func erase(subject: UInt64) throws -> Int {
        let prefix = EmbeddingPageKey.prefix(subject)
        return try translating {
            try environment.write { transaction in
                var keys: [[UInt8]] = []
                try transaction.forEach(pages, fromBytes: prefix) { key, _ in
                    let bytes = key.withUnsafeBytes { [UInt8]($0) }
                    guard bytes.starts(with: prefix) else { return false }
                    keys.append(bytes)
                    return true
                }
                for key in keys { try transaction.delete(pages, bytes: key) }
                return keys.count
            }
        }
    }

    /// What is kept of one encoder's embeddings.
    public struct Share: Hashable, Sendable {
        /// SHA-256 that names the encoder.
        public let encoder: [UInt8]
        /// Sealed pages.
        public var pages = 0
        /// Bytes of the sealed pages.
        public var sealedBytes = 0

        /// Texts in the pages, for an encoder of so many dimensions.
        public func texts(dimensions: Int) -> Int {
            max(0, sealedBytes - pages * EmbeddingPage.sealBytes)
                / EmbeddingPage.entryBytes(dimensions: dimensions)
        }
    }

    /// What is kept of each encoder, in the order of their digests; nothing is opened.
    public func shares() throws -> [Share] {
        var shares: [[UInt8]: Share] = [:]
        try translating {
            try environment.read { transaction in
                try transaction.forEach(pages, fromBytes: []) { key, page in
                    let bytes = key.withUnsafeBytes { [UInt8]($0) }
                    if let encoder = EmbeddingPageKey.encoder(of: bytes) {
                        shares[encoder, default: Share(encoder: encoder)].pages += 1
                        shares[encoder]?.sealedBytes += page.byteCount
                    }
                    return true
                }
            }
        }
        return shares.values.sorted { $0.encoder.lexicographicallyPrecedes($1.encoder) }
    }

    /// Removes all that is kept of an encoder; answers how many entries that were.
    @discardableResult
    public func removeAll(by encoder: [UInt8]) throws -> Int {
        try sweep { EmbeddingPageKey.encoder(of: $0) == encoder }
    }

    /// Removes all that is kept of subjects whose keys are gone, and what no program of this layout
    /// has written; answers how many entries that were.
    ///
    /// For after a crash between the end of a key and `erase(subject:)`.
    @discardableResult
    public func eraseForgotten() throws -> Int {
        try sweep { try isForgotten($0) }
    }

    /// Removes entries by their keys; answers how many.
    private func sweep(where isUnwanted: ([UInt8]) throws -> Bool) throws -> Int {
        defer { problems.forget() }
        return try portionwise(isUnwanted)
    }

    private func portionwise(_ isUnwanted: ([UInt8]) throws -> Bool) throws -> Int {
        try translating {
            var removed = 0
            var from: [UInt8]? = []
            // In portions, so that neither a snapshot nor the writer's lock is held for long.
            while let start = from {
                let (known, next) = try keys(from: start)
                from = next
                let unwanted = try known.filter(isUnwanted)
                guard !unwanted.isEmpty else { continue }
                removed += try environment.write { transaction in
                    try unwanted.count { try transaction.delete(pages, bytes: $0) }
                }
            }
            return removed
        }
    }

    private static var portionKeys: Int { 65_536 }

    private func keys(from start: [UInt8]) throws -> (keys: [[UInt8]], next: [UInt8]?) {
        try environment.read { transaction in
            var found: [[UInt8]] = []
            var next: [UInt8]?
            try transaction.forEach(pages, fromBytes: start) { key, _ in
                let bytes = key.withUnsafeBytes { [UInt8]($0) }
                guard found.count < Self.portionKeys else {
                    next = bytes
                    return false
                }
                found.append(bytes)
                return true
            }
            return (found, next)
        }
    }

    private func isForgotten(_ bytes: [UInt8]) throws -> Bool {
        guard EmbeddingPageKey.encoder(of: bytes) != nil else { return true }
        return try key(of: bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }) == nil
    }

    /// Empties the cache.
    public func removeAll() throws {
        try translating { try environment.write { try $0.removeAll(pages) } }
        problems.forget()
    }
}
