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
    mutating func skipPlainTexts() throws(CBORError) -> Bool {
        let count = try map()
        guard count < 24 else { return false }
        var previous = UnsafeRawBufferPointer(start: nil, count: 0)
        for index in 0..<count {
            guard let key = plainText(), index == 0 || Self.precedes(previous, key),
                plainText() != nil
            else { return false }
            previous = key
        }
        return true
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
