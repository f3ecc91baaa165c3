// Files that write JSON import it with what presents it, until each names it.
@_exported import JSON
