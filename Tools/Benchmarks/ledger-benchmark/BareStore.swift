import CBareLMDB

/// LMDB alone, driven from C: the base of every ratio.
final class BareStore {
    private let raw: OpaquePointer

    /// What LMDB answered.
    struct Failure: Error, CustomStringConvertible {
        let status: Int32
        var description: String { "bare LMDB: \(String(cString: bare_lmdb_message(status)))" }
    }

    init(directory: String, mapBytes: Int) throws(Failure) {
        var raw: OpaquePointer?
        let status = bare_lmdb_open(directory, mapBytes, &raw)
        guard let raw, status == 0 else { throw Failure(status: status) }
        self.raw = raw
    }

    /// A table of an environment that this process has not open otherwise, for reading.
    init(directory: String, table: String) throws(Failure) {
        var raw: OpaquePointer?
        let status = bare_lmdb_open_table(directory, table, &raw)
        guard let raw, status == 0 else { throw Failure(status: status) }
        self.raw = raw
    }

    deinit { bare_lmdb_close(raw) }

    /// Appends the values that lie one after another in `values`, synced every `commitValues`.
    func append(_ values: [UInt8], valueBytes: Int, commitValues: Int) throws(Failure) {
        let status = bare_lmdb_append(
            raw, values, valueBytes, values.count / valueBytes, commitValues)
        guard status == 0 else { throw Failure(status: status) }
    }

    /// Reads every byte of every value.
    func scan() throws(Failure) -> (count: UInt64, sum: UInt64) {
        var (count, sum): (UInt64, UInt64) = (0, 0)
        let status = bare_lmdb_scan(raw, &count, &sum)
        guard status == 0 else { throw Failure(status: status) }
        return (count, sum)
    }
}
