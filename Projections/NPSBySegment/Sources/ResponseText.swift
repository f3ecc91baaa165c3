import LedgerCore

/// A response with a text, as a lens sees it.
public struct ResponseText {
    /// The response.
    public let row: VisibleRow
    /// Position of the event whose text it has.
    public let event: Position
}
