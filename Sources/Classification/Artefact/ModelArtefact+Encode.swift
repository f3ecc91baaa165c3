extension ModelArtefact {
    /// The artefact's bytes; equal models give equal bytes.
    func encoded() -> [UInt8] {
        var out = Self.magic
        let sections =
            (encoder == nil ? 0 : Self.encoderBit) | (topics == nil ? 0 : Self.topicsBit)
        Self.append(sections == 0 ? Self.version : Self.versionWithSections, to: &out)
        let lengthAt = out.count
        Self.append(UInt64(0), to: &out)
        Self.append(TextFeatures.featureSet, to: &out)
        out.append(UInt8(bits))
        out.append(UInt8(heads.count))
        for head in heads { append(head, to: &out) }
        if sections != 0 { out.append(sections) }
        if let encoder {
            Self.append(encoder.reference.name, to: &out)
            out += encoder.reference.digest
            Self.append(UInt16(encoder.reference.dimensions), to: &out)
            for head in encoder.heads { Self.append(head, to: &out) }
        }
        if let topics { Self.append(topics, bits: bits, to: &out) }
        Self.append(UInt32(metadata.count), to: &out)
        out += metadata
        var length: [UInt8] = []
        Self.append(UInt64(out.count + 8), to: &length)
        out.replaceSubrange(lengthAt..<(lengthAt + 8), with: length)
        Self.append(Self.checksum(out[...]), to: &out)
        return out
    }

    private func append(_ head: ModelHead, to out: inout [UInt8]) {
        out.append(head.kind.rawValue)
        let labels = head.kind.labels
        out.append(UInt8(labels.count))
        for label in labels { Self.append(label, to: &out) }
        for index in labels.indices {
            Self.append(UInt32(bitPattern: head.biases[index]), to: &out)
            Self.append(head.steps[index], to: &out)
        }
        guard !head.weights.isEmpty else {
            out.append(Encoding.none.rawValue)
            return
        }
        let width = labels.count
        var present = [UInt8](repeating: 0, count: (1 << bits) / 8)
        var rows: [UInt8] = []
        for bucket in 0..<(1 << bits) {
            let row = head.weights[bucket * width..<(bucket + 1) * width]
            guard row.contains(where: { $0 != 0 }) else { continue }
            present[bucket / 8] |= 1 << UInt8(bucket % 8)
            for weight in row { rows.append(UInt8(bitPattern: weight)) }
        }
        if present.count + rows.count < head.weights.count {
            out.append(Encoding.sparse.rawValue)
            out += present
            out += rows
        } else {
            out.append(Encoding.dense.rawValue)
            for weight in head.weights { out.append(UInt8(bitPattern: weight)) }
        }
    }

    private static func append(_ head: EmbeddingWeights, to out: inout [UInt8]) {
        out.append(head.weights.isEmpty ? 0 : 1)
        guard !head.weights.isEmpty else { return }
        for step in head.steps { append(step, to: &out) }
        for weight in head.weights { append(UInt16(bitPattern: weight), to: &out) }
    }

    static func append<Value: FixedWidthInteger>(_ value: Value, to out: inout [UInt8]) {
        withUnsafeBytes(of: value.littleEndian) { out += $0 }
    }

    static func append(_ text: String, to out: inout [UInt8]) {
        out.append(UInt8(text.utf8.count))
        out += text.utf8
    }
}
