import CLMDB

extension DataFile {
    /// 16 GiB of pages of 4 KiB; a transaction holds 512 MiB of pages before it writes some.
    static let missingPagesMax: UInt64 = 1 << 22

    /// The pages between the end of the file and the last page, less those known to be free.
    struct MissingPages {
        let first: UInt64
        private(set) var count: Int
        private var isMissing: [Bool]

        init(first: UInt64, last: UInt64) {
            self.first = first
            count = Int(last - first) + 1
            isMissing = Array(repeating: true, count: count)
        }

        mutating func remove(_ page: UInt64) {
            guard page >= first, page - first < isMissing.count else { return }
            let index = Int(page - first)
            if isMissing[index] { count -= 1 }
            isMissing[index] = false
        }
    }

    /// Where things stand in a page and in a node of LMDB 0.9.
    private enum Layout {
        static let pageHead = 16
        static let flags = 10
        static let lower = 12
        static let nodeHead = 8
        static let branch: UInt16 = 0x01
        static let leaf: UInt16 = 0x02
        static let bigData: UInt16 = 0x01
        static let noPage = UInt64.max
        /// LMDB's own bound on the depth of a tree.
        static let depthMax = 32
    }

    /// Whether the file holds every page that is in use.
    ///
    /// A page that was taken and freed within one transaction is never written, so a sound file
    /// may end before its last page. Then every missing page must stand in the list of free
    /// pages, which is read here without the map.
    func holdsAllPages(_ meta: Meta) throws(LMDBError) -> Bool {
        let present = UInt64(try sizeBytes() / meta.pageSizeBytes)
        guard present <= meta.lastPage else { return true }
        guard meta.freeRoot != Layout.noPage else { return false }
        // More than this was never taken and freed at once: the file is cut.
        guard meta.lastPage - present < Self.missingPagesMax else { return false }
        var missing = MissingPages(first: present, last: meta.lastPage)
        var read = PageSet()
        guard try removeFree(at: meta.freeRoot, depth: 0, meta, &read, from: &missing) else {
            return false
        }
        return missing.count == 0
    }

    /// Takes the free pages below a tree page out of `missing`; false when the tree is cut, or is none:
    /// each page is read once, or a few that point to each other would be read for ever.
    private func removeFree(
        at page: UInt64, depth: Int, _ meta: Meta, _ read: inout PageSet,
        from missing: inout MissingPages
    ) throws(LMDBError) -> Bool {
        guard depth < Layout.depthMax, page <= meta.lastPage, read.insert(page),
            let bytes = try self.read(
                at: Int(page) * meta.pageSizeBytes, count: meta.pageSizeBytes)
        else { return false }
        let flags = bytes.integer(at: Layout.flags, as: UInt16.self)
        let lower = Int(bytes.integer(at: Layout.lower, as: UInt16.self))
        guard lower >= Layout.pageHead, lower <= bytes.count else { return false }
        for slot in stride(from: Layout.pageHead, to: lower, by: 2) {
            let node = Int(bytes.integer(at: slot, as: UInt16.self))
            guard node + Layout.nodeHead <= bytes.count else { return false }
            let low = UInt64(bytes.integer(at: node, as: UInt32.self))
            let high = bytes.integer(at: node + 4, as: UInt16.self)
            let keySize = Int(bytes.integer(at: node + 6, as: UInt16.self))
            if flags & Layout.branch != 0 {
                let child = low | UInt64(high) << 32
                guard try removeFree(at: child, depth: depth + 1, meta, &read, from: &missing)
                else {
                    return false
                }
                continue
            }
            guard flags & Layout.leaf != 0 else { return false }
            let start = node + Layout.nodeHead + keySize
            guard
                let list = try freeList(
                    in: bytes, at: start, count: Int(low), isElsewhere: high & Layout.bigData != 0,
                    meta, &read)
            else { return false }
            for page in list { missing.remove(page) }
        }
        return true
    }

    /// The page numbers of one record of the free list: how many, then each.
    private func freeList(
        in page: [UInt8], at start: Int, count: Int, isElsewhere: Bool, _ meta: Meta,
        _ read: inout PageSet
    ) throws(LMDBError) -> [UInt64]? {
        let wordSize = MemoryLayout<UInt64>.size
        guard count >= wordSize, start + (isElsewhere ? wordSize : count) <= page.count else {
            return nil
        }
        var record = page
        var offset = start
        if isElsewhere {
            let first = page.integer(at: start, as: UInt64.self)
            guard first <= meta.lastPage, count <= (1 << 30), read.insert(first),
                let bytes = try self.read(
                    at: Int(first) * meta.pageSizeBytes + Layout.pageHead, count: count)
            else { return nil }
            record = bytes
            offset = 0
        }
        let length = record.integer(at: offset, as: UInt64.self)
        guard length <= UInt64(count / wordSize - 1) else { return nil }
        return (0..<Int(length)).map {
            record.integer(at: offset + ($0 + 1) * wordSize, as: UInt64.self)
        }
    }
}

/// Numbers of pages, as bits in pieces that are made where a page is: a file can claim to have a
/// million times as many pages as it holds.
struct PageSet {
    private static let pieceWords = 512
    private static let piecePages = UInt64(pieceWords * 64)

    private var pieces: [UInt64: [UInt64]] = [:]

    /// Adds a page; false where it is there already.
    mutating func insert(_ page: UInt64) -> Bool {
        let (piece, index) = page.quotientAndRemainder(dividingBy: Self.piecePages)
        let bit: UInt64 = 1 << (index % 64)
        func add(to words: inout [UInt64]) -> Bool {
            defer { words[Int(index / 64)] |= bit }
            return words[Int(index / 64)] & bit == 0
        }
        return add(
            to: &pieces[piece, default: [UInt64](repeating: 0, count: Self.pieceWords)])
    }

    func contains(_ page: UInt64) -> Bool {
        let index = Int(page % Self.piecePages)
        guard let piece = pieces[page / Self.piecePages] else { return false }
        return piece[index / 64] >> UInt64(index % 64) & 1 == 1
    }
}
