/// What a swap back to the kept build did.
public struct SwapOutcome: Hashable, Sendable {
    /// The build that was live and is kept now.
    public let former: BuildRecord
    /// The build that is live now.
    public let live: BuildRecord
    /// Digest of the build that was live, where both had come equally far and can be compared.
    public let formerDigest: [UInt8]?
    /// Digest of the build that is live now.
    public let liveDigest: [UInt8]
}
