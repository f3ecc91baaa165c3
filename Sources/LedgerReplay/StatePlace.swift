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
