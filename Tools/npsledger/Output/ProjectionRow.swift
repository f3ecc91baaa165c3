import Catalog
import LedgerCore
import LedgerReplay
import LedgerStore
import NPSLedger
import Presentation

/// What is to be said about one projection in a list.
struct ProjectionRow {
    let id: String
    /// Why it needs a rebuild, if it does.
    let reason: RebuildReason?
    /// Nil where the file is damaged: nothing in it is looked at then.
    let live: BuildRecord?
    let other: BuildRecord?
    let isRebuilding: Bool
    let digest: String?
    let lag: UInt64?
    let bytes: Int
    let committed: ProjectionCommitment?
    /// Whether `projection swap` would make the other build live.
    private let isOtherUsable: Bool

    init(
        _ projection: any CatalogedProjection, _ log: EventLog, _ size: Position,
        readsState: Bool
    ) throws {
        id = projection.descriptor.id
        bytes = projection.usedBytes
        committed = try projection.lastCommitment(in: log)
        var reason = try projection.rebuildReason(with: log, checksPages: readsState)
        var known: (record: BuildRecord, digest: [UInt8])?
        do {
            // Position and digest are of one moment: an auditor holds them against a commitment.
            known = readsState && reason == nil ? try projection.liveDigest() : nil
        } catch let damage as DamagedBlock {
            reason = .damaged(damage.description)
        }
        self.reason = reason
        if case .damaged = reason {
            (live, other, digest, lag) = (nil, nil, nil, nil)
            (isRebuilding, isOtherUsable) = (false, false)
            return
        }
        let live = try known?.record ?? projection.live()
        self.live = live
        digest = (known?.digest).map { Hex.encode($0) }
        other = try projection.other()
        isRebuilding = try projection.isRebuilding()
        lag = size - min(size, live.position)
        isOtherUsable = try projection.canSwapBack(with: log)
    }

    /// Which builds there are: what each is, its layout and its position.
    private var builds: [(state: String, version: UInt32?, position: Position)] {
        guard let live else { return [] }
        var builds: [(String, UInt32?, Position)] = [("live", live.version, live.position)]
        if isRebuilding {
            builds.append(("unfinished", other?.version, other?.position ?? 0))
        } else if let other {
            builds.append(("kept", other.version, other.position))
        }
        return builds
    }

    var json: JSONValue {
        [
            "id": .string(id), "version": .optional(live?.version),
            "position": .optional(live?.position), "lag": .optional(lag),
            "digest": .optional(digest), "bytes": .integer(bytes),
            "builds": .array(
                builds.map { build in
                    [
                        "state": .string(build.state), "version": .optional(build.version),
                        "position": .integer(build.position),
                    ]
                }),
            "committed": committed.map { commitment in
                [
                    "upTo": .integer(commitment.upTo), "position": .integer(commitment.position),
                    "recordedAt": .string(Timestamp.format(commitment.recordedAt)),
                    "digest": .string(Hex.encode(commitment.digest)),
                ]
            } ?? .null,
            "quarantined": .optional(live?.poisoned), "needsRebuild": .bool(reason != nil),
            "reason": .optional(reason?.description),
        ]
    }

    static let fieldNames = [
        "id", "version", "position", "lag", "digest", "bytes", "otherBuild", "otherVersion",
        "otherPosition", "committedUpTo", "committedAt", "quarantined", "needsRebuild", "reason",
    ]

    var fields: [String] {
        func text(_ value: (some CustomStringConvertible)?) -> String {
            value.map { "\($0)" } ?? ""
        }
        let other = builds.dropFirst().first
        return [
            id, text(live?.version), text(live?.position), text(lag), digest ?? "", "\(bytes)",
            other?.state ?? "", text(other?.version), text(other?.position),
            text(committed?.upTo), text(committed?.position), text(live?.poisoned),
            reason == nil ? "false" : "true", text(reason),
        ]
    }

    /// How far the build has come that `projection swap` would make live.
    var keptPosition: String? {
        isOtherUsable && !isRebuilding ? other.map { Formatted.count($0.position) } : nil
    }

    /// What stands below the table: builds beside the live one, and what needs a rebuild.
    var remarks: [String] {
        var remarks: [String] = []
        if let reason {
            var remark = "\(id) needs a rebuild: \(reason). "
            if case .damaged = reason {
                remark += "`npsledger projection rebuild \(id)` folds it anew."
            } else {
                remark += "It is folded anew when it is next asked."
            }
            remarks.append(remark)
        }
        guard let build = builds.dropFirst().first else { return remarks }
        let position = Formatted.count(build.position)
        if isRebuilding {
            remarks.append(
                "A new build of \(id) is unfinished, at position \(position): "
                    + "`npsledger projection rebuild \(id)` goes on with it.")
        } else if keptPosition == nil {
            remarks.append(
                "A build of \(id) is kept at position \(position), with layout "
                    + "\(build.version ?? 0): for the program that wrote it.")
        }
        return remarks
    }
}
