extension CBORCursor {
    /// Reads over a map of texts to texts, checked as strictly as `value` does; nothing is built
    /// for what is plain ASCII.
    public mutating func skipTexts() throws(CBORError) {
        let start = offset
        guard try skipPlainTexts() else {
            offset = start
            let item = try value()
            guard let pairs = item.mapValue, pairs.values.allSatisfy({ $0.textValue != nil }) else {
                throw CBORError(.unexpectedType, offset: start)
            }
            return
        }
    }

    /// Whether the item is a map of texts in ASCII, with shortest heads and keys in order; false
    /// where only the complete check can tell.
    private mutating func skipPlainTexts() throws(CBORError) -> Bool {
        let count = try map()
        guard count < 24 else { return false }
        var previous = UnsafeRawBufferPointer(start: nil, count: 0)
        for index in 0..<count {
            guard let key = try plainText(), index == 0 || Self.precedes(previous, key),
                try plainText() != nil
            else { return false }
            previous = key
        }
        return true
    }

    /// A text of ASCII with the shortest head; nil where it is anything else.
    private mutating func plainText() throws(CBORError) -> UnsafeRawBufferPointer? {
        let start = offset
        let (major, argument) = try head()
        guard major == 3, offset - start == Self.headLength(3, argument) else { return nil }
        offset = start
        let text = try unsafeText()
        var bits: UInt8 = 0
        for byte in text { bits |= byte }
        return bits < 0x80 ? text : nil
    }

    /// The order of encoded texts: the shorter first, then bytewise.
    private static func precedes(
        _ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer
    ) -> Bool {
        guard first.count == second.count else { return first.count < second.count }
        for (one, other) in zip(first, second) where one != other { return one < other }
        return false
    }
}
