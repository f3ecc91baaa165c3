/// How a file is read, and how large its parts may be.
public struct SurveyReadOptions: Sendable, Hashable {
    /// How rows are written.
    public var format = SurveyFormat.auto
    /// The separator of fields, an ASCII byte; nil finds it in the header.
    public var delimiter: UInt8?
    /// How characters are written.
    public var encoding = SurveyEncoding.auto
    /// The longest row, in bytes of UTF-8. The default of 1 MiB is a hundred times the longest
    /// comment that survey tools take, and bounds the memory of a reader whatever the file.
    public var maxRowBytes = 1 << 20
    /// The longest comment, in bytes of UTF-8. The default of 64 KiB holds any answer written by
    /// hand; what is longer was pasted by mistake, and is set aside to be looked at.
    public var maxTextBytes = 64 << 10
    /// The longest id of a response or person, in bytes. The default of 256 leaves room for URLs
    /// and addresses, and within an LMDB key of 511 bytes for the source's name.
    public var maxIdentifierBytes = 256
    /// The longest value of a segment, channel, language or survey, in bytes. The default of 256 is
    /// more than a label needs: a column of comments mapped by mistake is noticed.
    public var maxSegmentBytes = 256
    /// How much is read at a time, in bytes; tests make it small to meet every boundary.
    package var chunkBytes = TextWindow.chunkBytesDefault

    /// What ``maxRowBytes`` may be: the least still holds a header, and the most keeps a row's
    /// offsets within 32 bits.
    public static let rowBytesBounds = 64...(256 << 20)

    /// The defaults.
    public init() {}

    func checked() throws(ImportError) -> SurveyReadOptions {
        guard Self.rowBytesBounds.contains(maxRowBytes) else {
            throw ImportError(
                .badOption, "the limit of a row is out of range", value: String(maxRowBytes),
                expected: "\(Self.rowBytesBounds.lowerBound) to \(Self.rowBytesBounds.upperBound)",
                advice: "Leave it at the default of 1 MiB.")
        }
        guard min(maxTextBytes, maxIdentifierBytes, maxSegmentBytes, chunkBytes) > 0 else {
            throw ImportError(
                .badOption, "a limit is not positive", advice: "Leave limits at their defaults.")
        }
        guard let delimiter else { return self }
        let isUsable = delimiter < 0x80 && (delimiter == 9 || delimiter >= 0x20)
        guard isUsable, delimiter != UInt8(ascii: "\""), delimiter != 0x7F else {
            throw ImportError(
                .badOption, "this byte cannot separate fields", value: "byte \(delimiter)",
                expected: "a printable ASCII character or a tab, and no quote",
                advice: "Leave the separator out to have it found.")
        }
        guard format != .jsonLines else {
            throw ImportError(
                .badOption, "JSON Lines have no separator", advice: "State one or the other.")
        }
        return self
    }
}
