/// Writes HTML and SVG element by element, so that every element is closed and nothing from outside
/// can become markup.
///
/// Names are part of the program (`StaticString`); text and attribute values may come from anyone.
/// They are escaped, and what could steer or reorder a line is shown as by ``TerminalText``.
public struct Markup: Sendable {
    /// What was written so far.
    public private(set) var text = ""

    /// An empty document.
    public init() {}

    /// Writes an element around what `content` writes.
    public mutating func element(
        _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String> = [:],
        _ content: (inout Markup) throws -> Void
    ) rethrows {
        open(name, attributes)
        text += ">"
        try content(&self)
        text += "</\(name)>"
    }

    /// Writes an element around a text.
    public mutating func element(
        _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String> = [:],
        text content: String
    ) {
        element(name, attributes) { $0.text(content) }
    }

    /// Writes an element that holds nothing, such as `meta` or an SVG `line`.
    public mutating func empty(
        _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String> = [:]
    ) {
        open(name, attributes)
        text += "/>"
    }

    /// Writes text; it may come from outside.
    public mutating func text(_ untrusted: String) {
        text += Self.escaped(untrusted)
    }

    /// Writes a part of the program as it stands, such as a style sheet or a line break.
    public mutating func raw(_ part: StaticString) {
        text += "\(part)"
    }

    private mutating func open(
        _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String>
    ) {
        text += "<\(name)"
        for (key, value) in attributes { text += " \(key)=\"\(Self.escaped(value))\"" }
    }

    /// Text for element content and for attribute values in quotes.
    static func escaped(_ untrusted: String) -> String {
        let shown = TerminalText.sanitized(untrusted, lineBreaks: .spaces)
        guard shown.utf8.contains(where: { "&<>\"'".utf8.contains($0) }) else { return shown }
        var result = ""
        for scalar in shown.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
