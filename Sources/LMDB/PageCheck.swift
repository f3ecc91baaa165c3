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
    private enum Layout {
        static let pageHead = 16
        static let pageFlags = 10
        static let lower = 12
        static let upper = 14
        static let overflowPages = 12
        static let nodeHead = 8
        static let branch: UInt16 = 0x01
        static let leaf: UInt16 = 0x02
        static let overflow: UInt16 = 0x04
        /// Marks of a page in memory, which LMDB may leave on the device.
        static let transient: UInt16 = 0x8010
        static let bigData: UInt16 = 0x01
        static let table: UInt16 = 0x02
        static let keyBytesMax = 511
        static let depthMax = 32
        static let tableRecord = 48
        static let tableFlags = 4
        static let tableDepth = 6
        static let tableRoot = 40
        static let integerKeys: UInt16 = 0x08
        static let noPage = UInt64.max
        /// The two meta pages come first.
        static let firstPage: UInt64 = 2
    }

    private struct Table {
        var name: String
        var root: UInt64
        var depth: Int
        var hasIntegerKeys: Bool
    }

    private let file: DataFile
    private let pageSize: Int
    private let meta: DataFile.Meta
    /// Pages the file holds.
    private let present: UInt64
    private var seen: [Bool]

    init(_ file: DataFile, _ meta: DataFile.Meta) throws(LMDBError) {
        self.file = file
        self.meta = meta
        pageSize = meta.pageSizeBytes
        present = UInt64(try file.sizeBytes() / pageSize)
        seen = Array(repeating: false, count: Int(present))
    }

    /// Throws `corrupted` with the first page that is damaged.
    mutating func run(_ scope: Scope) throws(LMDBError) {
        let free = try table("free pages", meta.freeTable, 0)
        let main = try table("tables", meta.mainTable, 0)
        let isWhole = scope == .everything
        _ = try walk(free, isWhole: isWhole)
        for table in try walk(main, isWhole: true) {
            guard try walk(table, isWhole: isWhole).isEmpty else {
                throw file.corruption("table “\(table.name)” holds a table")
            }
        }
    }

    private func table(
        _ name: String, _ bytes: [UInt8], _ start: Int
    ) throws(LMDBError) -> Table {
        let table = Table(
            name: name,
            root: bytes.integer(at: start + Layout.tableRoot, as: UInt64.self),
            depth: Int(bytes.integer(at: start + Layout.tableDepth, as: UInt16.self)),
            hasIntegerKeys: bytes.integer(at: start + Layout.tableFlags, as: UInt16.self)
                & Layout.integerKeys != 0)
        guard table.depth <= Layout.depthMax, (table.root == Layout.noPage) == (table.depth == 0)
        else { throw file.corruption("the record of table “\(name)” is damaged") }
        return table
    }

    /// Looks at a table's pages and returns the tables whose records it holds.
    private mutating func walk(_ table: Table, isWhole: Bool) throws(LMDBError) -> [Table] {
        var tables: [Table] = []
        guard table.depth > 0 else { return tables }
        var level = [table.root]
        for depth in 1...table.depth {
            var next: [UInt64] = []
            for page in level {
                let isLeaf = depth == table.depth
                try check(page, isLeaf: isLeaf, of: table, &next, &tables)
            }
            if !isWhole { break }
            level = next
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
            if seen[Int(page)] { throw damage(page, table, "is in use twice") }
            seen[Int(page)] = true
        }
    }

    private mutating func check(
        _ page: UInt64, isLeaf: Bool, of table: Table, _ children: inout [UInt64],
        _ tables: inout [Table]
    ) throws(LMDBError) {
        try claim(page, table)
        guard let bytes = try file.read(at: Int(page) * pageSize, count: pageSize) else {
            throw damage(page, table, "cannot be read")
        }
        let flags = bytes.integer(at: Layout.pageFlags, as: UInt16.self) & ~Layout.transient
        let lower = Int(bytes.integer(at: Layout.lower, as: UInt16.self))
        let upper = Int(bytes.integer(at: Layout.upper, as: UInt16.self))
        // The first word is the page's own number.
        guard bytes.integer(at: 0, as: UInt64.self) == page,
            flags == (isLeaf ? Layout.leaf : Layout.branch),
            lower > Layout.pageHead + (isLeaf ? 0 : 2), lower % 2 == 0, lower <= upper,
            upper <= pageSize
        else { throw damage(page, table, "has a damaged head") }
        for slot in stride(from: Layout.pageHead, to: lower, by: 2) {
            let node = Int(bytes.integer(at: slot, as: UInt16.self))
            guard node >= upper, node + Layout.nodeHead <= pageSize else {
                throw damage(page, table, "has an entry outside itself")
            }
            let key = Int(bytes.integer(at: node + 6, as: UInt16.self))
            let isFirstOfBranch = !isLeaf && slot == Layout.pageHead
            guard node + Layout.nodeHead + key <= pageSize,
                isFirstOfBranch || (table.hasIntegerKeys ? 8...8 : 1...Layout.keyBytesMax) ~= key
            else { throw damage(page, table, "has a key of \(key) bytes") }
            if isLeaf {
                try checkLeafNode(bytes, at: node, key: key, page, table, &tables)
            } else {
                let low = UInt64(bytes.integer(at: node, as: UInt32.self))
                let high = UInt64(bytes.integer(at: node + 4, as: UInt16.self))
                children.append(low | high << 32)
            }
        }
    }

    private mutating func checkLeafNode(
        _ bytes: [UInt8], at node: Int, key: Int, _ page: UInt64, _ table: Table,
        _ tables: inout [Table]
    ) throws(LMDBError) {
        let size = Int(bytes.integer(at: node, as: UInt32.self))
        let flags = bytes.integer(at: node + 4, as: UInt16.self)
        let value = node + Layout.nodeHead + key
        let isElsewhere = flags == Layout.bigData
        guard value + (isElsewhere ? 8 : size) <= pageSize,
            flags == 0 || isElsewhere || flags == Layout.table && size == Layout.tableRecord
        else { throw damage(page, table, "has a value of \(size) bytes that does not fit") }
        if isElsewhere {
            let first = bytes.integer(at: value, as: UInt64.self)
            try checkOverflow(first, valueBytes: size, table)
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
        let flags = head.integer(at: Layout.pageFlags, as: UInt16.self) & ~Layout.transient
        let pages = UInt64(head.integer(at: Layout.overflowPages, as: UInt32.self))
        let needed = UInt64((Layout.pageHead + valueBytes + pageSize - 1) / pageSize)
        guard head.integer(at: 0, as: UInt64.self) == first, flags == Layout.overflow,
            pages == needed
        else { throw damage(first, table, "has a damaged head") }
        try claim(first, count: pages, table)
    }
}
