extension Environment {
    /// How an environment is opened.
    public struct Configuration: Sendable {
        /// How much a commit survives.
        public enum Durability: Sendable, Hashable {
            /// A commit is on the device when it returns.
            case full
            /// A power cut may undo the last commit and leaves the environment whole
            /// (MDB_NOMETASYNC): half the waiting of `full`, for what can be caught up again.
            case allButLast
            /// The system writes when it likes (MDB_NOSYNC); a power cut may leave the
            /// environment unreadable. For what can be thrown away and built again.
            case none
        }

        /// The map's size at open, rounded up to pages; a larger one on disk wins.
        public var mapSizeBytes = 1 << 30
        /// Up to where the map may grow; address space, not memory or disk.
        public var mapSizeMaxBytes = 1 << 44
        /// How many databases can be opened.
        public var maxDatabases = 16
        /// How many readers all processes may have together; set by the first that opens.
        public var maxReaders = 510
        /// Whether writing is refused.
        public var readOnly = false
        /// Whether a missing directory is made; never when read only.
        public var createsDirectory = true
        /// How much a commit survives.
        public var durability = Durability.full
        /// How long another process may write without a commit before a write here gives up.
        public var writerPatience = Duration.seconds(30)
        /// The mode of a directory that is made, before the process's mask.
        public var directoryMode: UInt32 = 0o700
        /// The mode of files that are made, before the process's mask.
        public var fileMode: UInt32 = 0o600

        /// The defaults: 1 GiB that grows, durable, writable.
        public init() {}
    }
}
