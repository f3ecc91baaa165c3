/// What a file's bytes are once compression, byte-order mark and wide characters are taken off.
struct EncodedInput {
    /// How a row that is not ASCII becomes UTF-8.
    enum Rule: Hashable {
        case utf8
        case utf8OrWindows1252
        case single(SingleByteText)
    }

    let source: any ByteSource
    let rule: Rule
    /// What a person should know of the encoding.
    let notice: String?

    private static let utf8Mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    private static let littleMark: [UInt8] = [0xFF, 0xFE]
    private static let bigMark: [UInt8] = [0xFE, 0xFF]

    init(
        _ stored: any ByteSource, encoding: SurveyEncoding, file: String
    ) throws(ImportError) {
        let peeked = try PrefixedSource(peeking: GzipSource.magic.count, at: stored)
        var inflated: any ByteSource = peeked
        if peeked.prefix == GzipSource.magic { inflated = try GzipSource(peeked, file: file) }
        let text = try PrefixedSource(peeking: Self.utf8Mark.count, at: inflated)
        let isLittle = text.prefix.starts(with: Self.littleMark)
        let isBig = text.prefix.starts(with: Self.bigMark)
        if isLittle || isBig {
            let declared = isLittle ? SurveyEncoding.utf16LE : .utf16BE
            guard encoding == .auto || encoding == declared else {
                throw Self.mismatch(stated: encoding, declared: declared, file: file)
            }
            text.dropPrefix(Self.littleMark.count)
            source = UTF16Source(text, isBigEndian: isBig)
            rule = .utf8
            notice = encoding == .auto ? "read as UTF-16, after its byte-order mark" : nil
            return
        }
        if text.prefix == Self.utf8Mark {
            guard encoding == .auto || encoding == .utf8 else {
                throw Self.mismatch(stated: encoding, declared: .utf8, file: file)
            }
            text.dropPrefix(Self.utf8Mark.count)
        }
        notice = nil
        switch encoding {
        case .auto: (source, rule) = (text, .utf8OrWindows1252)
        case .utf8: (source, rule) = (text, .utf8)
        case .windows1252: (source, rule) = (text, .single(.windows1252))
        case .latin1: (source, rule) = (text, .single(.latin1))
        case .utf16LE, .utf16BE:
            source = UTF16Source(text, isBigEndian: encoding == .utf16BE)
            rule = .utf8
        }
    }

    private static func mismatch(
        stated: SurveyEncoding, declared: SurveyEncoding, file: String
    ) -> ImportError {
        ImportError(
            .encodingMismatch, "the file's byte-order mark is that of another encoding",
            file: file, value: declared.rawValue, expected: stated.rawValue,
            advice: "Leave the encoding out to follow the mark.")
    }
}
