import CChecksum
import LMDB
import LedgerCore
import LedgerStore
import Synchronization

/// Where a projection's state is kept: in its own directory, or for a while in a scratch folder.
///
/// A state only repeats what the log says. Where its directory cannot be written (an auditor's mount,
/// somebody else's directory, a full disk) a question is answered from a copy that is thrown away.
struct StatePlace {
    var environment: Environment
    let tables: StateTables
    /// What was wrong with a file that was thrown away; nil where none was.
    var discardedDamage: String?
    /// Where it is kept instead; nil where it is in its own directory.
    var scratch: ScratchDirectory?
    /// Why, as a clause.
    var reason = ""
    /// Whether that is what the state in the directory shows of the log.
    var leavesWitness = false

    /// - Parameters:
    ///   - looksForDamage: whether to look for damage that opening does not find.
    ///   - moves: whether to go on in a scratch folder where the directory cannot be written.
    init(directory: String, looksForDamage: Bool, moves: Bool) throws {
        do {
            // Tables that are missing have to be made, which is another way to find out that nothing
            // can be written.
            self = try StatePlace(in: directory, Self.configuration) { environment in
                looksForDamage ? try StateTables.damage(in: environment) : nil
            }
        } catch let error as LMDBError where moves && error.isRefusal {
            self = try StatePlace(
                copying: directory,
                because: Self.unwritable(directory, LedgerError(error).message))
        }
    }

    private init(
        in directory: String, _ configuration: Environment.Configuration,
        damage: (Environment) throws -> String?
    ) throws {
        (environment, discardedDamage) = try Environment.disposable(
            path: directory, configuration: configuration, damage: damage)
        do {
            if let tables = try StateTables(in: environment) {
                self.tables = tables
                return
            }
        } catch let error as LMDBError where error.code == .kindMismatch {}
        // A table that is gone, or has keys of another kind: the record of it was changed.
        environment.close()
        (environment, discardedDamage) = try Environment.disposable(
            path: directory, configuration: configuration, damage: { _ in "a table is damaged" })
        guard let tables = try StateTables(in: environment) else {
            throw LedgerError(.corrupt, "\(environment.path) has no tables")
        }
        self.tables = tables
    }

    /// A copy in the first folder that has room for it; nothing is copied where nothing can be read.
    init(copying directory: String, because reason: String) throws {
        var last: any Error = LedgerError(.storage, "no folder for temporary files")
        for root in ScratchDirectory.roots {
            do {
                self = try StatePlace(copying: directory, into: ScratchDirectory(in: root), reason)
                return
            } catch let error as LMDBError {
                last = LedgerError(error)
            } catch {
                last = error
            }
        }
        throw last
    }

    private init(
        copying directory: String, into scratch: ScratchDirectory, _ reason: String
    ) throws {
        do throws(LMDBError) {
            _ = try Environment.copyDataFile(from: directory, to: scratch.path)
        } catch {
            // What cannot be read, or not as one snapshot, is folded from the log.
            guard !error.isRefusal || error.path.hasPrefix(directory) else {
                throw error
            }
            try Environment.removeDataFile(in: scratch.path)
        }
        var configuration = Self.configuration
        configuration.durability = .none
        // Who may not write has no way to rebuild what is damaged: it is folded anew here and now.
        self = try StatePlace(in: scratch.path, configuration) {
            try StateTables.damage(in: $0, checksBlocks: true)
        }
        self.scratch = scratch
        self.reason = reason
    }

    private static var configuration: Environment.Configuration {
        var configuration = Environment.Configuration()
        configuration.mapSizeBytes = 1 << 30
        // A state that does not open is thrown away, but one that opens must be what it says: an
        // unsynced file may hold old pages under a new position after a power cut. Losing the last
        // commit is harmless: its events are folded again.
        configuration.durability = .allButLast
        // A question does not wait for a process that hangs: it goes on in a folder of its own.
        configuration.writerPatience = .seconds(10)
        return configuration
    }

    /// Why a state is kept elsewhere where its directory cannot be written.
    static func unwritable(_ directory: String, _ reason: String) -> String {
        "\(directory) cannot be written (\(reason))"
    }

