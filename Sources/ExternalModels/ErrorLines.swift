/// What a program writes to its standard error, line by line and not without end.
final class ErrorLines {
    /// Most lines passed on in a run.
    static let linesMax = 20
    /// Longest line passed on.
    static let lineBytesMax = 400

    private var line: [UInt8] = []
    private var isCut = false
    private(set) var passed = 0
    private(set) var leftOut = 0
    private let notice: @Sendable (String) -> Void

    init(notice: @escaping @Sendable (String) -> Void) { self.notice = notice }

    func take(_ bytes: ArraySlice<UInt8>) {
        for byte in bytes {
            if byte == UInt8(ascii: "\n") {
                end()
            } else if line.count < Self.lineBytesMax {
                line.append(byte)
            } else {
                isCut = true
            }
        }
    }

    /// Passes on the line that has no end yet.
    func end() {
        defer {
            line.removeAll(keepingCapacity: true)
            isCut = false
        }
        let text = String(decoding: line, as: UTF8.self)
        guard text.contains(where: { !$0.isWhitespace }) else { return }
        guard passed < Self.linesMax else {
            leftOut += 1
            return
        }
        passed += 1
        notice(text + (isCut ? "…" : ""))
    }
}
