import JSON

/// Picks the values at mapped paths out of one JSON object, in one pass over its bytes.
///
/// A path's parts are joined by dots; a key that holds dots itself matches too. Where a key on the
/// way to a mapped path stands twice in its object, or two keys lead to one path, no value is taken:
/// readers disagree which one counts (RFC 8259, section 4).
struct JSONRowReader {
    enum Outcome: Hashable {
        case read
        /// Not one JSON object; the position in the line, in bytes.
        case invalid(at: Int)
        /// Half a surrogate pair in an escape.
        case notText
        /// A NUL in an escape.
        case nul
        /// Two keys stand for one mapped path.
        case repeated(path: String)
    }

    /// The most paths of a mapping: one bit each in a word.
    static let pathsMax = 64

    private let paths: [[UInt8]]
    private let allPaths: UInt64
    /// Which paths have stood in a row.
    private(set) var seen: UInt64 = 0
    /// Which paths have stood in this row.
    private var met: UInt64 = 0
    private var fault: Outcome?

    init(_ paths: [String]) {
        self.paths = paths.prefix(Self.pathsMax).map { Array($0.utf8) }
        allPaths = self.paths.count == 64 ? .max : 1 << UInt64(self.paths.count) - 1
    }

    /// Reads a line into the scratch, which has one slot for each path.
    mutating func read(
        _ line: UnsafeBufferPointer<UInt8>, into scratch: inout RowScratch
    ) -> Outcome {
        scratch.beginRow(ofBytes: line.count)
        fault = nil
        met = 0
        var cursor = JSONCursor(line)
        cursor.skipBlanks()
        let isObject = object(
            &cursor, prefixLength: 0, active: allPaths, depth: 0, scratch: &scratch)
        if isObject { cursor.skipBlanks() }
        if let fault { return fault }
        return isObject && cursor.isAtEnd ? .read : .invalid(at: cursor.index)
    }

    /// Reads an object that all `active` paths lead to with their first `prefixLength` bytes.
    private mutating func object(
        _ cursor: inout JSONCursor, prefixLength: Int, active: UInt64, depth: Int,
        scratch: inout RowScratch
    ) -> Bool {
        // Keys of this object that led deeper, by path and by length: of one path's part, the length
        // says which key it was.
        var descents: [(paths: UInt64, length: Int)] = []
        return cursor.members(depth: depth) { cursor, key in
            var name = UnsafeBufferPointer(rebasing: cursor.bytes[key.range])
            if key.hasEscapes {
                guard let count = cursor.unescape(key, into: scratch.free) else {
                    fault = .notText
                    return false
                }
                name = scratch.keep(count)
            }
            let (slot, deeper) = match(name, prefixLength: prefixLength, active: active)
            if deeper != 0 {
                let twice = descents.first { $0.length == name.count && $0.paths & deeper != 0 }
                if let twice { return refuse(twice.paths & deeper) }
                descents.append((deeper, name.count))
            }
            return member(
                &cursor, slot: slot, deeper: deeper, prefixLength: prefixLength + name.count + 1,
                depth: depth + 1, scratch: &scratch)
        }
    }

    /// Keeps no value of a row that says two things for one of these paths.
    private mutating func refuse(_ ambiguous: UInt64) -> Bool {
        let path = paths[ambiguous.trailingZeroBitCount]
        fault = .repeated(path: String(decoding: path, as: UTF8.self))
        return false
    }

    private mutating func array(
        _ cursor: inout JSONCursor, prefixLength: Int, active: UInt64, depth: Int,
        scratch: inout RowScratch
    ) -> Bool {
        cursor.elements(depth: depth) { cursor, position in
            Array(String(position).utf8).withUnsafeBufferPointer { name in
                let (slot, deeper) = match(name, prefixLength: prefixLength, active: active)
                return member(
                    &cursor, slot: slot, deeper: deeper,
                    prefixLength: prefixLength + name.count + 1, depth: depth + 1,
                    scratch: &scratch)
            }
        }
    }

    /// The path that ends with this key, −1 for none, and those that go on below it.
    @inline(__always)
    private func match(
        _ name: UnsafeBufferPointer<UInt8>, prefixLength: Int, active: UInt64
    ) -> (slot: Int, deeper: UInt64) {
        var slot = -1
        var deeper: UInt64 = 0
        var rest = active
        while rest != 0 {
            let index = rest.trailingZeroBitCount
            rest &= rest - 1
            switch Self.compare(paths[index], from: prefixLength, with: name) {
            case .same: slot = index
            case .leadsDeeper: deeper |= 1 << UInt64(index)
            case .other: break
            }
        }
        return (slot, deeper)
    }

