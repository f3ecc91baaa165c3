/// What the classifier reads of a text, so that one huge comment cannot hold up a batch.
public enum TextLimits {
    /// Longest text read whole, in bytes of UTF-8; it holds all but one in ten thousand reviews.
    public static let wholeBytesMax = 8192
    /// Bytes read from the beginning of a longer text, cut back to a space.
    public static let headBytes = 6144
    /// Bytes read from the end of a longer text: opinions are summed up there.
    public static let tailBytes = wholeBytesMax - headBytes
    /// Letters in one word; a longer run is read as several words.
    public static let wordScalarsMax = 48
}
