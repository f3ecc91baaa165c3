import Foundation

/// The rows of a gzipped CSV file (RFC 4180), as bytes by column name.
struct GzipTable {
    /// Why a file could not be read.
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    let columns: [String: Int]
    let rows: [[[UInt8]]]

    init(path: String) throws {
        let bytes = try Self.unpacked(path)
        var rows = Self.rows(bytes)
        guard !rows.isEmpty else { throw Failure(description: "\(path) is empty") }
        let names = rows.removeFirst().map { String(decoding: $0, as: UTF8.self) }
        columns = Dictionary(zip(names, 0...), uniquingKeysWith: { first, _ in first })
        self.rows = rows.filter { $0.count == names.count }
    }

    /// The cell of `row` in the column `name`, without spaces at its ends.
    func cell(_ row: [[UInt8]], _ name: String) throws -> [UInt8] {
        guard let column = columns[name] else {
            throw Failure(description: "there is no column \(name)")
        }
        let trimmed = row[column].drop { $0 <= 0x20 }
        return Array(trimmed[..<((trimmed.lastIndex { $0 > 0x20 } ?? trimmed.startIndex - 1) + 1)])
    }

    /// The cell as a whole number; nil if it is none.
    func number(_ row: [[UInt8]], _ name: String) throws -> Int? {
        Int(String(decoding: try cell(row, name), as: UTF8.self))
    }

    private static func unpacked(_ path: String) throws -> [UInt8] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["gzip", "-dc", path]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(description: "gzip could not read \(path)")
        }
        return [UInt8](data)
    }

    private static func rows(_ bytes: [UInt8]) -> [[[UInt8]]] {
        var rows: [[[UInt8]]] = []
        var row: [[UInt8]] = []
        var field: [UInt8] = []
        var quoted = false
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            switch (byte, quoted) {
            case (0x22, true):
                if index < bytes.count, bytes[index] == 0x22 {
                    field.append(0x22)
                    index += 1
                } else {
                    quoted = false
                }
            case (0x22, false): quoted = true
            case (0x2C, false), (0x0A, false):
                row.append(field)
                field.removeAll(keepingCapacity: true)
                guard byte == 0x0A else { continue }
                rows.append(row)
                row = []
            case (0x0D, false): break
            default: field.append(byte)
            }
        }
        if !row.isEmpty || !field.isEmpty { rows.append(row + [field]) }
        return rows
    }
}
