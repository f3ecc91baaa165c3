/// What the scripts that drive the other stores are asked.
struct PeerRequest: Encodable {
    enum Operation: String, Encodable {
        /// Read the events' file into memory.
        case load
        /// Go on with an empty store in a folder.
        case open
        /// One caller, one event a commit.
        case alone
        /// Many callers, one event a commit.
        case together
        /// All events, a large number a commit.
        case bulk
        /// The same with a key each under which the store finds an event again.
        case keyed
        /// Every event's bytes.
        case read
        /// The score by two dimensions from all events.
        case recompute
        /// The score of one segment.
        case segment
    }

    var op: Operation
    var file: String?
    var folder: String?
    var count: Int?
    var callers: Int?
}

/// What they answer.
struct PeerAnswer: Decodable {
    var seconds: Double?
    /// Events written or read.
    var count: Int?
    /// Region, plan, detractors, passives, promoters; without the plan for one segment.
    var groups: [Group]?
    var version: String?
    /// How it was done, where there are several ways.
    var way: String?

    struct Group: Decodable, Hashable {
        var values: [String]
        var counts: [Int]
    }
}
