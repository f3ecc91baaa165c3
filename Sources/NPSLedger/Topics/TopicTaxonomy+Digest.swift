import Classification
import Crypto

extension TopicTaxonomy {
    /// SHA-256 over all of it in its order, each text with its length before it (8 bytes,
    /// big-endian): two files that say the same have the same.
    public var digest: [UInt8] {
        var hash = SHA256()
        func add(_ number: Int) {
            withUnsafeBytes(of: UInt64(number).bigEndian) { hash.update(bufferPointer: $0) }
        }
        func add(_ text: String) {
            add(text.utf8.count)
            hash.update(data: [UInt8](text.utf8))
        }
        add(isExclusive ? 1 : 0)
        add(topics.count)
        for topic in topics {
            add(topic.name)
            add(topic.description)
            add(topic.phrases.count)
            for phrase in topic.phrases { add(phrase) }
        }
        return [UInt8](hash.finalize())
    }
}