    /// Whether an error says that something cannot be written.
    static func isRefusal(_ error: LedgerError) -> Bool {
        [.permission, .diskFull, .busy].contains(error.code)
    }
}

extension ProjectionStore {
    /// Goes on in a scratch folder, on a copy of what is there.
    func move(because reason: String, leavesWitness: Bool = false) throws {
        let former = place.withLock { (path: $0.environment.path, isScratch: $0.scratch != nil) }
        guard !former.isScratch else { throw LedgerError(.diskFull, reason) }
        var copy = try StatePlace(copying: former.path, because: reason)
        copy.leavesWitness = leavesWitness
        precondition(tables == copy.tables, "tables keep their numbers")
        let old = place.withLock { place in
            defer { place = copy }
            return place.environment
        }
        old.close()
    }

    /// Refuses what would be gone with the scratch folder.
    func requireKept() throws {
        guard let scratch else { return }
        throw LedgerError(
            .permission,
            "the state of \(P.descriptor.id) is only kept in \(scratch.path) while this runs, for "
                + scratch.reason)
    }
}

/// One build of a projection's state: which layout, how far it has come, what it left out.
public struct BuildRecord: Hashable, Sendable {
    /// How values are stored by this program: 0 without checksums, 1 with one behind each, 2 with
    /// the sum of all keys in this record as well.
    static let layoutNewest: UInt32 = 2

    /// Version of the projection that wrote it.
    public internal(set) var version: UInt32
    /// How its values are stored.
    var layout: UInt32
    /// Events before this position are applied.
    public internal(set) var position: Position
    /// Events that could not be applied and wait in quarantine.
    public internal(set) var poisoned: UInt64
    /// The keys of the state and of its quarantine.
    var keys = KeySum()
    /// Leaf hash of the last entry considered, empty before the first: a state folded from another
    /// log, or from a log since restored from a backup, is recognised by it.
    public internal(set) var lastLeaf: [UInt8]

    /// Which projection's it is; nil in records of version 0.1.0.
    public internal(set) var projection: String?

    var bytes: [UInt8] {
        var fields: [String: CBORValue] = [
            // In one number, so that a program that knows no layouts takes it for another version.
            "version": .unsigned(UInt64(layout) << 16 | UInt64(version)),
            "position": .unsigned(position), "poisoned": .unsigned(poisoned),
            "lastLeaf": .bytes(lastLeaf), "keys": .unsigned(keys.count),
            "keySum": .unsigned(keys.sum),
        ]
        if let projection { fields["projection"] = .text(projection) }
        fields[Self.checkField] = .unsigned(UInt64(Self.checksum(of: fields)))
        return CBORValue.map(fields).encoded
    }

    private static let checkField = "check"

    private static func checksum(of fields: [String: CBORValue]) -> UInt32 {
        let bytes = CBORValue.map(fields).encoded
        return cchecksum_crc32c(0, bytes, bytes.count)
    }

    init(version: UInt32) {
        self.version = version
        layout = Self.layoutNewest
        position = 0
        poisoned = 0
        lastLeaf = []
    }

    init(decoding bytes: [UInt8]) throws(CBORError) {
        var fields = EventFields(try CBORCursor.decode(bytes))
        let said = fields[Self.checkField]?.unsignedValue
        fields[Self.checkField] = nil
        let both = try fields.number("version", as: UInt32.self)
        (version, layout) = (both & 0xFFFF, both >> 16)
        guard layout == 0 || said == UInt64(Self.checksum(of: fields.values)) else {
            throw CBORError(.invalidField, offset: 0, field: Self.checkField)
        }
        position = try fields.unsigned("position")
        poisoned = try fields.unsigned("poisoned")
        lastLeaf = try fields.bytes("lastLeaf")
        keys = KeySum(
            count: try fields.optionalNumber("keys") ?? 0,
            sum: try fields.optionalNumber("keySum") ?? 0)
        projection = fields["projection"] == nil ? nil : try fields.text("projection")
    }
}
