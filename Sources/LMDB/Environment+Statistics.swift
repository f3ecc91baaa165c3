import CLMDB

extension Environment {
    /// Whether the calling thread has a transaction open: then it must not wait for another thread that
    /// writes, which could be waiting for this transaction to end so that the map can grow.
    public var isInsideTransaction: Bool { gate.isInside }

    /// What an environment takes up and who reads it.
    public struct Statistics: Sendable, Equatable {
        /// The size of the map in this process, in bytes.
        public var mapSizeBytes = 0
        /// Bytes in use: every page up to the last one ever used, free ones included.
        public var usedBytes = 0
        /// Reader slots taken by all processes, those at rest included.
        public var readers = 0
        /// The oldest snapshot a reader of any process holds; nil when nobody reads.
        public var oldestReaderTransactionID: Int?
        /// The number of the last committed write transaction.
        public var lastTransactionID = 0

        /// Nothing: what a closed environment answers.
        public init() {}
    }

    /// Sizes and readers now; all zero when the environment is closed.
    public var statistics: Statistics {
        guard case .admitted = gate.enter(.upkeep) else { return Statistics() }
        defer { gate.leave(.upkeep) }
        guard let raw = unsafe opened.raw else { return Statistics() }
        var information = unsafe MDB_envinfo()
        var pages = MDB_stat()
        guard unsafe mdb_env_info(raw, &information) == MDB_SUCCESS,
            unsafe mdb_env_stat(raw, &pages) == MDB_SUCCESS
        else { return Statistics() }
        var statistics = Statistics()
        statistics.mapSizeBytes = unsafe information.me_mapsize
        statistics.usedBytes = unsafe (information.me_last_pgno + 1) * Int(pages.ms_psize)
        statistics.lastTransactionID = unsafe information.me_last_txnid
        unsafe countReaders(raw, into: &statistics)
        return statistics
    }

    /// Reads LMDB's list of readers: a heading, then process, thread and snapshot or `-` a line.
    private func countReaders(_ raw: OpaquePointer, into statistics: inout Statistics) {
        var lines: [String] = []
        unsafe withUnsafeMutablePointer(to: &lines) { pointer in
            _ = unsafe mdb_reader_list(
                raw,
                { message, context in
                    guard let message = unsafe message, let context = unsafe context else {
                        return -1
                    }
                    unsafe context.assumingMemoryBound(to: [String].self).pointee.append(
                        String(cString: message))
                    return 0
                }, pointer)
        }
        for line in lines {
            let words = line.split(whereSeparator: \.isWhitespace)
            guard words.count == 3, Int(words[0]) != nil else { continue }
            statistics.readers += 1
            guard let snapshot = Int(words[2]) else { continue }
            let oldest = statistics.oldestReaderTransactionID ?? snapshot
            statistics.oldestReaderTransactionID = min(oldest, snapshot)
        }
    }
}
