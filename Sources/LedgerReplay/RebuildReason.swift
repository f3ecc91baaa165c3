/// Why a state cannot be folded on. It is built anew when it is next asked, but where it is a witness.
public enum RebuildReason: Hashable, Sendable, CustomStringConvertible {
    /// The file holds a page that LMDB cannot have written.
    case damaged(String)
    /// Another version of the projection wrote it.
    case version(kept: UInt32, wanted: UInt32)
    /// An older program wrote its values without checksums.
    case unchecked
    /// Another projection's state stands in its place.
    case anotherLog
    /// It was folded from entries that the log does not have, which says so.
    case witness(String)

    /// A clause that follows the projection's name and “needs a rebuild”.
    public var description: String {
        switch self {
        case .damaged(let damage): "its file is damaged (\(damage))"
        case .version(let kept, let wanted):
            kept == 0
                ? "its record cannot be read by this program"
                : "its state has layout \(kept), this program writes \(wanted)"
        case .unchecked: "an older program wrote its values without checksums"
        case .anotherLog: "its state is another projection's"
        case .witness(let what): what
        }
    }
}
