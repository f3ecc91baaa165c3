import Threads

/// The languages that a model has learnt. What it says of a text in another is a guess.
public struct LearntLanguages: Hashable, Sendable {
    /// Texts of a language from which on it is learnt.
    public static let textsMin = 20
    /// The same as a share of the texts whose language is told, in percent: some of every survey are
    /// taken for something else.
    public static let shareMin = 5

    /// The languages; not empty.
    public let languages: Set<Language>

    /// Languages; nil without any, and where a text in one of them could be taken for another's.
    public init?(_ languages: some Sequence<Language>) {
        let languages = Set(languages)
        guard !languages.isEmpty, languages.isSubset(of: LanguageIdentifier.languages) else {
            return nil
        }
        self.languages = languages
    }

    /// Languages by their codes; nil as well where one is no code.
    public init?(codes: [String]) {
        let languages = codes.compactMap { Language($0) }
        guard languages.count == codes.count else { return nil }
        self.init(languages)
    }

    /// The languages that texts are in; nil where too few tell theirs.
    public init?(of texts: [[UInt8]], threads: Int) {
        let told = Self.map(texts, threads: threads) { identifier, text in
            identifier.language(of: text)
        }.compactMap { $0 }
        var counts: [Language: Int] = [:]
        for language in told { counts[language, default: 0] += 1 }
        self.init(
            counts.filter {
                $0.value >= Self.textsMin && $0.value * 100 >= told.count * Self.shareMin
            }.keys)
    }

    /// The codes of all languages that texts are told apart by.
    public static var known: [String] { LanguageIdentifier.languages.sorted().map(\.code) }

    /// The codes, in their order.
    public var codes: [String] { languages.sorted().map(\.code) }

    /// The language of each text, in their order, where it is clearly none of those learnt.
    public func others(in texts: [[UInt8]], threads: Int) -> [Language?] {
        Self.map(texts, learnt: languages, threads: threads) { identifier, text in
            identifier.otherLanguage(of: text)
        }
    }

    private static func map(
        _ texts: [[UInt8]], learnt: Set<Language> = [], threads: Int,
        _ transform:
            @Sendable (inout LanguageIdentifier, UnsafeBufferPointer<UInt8>) -> Language?
    ) -> [Language?] {
        guard !texts.isEmpty else { return [] }
        let parts = max(1, min(threads, texts.count))
        return [Language?](unsafeUninitializedCapacity: texts.count) { buffer, count in
            // SAFETY: every part initialises its own indices, and all are done on return.
            nonisolated(unsafe) let results = buffer
            Threads.perform(iterations: parts) { part in
                var identifier = LanguageIdentifier(learnt: learnt)
                for index in (texts.count * part / parts)..<(texts.count * (part + 1) / parts) {
                    texts[index].withUnsafeBufferPointer { text in
                        results.initializeElement(at: index, to: transform(&identifier, text))
                    }
                }
            }
            count = texts.count
        }
    }
}