    /// - Parameter prefixLength: of what leads to the values below this member.
    private mutating func member(
        _ cursor: inout JSONCursor, slot: Int, deeper: UInt64, prefixLength: Int, depth: Int,
        scratch: inout RowScratch
    ) -> Bool {
        if slot >= 0 {
            let bit: UInt64 = 1 << UInt64(slot)
            if met & bit != 0 { return refuse(bit) }
            met |= bit
        }
        let first = cursor.peek
        if first == UInt8(ascii: "{") || first == UInt8(ascii: "[") {
            if slot >= 0 { keep(SlotValue(kind: .structure), in: slot, &scratch) }
            if deeper == 0 { return cursor.skipValue(depth: depth) }
            return first == UInt8(ascii: "{")
                ? object(
                    &cursor, prefixLength: prefixLength, active: deeper, depth: depth,
                    scratch: &scratch)
                : array(
                    &cursor, prefixLength: prefixLength, active: deeper, depth: depth,
                    scratch: &scratch)
        }
        if slot < 0 { return cursor.skipValue(depth: depth) }
        return scalar(&cursor, slot: slot, scratch: &scratch)
    }

    private enum Comparison {
        case same
        case leadsDeeper
        case other
    }

    /// How the part of `path` after `start` stands to one key.
    private static func compare(
        _ path: [UInt8], from start: Int, with name: UnsafeBufferPointer<UInt8>
    ) -> Comparison {
        let end = start + name.count
        guard end == path.count || end < path.count && path[end] == UInt8(ascii: ".") else {
            return .other
        }
        for index in 0..<name.count where path[start + index] != name[index] { return .other }
        return end == path.count ? .same : .leadsDeeper
    }

    private mutating func scalar(
        _ cursor: inout JSONCursor, slot: Int, scratch: inout RowScratch
    ) -> Bool {
        let first = cursor.peek
        let isString = first == UInt8(ascii: "\"")
        let isWord =
            first == UInt8(ascii: "t") || first == UInt8(ascii: "f") || first == UInt8(ascii: "n")
        let token = isString ? cursor.string() : isWord ? cursor.literal() : cursor.number()
        guard let token else { return false }
        if first == UInt8(ascii: "n") {
            keep(SlotValue(kind: .missing), in: slot, &scratch)
            return true
        }
        var bytes = UnsafeBufferPointer(rebasing: cursor.bytes[token.range])
        if token.hasEscapes {
            guard let count = cursor.unescape(token, into: scratch.free) else {
                fault = .notText
                return false
            }
            bytes = scratch.keep(count)
            if bytes.contains(0) {
                fault = .nul
                return false
            }
        }
        keep(SlotValue(kind: .value, bytes: bytes), in: slot, &scratch)
        return true
    }

    private mutating func keep(_ value: SlotValue, in slot: Int, _ scratch: inout RowScratch) {
        scratch.set(slot, value)
        seen |= 1 << UInt64(slot)
    }

    /// The paths that have stood in no row.
    var unseenPaths: [String] {
        paths.indices.filter { seen >> UInt64($0) & 1 == 0 }.map {
            String(decoding: paths[$0], as: UTF8.self)
        }
    }
}

extension JSONTree {
    /// The dotted paths of the scalars in an object, in the order of the text, at most `limit`.
    func paths(limit: Int) -> [String] {
        var paths: [String] = []
        collectPaths(prefix: "", limit: limit, into: &paths)
        return paths
    }

    private func collectPaths(prefix: String, limit: Int, into paths: inout [String]) {
        func descend(_ name: String, _ value: JSONTree) {
            let path = prefix.isEmpty ? name : prefix + "." + name
            value.collectPaths(prefix: path, limit: limit, into: &paths)
        }
        switch value {
        case .object(let members):
            for member in members where paths.count < limit { descend(member.name, member.value) }
        case .array(let elements):
            for (index, element) in elements.enumerated() where paths.count < limit {
                descend(String(index), element)
            }
        default:
            if !prefix.isEmpty, paths.count < limit { paths.append(prefix) }
        }
    }
}
