/// Walks the tables of a data file by reading it, and says which page no LMDB can have written.
///
/// LMDB believes what its pages say: a damaged one makes it assert or follow a pointer out of the
/// map, and the process is gone. Here every number is looked at before it is used.
struct PageCheck {
    /// How much is looked at.
    enum Scope {
        /// The table of tables, and the root of each: what opening needs.
        case top
        /// Every page in use.
        case everything
    }

    /// Where things stand in a page, a node and a table's record of LMDB 0.9 on 64 bits.
    enum Layout {
        static let pageHead = 16
        static let pageFlags = 10
        static let lower = 12
        static let upper = 14
        static let overflowPages = 12
        static let nodeHead = 8
        static let branch: UInt16 = 0x01
        static let leaf: UInt16 = 0x02
        static let overflow: UInt16 = 0x04
        static let bigData: UInt16 = 0x01
        static let table: UInt16 = 0x02
        static let keyBytesMax = 511
        static let depthMax = 32
        static let tableRecord = 48
        static let tableFlags = 4
        static let tableDepth = 6
        static let branchPages = 8
        static let leafPages = 16
        static let overflowTotal = 24
        static let entries = 32
        static let tableRoot = 40
        static let integerKeys: UInt16 = 0x08
        static let noPage = UInt64.max
        /// The two meta pages come first.
        static let firstPage: UInt64 = 2
    }

    /// What a table holds, as its record says and as it is found.
    struct Counts: Equatable {
        var branchPages: UInt64 = 0
        var leafPages: UInt64 = 0
        var overflowPages: UInt64 = 0
        var entries: UInt64 = 0
    }

    struct Table {
        var name: String
        var root: UInt64
        var depth: Int
        var hasIntegerKeys: Bool
        var counts: Counts
    }

    /// A page that is still to be looked at, and between which keys its own must lie.
    struct Bounded {
        var page: UInt64
        /// The least key; nil where none is below.
        var lower: ArraySlice<UInt8>?
        /// The first key that lies beyond.
        var upper: ArraySlice<UInt8>?
    }

    let file: DataFile
    private let pageSize: Int
    let meta: DataFile.Meta
    /// Pages the file holds.
    let present: UInt64
    /// Pages that are in use.
    private var seen = PageSet()
    private var counts = Counts()
    /// Pages that the list of free pages names, in the order of its records.
    private var freePages: [UInt64] = []

    init(_ file: DataFile, _ meta: DataFile.Meta) throws(LMDBError) {
        self.file = file
        self.meta = meta
        pageSize = meta.pageSizeBytes
        present = UInt64(try file.sizeBytes() / pageSize)
    }

    /// Throws `corrupted` with the first page that is damaged.
    mutating func run(_ scope: Scope) throws(LMDBError) {
        let free = try table(Self.freeTableName, meta.freeTable, 0)
        let main = try table("tables", meta.mainTable, 0)
        guard free.hasIntegerKeys, !main.hasIntegerKeys else {
            throw file.corruption("its meta page says that a table has the other kind of keys")
        }
        let isWhole = scope == .everything
        _ = try walk(free, isWhole: isWhole)
        for table in try walk(main, isWhole: true) {
            guard try walk(table, isWhole: isWhole).isEmpty else {
                throw file.corruption("table “\(table.name)” holds a table")
            }
        }
        if isWhole { try checkFreePages() }
    }

    private func table(
        _ name: String, _ bytes: [UInt8], _ start: Int
    ) throws(LMDBError) -> Table {
        let flags = bytes.integer(at: start + Layout.tableFlags, as: UInt16.self)
        func word(_ offset: Int) -> UInt64 { bytes.integer(at: start + offset, as: UInt64.self) }
        let table = Table(
            name: name, root: word(Layout.tableRoot),
            depth: Int(bytes.integer(at: start + Layout.tableDepth, as: UInt16.self)),
            hasIntegerKeys: flags == Layout.integerKeys,
            counts: Counts(
                branchPages: word(Layout.branchPages), leafPages: word(Layout.leafPages),
                overflowPages: word(Layout.overflowTotal), entries: word(Layout.entries)))
        // No table here sorts otherwise, or has several values under a key.
        guard flags == Layout.integerKeys || flags == 0, table.depth <= Layout.depthMax,
            (table.root == Layout.noPage) == (table.depth == 0)
        else { throw file.corruption("the record of table “\(name)” is damaged") }
        return table
    }

