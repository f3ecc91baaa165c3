/// What a model can find texts to be about: a short list of topics, made for one version and never
/// changed in it. Another list is another version.
public struct TopicTaxonomy: Sendable, Hashable {
    /// One thing that texts can be about.
    public struct Topic: Sendable, Hashable {
        /// Lower-case words joined by hyphens, such as `waiting-time`: how the topic is called
        /// everywhere.
        public var name: String
        /// What belongs to it and what does not, for people who label texts; may be empty.
        public var description: String
        /// What texts about it say, such as “the queue was endless”. Where no labels exist yet,
        /// texts that lie close to these are found; where enough exist, they say nothing.
        public var phrases: [String]

        /// A topic.
        public init(name: String, description: String = "", phrases: [String] = []) {
            self.name = name
            self.description = description
            self.phrases = phrases
        }
    }

    /// Topics of one taxonomy: a set of them is one 64-bit number.
    public static let topicsRange = 1...64
    /// Bytes of a name, which `model.registered` and every table repeat.
    public static let nameBytesMax = 64
    /// Bytes of a description: a few sentences.
    public static let descriptionBytesMax = 1_000
    /// Phrases of one topic; their mean says little new beyond a few.
    public static let phrasesMax = 32
    /// Bytes of a phrase: as long as a short comment.
    public static let phraseBytesMax = 300

    /// What labels say of a text that is about no topic.
    public static let none = "none"
    /// The topics, in the order of their numbers.
    public let topics: [Topic]
    /// Whether a text is about one of them at most.
    public let isExclusive: Bool

    /// A taxonomy.
    ///
    /// - Throws: `TopicTaxonomyError` that names the member at fault.
    public init(_ topics: [Topic], isExclusive: Bool) throws(TopicTaxonomyError) {
        guard Self.topicsRange.contains(topics.count) else {
            throw TopicTaxonomyError(
                place: "topics",
                reason: "1 to \(Self.topicsRange.upperBound) topics are needed, not "
                    + "\(topics.count)")
        }
        for (index, topic) in topics.enumerated() {
            let place = "topics[\(index)]"
            try Self.check(topic, place)
            if let first = topics.firstIndex(where: { $0.name == topic.name }), first < index {
                throw TopicTaxonomyError(
                    place: place + ".name",
                    reason: "“\(topic.name)” is the name of topics[\(first)] already")
            }
        }
        self.topics = topics
        self.isExclusive = isExclusive
    }

    /// Topics that are known to make one: those that ship with the program, which a test checks.
    init(unchecked topics: [Topic], isExclusive: Bool) {
        self.topics = topics
        self.isExclusive = isExclusive
    }

    /// The number of the topic of this name.
    public func index(of name: String) -> UInt8? {
        topics.firstIndex { $0.name == name }.map { UInt8($0) }
    }

    private static func check(_ topic: Topic, _ place: String) throws(TopicTaxonomyError) {
        guard isName(topic.name) else {
            throw TopicTaxonomyError(
                place: place + ".name",
                reason: "lower-case letters, digits and single hyphens between them, at most "
                    + "\(nameBytesMax) bytes, are needed, such as “waiting-time”")
        }
        guard topic.name != none else {
            throw TopicTaxonomyError(
                place: place + ".name",
                reason: "“\(none)” says in labels that a text is about no topic: it cannot be one")
        }
        guard isLine(topic.description, bytesMax: descriptionBytesMax) else {
            throw TopicTaxonomyError(
                place: place + ".description",
                reason: "one line of at most \(descriptionBytesMax) bytes is needed")
        }
        guard topic.phrases.count <= phrasesMax else {
            throw TopicTaxonomyError(
                place: place + ".phrases",
                reason: "at most \(phrasesMax) phrases are taken, not \(topic.phrases.count)")
        }
        for (index, phrase) in topic.phrases.enumerated() {
            let place = place + ".phrases[\(index)]"
            guard isLine(phrase, bytesMax: phraseBytesMax), phrase.contains(where: \.isLetter)
            else {
                throw TopicTaxonomyError(
                    place: place,
                    reason: "one line of words with at most \(phraseBytesMax) bytes is needed")
            }
            if let first = topic.phrases.firstIndex(of: phrase), first < index {
                throw TopicTaxonomyError(
                    place: place, reason: "says the same as phrases[\(first)]")
            }
        }
    }

    private static func isName(_ name: String) -> Bool {
        let parts = name.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        return name.utf8.count <= nameBytesMax
            && parts.allSatisfy { part in
                !part.isEmpty
                    && part.allSatisfy {
                        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0)
                            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                    }
            }
    }

    private static func isLine(_ text: String, bytesMax: Int) -> Bool {
        text.utf8.count <= bytesMax
            && text.unicodeScalars.allSatisfy { scalar in
                switch scalar.properties.generalCategory {
                case .control, .lineSeparator, .paragraphSeparator: false
                default: true
                }
            }
    }
}

/// Why topics make no taxonomy.
public struct TopicTaxonomyError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The member concerned, such as `topics[2].name`.
    public let place: String
    /// What is wrong and what would be right.
    public let reason: String

    /// Where, and what.
    public var description: String { "\(place): \(reason)" }
}

/// Where a model's idea of a topic comes from.
public enum TopicOrigin: UInt8, Sendable, Hashable, CaseIterable {
    /// From nowhere: there were neither labels nor an encoder with phrases. It is never found.
    case absent = 0
    /// From labelled texts: what it gives is a probability, measured out of fold.
    case trained = 1
    /// From a few phrases: what it gives says how close a text lies to them, and is no probability.
    case prototype = 2

    /// The name in metadata and results.
    public var name: String {
        switch self {
        case .absent: "absent"
        case .trained: "trained"
        case .prototype: "prototype"
        }
    }
}
