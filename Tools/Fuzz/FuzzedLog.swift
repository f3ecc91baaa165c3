import LedgerVault

@testable import LedgerCore
@testable import LedgerReplay
@testable import LedgerStore

/// What the log's and the vault's files hold.
enum FuzzedLog {
    /// An entry: what is accepted is read the same way by every reader.
    @Sendable static func entry(_ bytes: [UInt8]) {
        let isSound = (try? EventView.validate(bytes, position: 7)) != nil
        bytes.withUnsafeBytes { raw in
            // The replay's readers see what nobody has validated; they may refuse, and no more.
            if let plain = CheckedEvent(plain: raw, position: 7) {
                let complete = try? CheckedEvent(complete: raw, position: 7)
                Fuzz.require(
                    complete?.subject == plain.subject && complete?.response == plain.response
                        && complete != nil, "the check in place accepts what the other does not")
            }
            let walked = try? EventView(unsafe: raw, position: 7)
            let skimmed = try? EventView(unsafeSkimming: raw, position: 7)
            if let walked { _ = try? EventCatalog.payload(of: walked) }
            if let skimmed { _ = try? EventCatalog.payload(of: skimmed) }
            guard isSound else { return }
            Fuzz.require(walked != nil && skimmed != nil, "a valid entry is not read")
            Fuzz.require(
                walked?.payload.elementsEqual(skimmed?.payload ?? .init(start: nil, count: 0))
                    == true, "a payload ends elsewhere for whoever skims")
        }
    }

    /// An item of CBOR: one value has one encoding.
    @Sendable static func item(_ bytes: [UInt8]) {
        guard let value = try? CBORCursor.decode(bytes) else { return }
        Fuzz.require(value.encoded == bytes, "\(value) has two encodings")
    }

    /// Small records: what is read is written again as it was.
    @Sendable static func records(_ bytes: [UInt8]) {
        if let head = LogHead(bytes) {
            Fuzz.require(head.bytes == bytes, "a head of \(head.size) has two encodings")
            _ = head.root
        }
        if let record = try? BuildRecord(decoding: bytes) {
            let again = try? BuildRecord(decoding: record.bytes)
            Fuzz.require(again == record, "\(record) is read as another")
        }
        if let data = try? PersonalData(decoding: bytes) {
            let again = try? PersonalData(decoding: data.encoded)
            Fuzz.require(again == data, "personal data is read as other data")
        }
    }

    /// A run of a hash index: whatever it says, no lookup leaves it.
    @Sendable static func run(_ bytes: [UInt8]) {
        // Records may lie anywhere in a page: at an odd address, and up to the last byte.
        let shifted = [0] + bytes
        shifted.withUnsafeBytes { raw in
            let own = UnsafeRawBufferPointer(rebasing: raw[1...])
            guard let run = SortedRun(unsafe: own) else { return }
            let isSound = run.isSound
            for index in 0..<min(run.count, 64) {
                let found = run.find(run.key(index))
                Fuzz.require(found != nil || !isSound, "a key of a sound run is not found")
            }
            for key in [Hash128(high: 0, low: 0), Hash128(high: .max, low: .max)] {
                _ = run.find(key)
            }
        }
    }
}