    /// Looks at a table's pages and returns the tables whose records it holds.
    private mutating func walk(_ table: Table, isWhole: Bool) throws(LMDBError) -> [Table] {
        var tables: [Table] = []
        counts = Counts()
        var level =
            table.depth > 0 ? [Bounded(page: table.root, lower: nil, upper: nil)] : []
        for depth in 1...max(1, table.depth) {
            var next: [Bounded] = []
            for page in level {
                let isLeaf = depth == table.depth
                try check(page, isLeaf: isLeaf, of: table, &next, &tables)
            }
            if !isWhole { return tables }
            level = next
        }
        guard counts == table.counts else {
            throw file.corruption(
                "table “\(table.name)” holds \(counts.entries) entries in \(counts.leafPages) leaf, "
                    + "\(counts.branchPages) branch and \(counts.overflowPages) overflow pages, its "
                    + "record says \(table.counts.entries) in \(table.counts.leafPages), "
                    + "\(table.counts.branchPages) and \(table.counts.overflowPages)")
        }
        return tables
    }

    private func damage(_ page: UInt64, _ table: Table, _ problem: String) -> LMDBError {
        file.corruption("page \(page) of table “\(table.name)” \(problem)")
    }

    /// Claims pages for a table; each page has one use.
    private mutating func claim(
        _ first: UInt64, count: UInt64 = 1, _ table: Table
    ) throws(LMDBError) {
        guard first >= Layout.firstPage, first < present, count <= present - first else {
            throw damage(first, table, "lies beyond the file")
        }
        for page in first..<(first + count) {
            guard seen.insert(page) else { throw damage(page, table, "is in use twice") }
        }
    }

    private mutating func check(
        _ bounded: Bounded, isLeaf: Bool, of table: Table, _ children: inout [Bounded],
        _ tables: inout [Table]
    ) throws(LMDBError) {
        let page = bounded.page
        try claim(page, table)
        guard let bytes = try file.read(at: Int(page) * pageSize, count: pageSize) else {
            throw damage(page, table, "cannot be read")
        }
        // Exactly: a mark of a page in memory, read from the device, has a writer leave the page out.
        let flags = bytes.integer(at: Layout.pageFlags, as: UInt16.self)
        let lower = Int(bytes.integer(at: Layout.lower, as: UInt16.self))
        let upper = Int(bytes.integer(at: Layout.upper, as: UInt16.self))
        // The first word is the page's own number.
        guard bytes.integer(at: 0, as: UInt64.self) == page,
            flags == (isLeaf ? Layout.leaf : Layout.branch),
            lower > Layout.pageHead + (isLeaf ? 0 : 2), lower % 2 == 0, lower <= upper,
            upper <= pageSize
        else { throw damage(page, table, "has a damaged head") }
        counts.leafPages += isLeaf ? 1 : 0
        counts.branchPages += isLeaf ? 0 : 1
        var previous = bounded.lower
        for slot in stride(from: Layout.pageHead, to: lower, by: 2) {
            let node = Int(bytes.integer(at: slot, as: UInt16.self))
            guard node >= upper, node + Layout.nodeHead <= pageSize else {
                throw damage(page, table, "has an entry outside itself")
            }
            let size = Int(bytes.integer(at: node + 6, as: UInt16.self))
            // LMDB takes what is left of the second key of a branch for the whole page.
            let isFirstOfBranch = !isLeaf && slot == Layout.pageHead
            guard node + Layout.nodeHead + size <= pageSize,
                isFirstOfBranch || (table.hasIntegerKeys ? 8...8 : 1...Layout.keyBytesMax) ~= size
            else { throw damage(page, table, "has a key of \(size) bytes") }
            let key = bytes[(node + Layout.nodeHead)..<(node + Layout.nodeHead + size)]
            if !isFirstOfBranch {
                // A leaf's first key may be the least that its parent allows.
                let isFirst = slot == Layout.pageHead
                if let previous, !Self.precedes(previous, key, table, orEqual: isFirst) {
                    throw damage(page, table, "has keys out of order")
                }
                previous = key
            }
            if isLeaf {
                try checkLeafNode(bytes, at: node, key: size, page, table, &tables)
            } else {
                let low = UInt64(bytes.integer(at: node, as: UInt32.self))
                let high = UInt64(bytes.integer(at: node + 4, as: UInt16.self))
                if !isFirstOfBranch { children[children.count - 1].upper = key }
                children.append(
                    Bounded(
                        page: low | high << 32, lower: isFirstOfBranch ? bounded.lower : key,
                        upper: bounded.upper))
            }
        }
        if let last = previous, let end = bounded.upper,
            !Self.precedes(last, end, table, orEqual: false)
        {
            throw damage(page, table, "has keys beyond its parent's")
        }
    }

