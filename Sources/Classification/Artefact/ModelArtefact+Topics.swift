extension ModelArtefact {
    /// Bit of the section byte of format 2: the heads read vectors of an encoder.
    static let encoderBit: UInt8 = 1
    /// Bit of the section byte of format 2: topics follow.
    static let topicsBit: UInt8 = 2

    static func append(_ head: TopicHead, bits: Int, to out: inout [UInt8]) {
        out.append(head.taxonomy.isExclusive ? 1 : 0)
        out.append(UInt8(head.taxonomy.topics.count))
        for (topic, label) in zip(head.taxonomy.topics, head.labels) {
            append(topic.name, to: &out)
            appendLong(topic.description, to: &out)
            out.append(UInt8(topic.phrases.count))
            for phrase in topic.phrases { appendLong(phrase, to: &out) }
            out.append(label.origin.rawValue)
            guard label.origin != .absent else { continue }
            append(label.threshold, to: &out)
            append(UInt32(bitPattern: label.bias), to: &out)
            if label.origin == .trained { append(label.step, to: &out) }
            guard !label.vector.isEmpty else { continue }
            append(label.vectorStep, to: &out)
            for weight in label.vector { append(UInt16(bitPattern: weight), to: &out) }
        }
        guard head.width > 0 else { return }
        var present = [UInt8](repeating: 0, count: (1 << bits) / 8)
        for bucket in head.buckets { present[Int(bucket) / 8] |= 1 << UInt8(bucket % 8) }
        out += present
        for weight in head.rows { out.append(UInt8(bitPattern: weight)) }
    }

    private static func appendLong(_ text: String, to out: inout [UInt8]) {
        append(UInt16(text.utf8.count), to: &out)
        out += text.utf8
    }

    /// - Parameter dimensions: those of the encoder's vectors; 0 without one.
    static func topics(
        bits: Int, dimensions: Int, from reader: inout ArtefactReader
    ) throws(ArtefactError) -> TopicHead {
        let exclusive = try reader.byte()
        guard exclusive <= 1 else {
            throw reader.refusal(.invalidValue, "\(exclusive) where 0 or 1 belongs")
        }
        var topics: [TopicTaxonomy.Topic] = []
        var labels: [TopicHead.Label] = []
        for _ in 0..<(try reader.byte()) {
            var topic = TopicTaxonomy.Topic(name: try reader.text(Int(try reader.byte())))
            topic.description = try reader.text(Int(try reader.integer(UInt16.self)))
            for _ in 0..<(try reader.byte()) {
                topic.phrases.append(try reader.text(Int(try reader.integer(UInt16.self))))
            }
            topics.append(topic)
            labels.append(try label(dimensions: dimensions, from: &reader))
        }
        var head: TopicHead
        do throws(TopicTaxonomyError) {
            head = TopicHead(
                taxonomy: try TopicTaxonomy(topics, isExclusive: exclusive == 1), labels: labels)
        } catch {
            throw reader.refusal(.invalidValue, "\(error)")
        }
        guard head.width > 0 else { return head }
        let present = try reader.take((1 << bits) / 8)
        for (index, byte) in present.enumerated() where byte != 0 {
            for bit in 0..<8 where byte & (1 << UInt8(bit)) != 0 {
                head.buckets.append(UInt32(index * 8 + bit))
            }
        }
        head.rows = try reader.take(head.buckets.count * head.width).map { Int8(bitPattern: $0) }
        return head
    }

    private static func label(
        dimensions: Int, from reader: inout ArtefactReader
    ) throws(ArtefactError) -> TopicHead.Label {
        let found = try reader.byte()
        guard let origin = TopicOrigin(rawValue: found) else {
            throw reader.refusal(.invalidValue, "\(found) where a topic's origin belongs")
        }
        var label = TopicHead.Label(origin: origin)
        guard origin != .absent else { return label }
        guard origin != .prototype || dimensions > 0 else {
            throw reader.refusal(.invalidValue, "a prototype without an encoder")
        }
        label.threshold = try reader.integer(UInt16.self)
        label.bias = Int32(bitPattern: try reader.integer(UInt32.self))
        if origin == .trained { label.step = try reader.integer(UInt32.self) }
        guard (1...10_000).contains(label.threshold),
            (-ModelHead.biasMax...ModelHead.biasMax).contains(label.bias),
            label.step <= ModelHead.stepMax
        else { throw reader.refusal(.invalidValue, "threshold, bias or step out of bounds") }
        guard dimensions > 0 else { return label }
        label.vectorStep = try reader.integer(UInt32.self)
        label.vector.reserveCapacity(dimensions)
        for _ in 0..<dimensions {
            label.vector.append(Int16(bitPattern: try reader.integer(UInt16.self)))
        }
        return label
    }
}
