/// Reads class, sentiment and intents from a text.
///
/// A conformer is pure: the same bytes give the same output, whatever the batch and the number of
/// threads. Input that is no valid UTF-8, empty or huge is answered, never refused.
public protocol TextClassifier: Sendable {
    /// What sort of classifier this is, for `model.registered`; lower case, stable.
    var kind: String { get }

    /// The output for one text in UTF-8.
    func classify(_ utf8: UnsafeRawBufferPointer) -> ClassifierOutput

    /// The outputs for `texts`, in their order, computed on at most `threads` threads.
    func classify(batch texts: [[UInt8]], threads: Int) -> [ClassifierOutput]
}

extension TextClassifier {
    /// The output for one text in UTF-8.
    public func classify(_ utf8: [UInt8]) -> ClassifierOutput {
        utf8.withUnsafeBytes { classify($0) }
    }

    /// The output for one text in UTF-8.
    public func classify(_ utf8: RawSpan) -> ClassifierOutput {
        utf8.withUnsafeBytes { classify($0) }
    }

    /// The output for one text.
    public func classify(_ text: String) -> ClassifierOutput {
        var text = text
        return text.withUTF8 { classify(UnsafeRawBufferPointer($0)) }
    }

    /// The outputs for `texts`, in their order; one after the other unless a conformer does better.
    public func classify(batch texts: [[UInt8]], threads: Int) -> [ClassifierOutput] {
        texts.map { classify($0) }
    }
}