    /// Whether one key stands before another, in the order of the table.
    private static func precedes(
        _ one: ArraySlice<UInt8>, _ other: ArraySlice<UInt8>, _ table: Table, orEqual: Bool
    ) -> Bool {
        if table.hasIntegerKeys {
            let (first, second) = (integer(one), integer(other))
            return first < second || orEqual && first == second
        }
        return one.lexicographicallyPrecedes(other) || orEqual && one == other
    }

    private static func integer(_ key: ArraySlice<UInt8>) -> UInt64 {
        key.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    private mutating func checkLeafNode(
        _ bytes: [UInt8], at node: Int, key: Int, _ page: UInt64, _ table: Table,
        _ tables: inout [Table]
    ) throws(LMDBError) {
        let size = Int(bytes.integer(at: node, as: UInt32.self))
        let flags = bytes.integer(at: node + 4, as: UInt16.self)
        let value = node + Layout.nodeHead + key
        let isElsewhere = flags == Layout.bigData
        counts.entries += 1
        guard value + (isElsewhere ? 8 : size) <= pageSize,
            flags == 0 || isElsewhere || flags == Layout.table && size == Layout.tableRecord
        else { throw damage(page, table, "has a value of \(size) bytes that does not fit") }
        if isElsewhere {
            let first = bytes.integer(at: value, as: UInt64.self)
            try checkOverflow(first, valueBytes: size, table)
            if table.name == Self.freeTableName {
                try noteFree(
                    try file.read(at: Int(first) * pageSize + Layout.pageHead, count: size), page,
                    table)
            }
        } else if table.name == Self.freeTableName {
            try noteFree(Array(bytes[value..<(value + size)]), page, table)
        } else if flags == Layout.table {
            let name = String(decoding: bytes[(value - key)..<value], as: UTF8.self)
            tables.append(try self.table(name, bytes, value))
        }
    }

    private mutating func checkOverflow(
        _ first: UInt64, valueBytes: Int, _ table: Table
    ) throws(LMDBError) {
        guard first < present,
            let head = try file.read(at: Int(first) * pageSize, count: Layout.pageHead)
        else { throw damage(first, table, "lies beyond the file") }
        let flags = head.integer(at: Layout.pageFlags, as: UInt16.self)
        let pages = UInt64(head.integer(at: Layout.overflowPages, as: UInt32.self))
        let needed = UInt64((Layout.pageHead + valueBytes + pageSize - 1) / pageSize)
        guard head.integer(at: 0, as: UInt64.self) == first, flags == Layout.overflow,
            pages == needed
        else { throw damage(first, table, "has a damaged head") }
        try claim(first, count: pages, table)
        counts.overflowPages += pages
    }
}

/// The list of free pages: a writer puts new bytes where it says, and believes it.
extension PageCheck {
    static let freeTableName = "free pages"

    /// Takes in one record: how many pages, then their numbers.
    private mutating func noteFree(
        _ record: [UInt8]?, _ page: UInt64, _ table: Table
    ) throws(LMDBError) {
        let wordBytes = MemoryLayout<UInt64>.size
        guard let record, record.count >= wordBytes else {
            throw damage(page, table, "has a record that is no list")
        }
        let count = record.integer(at: 0, as: UInt64.self)
        guard count <= UInt64(record.count / wordBytes - 1) else {
            throw damage(page, table, "has a list of \(count) pages that does not fit")
        }
        for index in 0..<Int(count) {
            freePages.append(record.integer(at: (index + 1) * wordBytes, as: UInt64.self))
        }
    }

    /// A page that is listed twice, or in use, would be written over while it is needed.
    private func checkFreePages() throws(LMDBError) {
        var listed = PageSet()
        for page in freePages {
            guard page >= Layout.firstPage, page <= meta.lastPage else {
                throw file.corruption("page \(page) is listed as free and does not exist")
            }
            guard !seen.contains(page) else {
                throw file.corruption("page \(page) is listed as free and is in use")
            }
            guard listed.insert(page) else {
                throw file.corruption("page \(page) is listed as free twice")
            }
        }
    }
}
