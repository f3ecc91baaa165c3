/// Tells files that hold no text, from their first bytes.
enum BinaryCheck {
    /// What is looked at: the beginning shows what a file is.
    static let sampleBytes = 8 << 10
    /// Text has hardly a control character; compressed and compiled data has one byte in eight.
    private static let controlShareMax = 20
    /// So few control characters prove nothing, however short the file.
    private static let controlsMin = 8

    private static let signatures: [(bytes: [UInt8], name: String, advice: String)] = [
        (
            [0x50, 0x4B, 0x03, 0x04], "a zip archive or an Excel workbook (.xlsx)",
            "Save the sheet as CSV UTF-8, or unpack the archive."
        ),
        (
            [0xD0, 0xCF, 0x11, 0xE0], "an old Excel workbook (.xls)",
            "Save the sheet as CSV UTF-8."
        ),
        ([0x25, 0x50, 0x44, 0x46], "a PDF document", "Export the responses as CSV."),
        (Array("PAR1".utf8), "a Parquet file", "Write it as CSV or JSON Lines."),
        (Array("SQLite format 3".utf8), "an SQLite database", "Export the table as CSV."),
        ([0x28, 0xB5, 0x2F, 0xFD], "zstd data", "Unpack it with `zstd -d`."),
        ([0xFD, 0x37, 0x7A, 0x58, 0x5A], "xz data", "Unpack it with `xz -d`."),
        (Array("BZh".utf8), "bzip2 data", "Unpack it with `bzip2 -d`."),
        ([0x1F, 0x8B], "gzip data within gzip data", "Unpack it once with `gzip -d`."),
        ([0x89, 0x50, 0x4E, 0x47], "a PNG picture", "Name the export file."),
        ([0xFF, 0xD8, 0xFF], "a JPEG picture", "Name the export file."),
        ([0x7F, 0x45, 0x4C, 0x46], "a program", "Name the export file."),
    ]

    /// Throws `binaryFile` where the bytes are not the beginning of a text.
    static func check(_ bytes: UnsafeBufferPointer<UInt8>, file: String) throws(ImportError) {
        for signature in signatures where bytes.starts(with: signature.bytes) {
            // "BZh" may begin a header of text; data has its block's mark at the fifth byte.
            if signature.name == "bzip2 data", bytes.count < 5 || bytes[4] != 0x31 { continue }
            throw ImportError(
                .binaryFile, "this is \(signature.name), not text", file: file,
                advice: signature.advice)
        }
        let sample = bytes.prefix(sampleBytes)
        let controls = sample.count { byte in
            byte < 0x20 && !byte.isASCIIBlank && byte != 0x1B || byte == 0x7F
        }
        let header = sample.prefix { $0 != 0x0A && $0 != 0x0D }
        guard
            header.contains(0)
                || controls > controlsMin && controls * controlShareMax > sample.count
        else { return }
        throw ImportError(
            .binaryFile, "this is not text", file: file,
            advice: "Export CSV or JSON Lines; for UTF-16 without a byte-order mark "
                + "state the encoding utf16le or utf16be.")
    }
}
