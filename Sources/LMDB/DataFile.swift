import CLMDB
import Glibc

/// What LMDB's data file says of itself, read without mapping it.
///
/// LMDB maps the file and trusts it: a page beyond the file's end would kill the process. So the
/// file is looked at first. The layout is LMDB 0.9's on a 64-bit machine.
struct DataFile {
    /// The newest of the two meta pages.
    struct Meta: Equatable {
        var pageSizeBytes: Int
        var mapSizeBytes: Int
        var freeRoot: UInt64
        var lastPage: UInt64
        var transactionID: UInt64
        /// The records of the two tables that every file has, as they are stored.
        var freeTable: [UInt8]
        var mainTable: [UInt8]
    }

    /// Where things stand in a meta page.
    private enum Offset {
        static let magic = 16
        static let version = 20
        static let mapSize = 32
        static let pageSize = 40
        static let freeTable = 40
        static let freeRoot = 80
        static let mainTable = 88
        static let lastPage = 136
        static let transactionID = 144
        static let end = 152
    }

    static let magic: UInt32 = 0xBEEF_C0DE
    static let formatVersion: UInt32 = 1
    /// Page sizes LMDB can have.
    static let pageSizes = 256...65536
    /// How often a file that seems short is looked at again, since a writer may be at work.
    static let looksMax = 3
    static let pauseMicroseconds: UInt32 = 10_000

    let path: String
    let descriptor: Int32

    /// The meta page of a directory's data file; nil when there is none yet.
    static func inspect(directory: String) throws(LMDBError) -> Meta? {
        let path = "\(directory)/\(DataDirectory.dataFileName)"
        // A pipe would be waited for until somebody writes into it.
        let descriptor = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        if descriptor < 0 && errno == ENOENT { return nil }
        guard descriptor >= 0 else {
            throw LMDBError(status: errno, operation: "open", path: path)
        }
        defer { _ = Glibc.close(descriptor) }
        let file = DataFile(path: path, descriptor: descriptor)
        guard try file.isRegular() else {
            throw LMDBError(
                status: MDB_INVALID, operation: "open", path: path, detail: "it is no file")
        }
        for _ in 1..<looksMax {
            if let meta = try file.meta(), try file.holdsAllPages(meta),
                try file.topDamage(meta) == nil
            {
                return meta
            }
            if try file.sizeBytes() == 0 { return nil }
            usleep(pauseMicroseconds)
        }
        guard let meta = try file.meta() else { return nil }
        guard try file.holdsAllPages(meta) else {
            throw file.corruption(
                "it ends before its last page, number \(meta.lastPage) of "
                    + "\(meta.pageSizeBytes) bytes each, with pages in use missing")
        }
        if let damage = try file.topDamage(meta) { throw damage }
        return meta
    }

    /// What is wrong with the pages that opening needs, where it is not that a writer was at work.
    private func topDamage(_ meta: Meta) throws(LMDBError) -> LMDBError? {
        do {
            var check = try PageCheck(self, meta)
            try check.run(.top)
            return nil
        } catch {
            return try self.meta() == meta ? error : nil
        }
    }

    /// The newer meta page; nil for an empty file, which LMDB takes for a new one.
    ///
    /// Two that do not follow each other are damage: with the number of the newer one changed, the
    /// older would be taken, and the last commit would be gone without a word.
    func meta() throws(LMDBError) -> Meta? {
        for _ in 1..<Self.looksMax {
            guard let pages = try metaPages() else { return nil }
            if Self.follow(pages) { return Self.newer(pages) }
            // A writer may have committed more than once between the two readings.
            usleep(Self.pauseMicroseconds)
        }
        guard let pages = try metaPages() else { return nil }
        guard Self.follow(pages) else {
            throw corruption(
                "its meta pages are of commits \(pages.0.transactionID) and "
                    + "\(pages.1.transactionID), which do not follow each other")
        }
        return Self.newer(pages)
    }

    private static func newer(_ pages: (Meta, Meta)) -> Meta {
        pages.0.transactionID > pages.1.transactionID ? pages.0 : pages.1
    }

