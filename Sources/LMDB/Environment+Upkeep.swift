import CLMDB
import Glibc

extension Environment {
    /// Writes a consistent copy of the environment while it is in use, durable on return.
    ///
    /// The directory is made where it is missing and must hold no data file (`fileExists`). A
    /// compacting copy leaves free pages out; the other is faster and stops the writer for a
    /// moment. What was copied is taken away again on failure. Not inside a transaction.
    public func copy(to directory: String, compacting: Bool) throws {
        let operation: StaticString = "copy"
        try DataDirectory.create(directory, mode: configuration.directoryMode)
        var attempt = 0
        while true {
            switch gate.enter(.copy) {
            case .closed: throw closedFailure(operation)
            case .nested:
                throw failure(
                    EDEADLK, operation, detail: "this thread is inside a transaction already")
            case .admitted: break
            }
            let generation = opened.generation
            var status = MDB_PANIC
            if let raw = unsafe opened.raw {
                let flags = compacting ? MDB_CP_COMPACT : 0
                status = unsafe mdb_env_copy2(raw, directory, UInt32(flags))
            }
            gate.leave(.copy)
            if status == MDB_SUCCESS { break }
            if status == EEXIST {
                throw LMDBError(status: status, operation: "\(operation)", path: directory)
            }
            try DataDirectory.removeDataFile(directory)
            attempt += 1
            try recover(from: status, operation, generation: generation, attempt: attempt)
        }
        try DataDirectory.finishCopy(directory, mode: configuration.fileMode)
    }

    /// Brings everything committed to the device; needed only without full durability.
    public func sync() throws {
        let status = unsafe try withRaw("sync") { raw in unsafe mdb_env_sync(raw, 1) }
        guard status == MDB_SUCCESS else { throw failure(status, "sync") }
    }

    /// Frees the reader slots of processes that died; answers how many. Done at open as well.
    @discardableResult
    public func reapDeadReaders() throws(LMDBError) -> Int {
        var dead: Int32 = 0
        let status = unsafe try withRaw("reap dead readers") { raw in
            unsafe mdb_reader_check(raw, &dead)
        }
        guard status == MDB_SUCCESS else { throw failure(status, "reap dead readers") }
        return Int(dead)
    }

    private func withRaw(
        _ operation: StaticString, _ body: (OpaquePointer) -> Int32
    ) throws(LMDBError) -> Int32 {
        guard case .admitted = gate.enter(.upkeep) else { throw closedFailure(operation) }
        defer { gate.leave(.upkeep) }
        guard let raw = unsafe opened.raw else { return MDB_PANIC }
        return unsafe body(raw)
    }
}