    /// Whether two meta pages are of one commit and the next, each where LMDB writes it: even ones
    /// to the first page. A file that was just made has 0 in both.
    private static func follow(_ pages: (Meta, Meta)) -> Bool {
        let (first, second) = (pages.0.transactionID, pages.1.transactionID)
        if first == 0, second == 0 { return true }
        return first.isMultiple(of: 2) && !second.isMultiple(of: 2)
            && max(first, second) - min(first, second) == 1
    }

    private func metaPages() throws(LMDBError) -> (Meta, Meta)? {
        guard let first = try read(at: 0, count: Offset.end) else {
            if try sizeBytes() == 0 { return nil }
            throw LMDBError(status: MDB_INVALID, operation: "open", path: path)
        }
        let one = try meta(in: first)
        guard let second = try read(at: one.pageSizeBytes, count: Offset.end) else {
            throw corruption("it ends before its second meta page")
        }
        return (one, try meta(in: second))
    }

    private func meta(in page: [UInt8]) throws(LMDBError) -> Meta {
        guard page.integer(at: Offset.magic, as: UInt32.self) == Self.magic else {
            throw LMDBError(status: MDB_INVALID, operation: "open", path: path)
        }
        guard page.integer(at: Offset.version, as: UInt32.self) == Self.formatVersion else {
            throw LMDBError(status: MDB_VERSION_MISMATCH, operation: "open", path: path)
        }
        let pageSize = Int(page.integer(at: Offset.pageSize, as: UInt32.self))
        let mapSize = page.integer(at: Offset.mapSize, as: UInt64.self)
        let lastPage = page.integer(at: Offset.lastPage, as: UInt64.self)
        guard Self.pageSizes.contains(pageSize), pageSize & (pageSize - 1) == 0 else {
            throw corruption("its meta page gives a page size of \(pageSize)")
        }
        // Both are bounded by the address space of 48 bits; more can only be damage.
        guard mapSize < 1 << 48, lastPage < (1 << 48) / UInt64(pageSize) else {
            throw corruption("its meta page gives a map of \(mapSize) bytes, page \(lastPage)")
        }
        return Meta(
            pageSizeBytes: pageSize, mapSizeBytes: Int(mapSize),
            freeRoot: page.integer(at: Offset.freeRoot, as: UInt64.self), lastPage: lastPage,
            transactionID: page.integer(at: Offset.transactionID, as: UInt64.self),
            freeTable: Array(page[Offset.freeTable..<Offset.mainTable]),
            mainTable: Array(page[Offset.mainTable..<Offset.lastPage]))
    }

    private func isRegular() throws(LMDBError) -> Bool {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else {
            throw LMDBError(status: errno, operation: "open", path: path)
        }
        return status.st_mode & S_IFMT == S_IFREG
    }

    func sizeBytes() throws(LMDBError) -> Int {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else {
            throw LMDBError(status: errno, operation: "open", path: path)
        }
        return status.st_size
    }

    /// The bytes at an offset; nil when the file ends before them.
    func read(at offset: Int, count: Int) throws(LMDBError) -> [UInt8]? {
        var failure: Int32 = 0
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let got = unsafe pread(
                    descriptor, buffer.baseAddress?.advanced(by: filled), count - filled,
                    offset + filled)
                if got < 0 && errno == EINTR { continue }
                if got < 0 { failure = errno }
                if got <= 0 { break }
                filled += got
            }
        }
        if failure != 0 { throw LMDBError(status: failure, operation: "read", path: path) }
        return bytes.count == count ? bytes : nil
    }

    func corruption(_ detail: String) -> LMDBError {
        LMDBError(status: MDB_CORRUPTED, operation: "open", path: path, detail: detail)
    }
}

extension [UInt8] {
    /// An integer in the machine's byte order, as LMDB stores it; the caller checks the bounds.
    func integer<Value: FixedWidthInteger>(at offset: Int, as: Value.Type) -> Value {
        var value: Value = 0
        for index in (0..<MemoryLayout<Value>.size).reversed() {
            value = value << 8 | Value(self[offset + index])
        }
        return value
    }
}
