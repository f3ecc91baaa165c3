import LedgerCore

/// The keys of the state.
enum AuditKey {
    /// First byte of an act's key.
    static let acts = UInt8(ascii: "a")
    /// First byte of a rejected row's key.
    static let rejections = UInt8(ascii: "r")
    /// First byte of a standing fact's key.
    static let facts = UInt8(ascii: "s")

    /// Longest part of a source's or projection's name that a key holds: LMDB's keys end at 511 bytes.
    static let sourceBytesMax = 255

    static func act(_ position: Position) -> [UInt8] { [acts] + bytes(of: position) }

    static func rejection(_ position: Position) -> [UInt8] { [rejections] + bytes(of: position) }

    /// Where the fact stands that a fact of the same kind about the same thing replaces.
    static func standing(_ fact: AuditFact) -> [UInt8] {
        let start = [facts, fact.kind.rawValue]
        switch fact {
        case .ledger, .active, .thresholds: return start
        case .registration(let model, _, _, _, _): return start + bytes(of: UInt64(model))
        case .policy(let policy, _): return start + name(policy.rawValue)
        case .shadow(let model, _): return start + bytes(of: UInt64(model))
        case .decision(let response, _): return start + bytes(of: response)
        case .request(let response, _, _): return start + bytes(of: response)
        case .retraining(let request, _, _, _): return start + bytes(of: request)
        case .retrained(let request, _, _, _): return start + bytes(of: request)
        case .exclusion(let response, _): return start + bytes(of: response)
        case .mapping(let source, _): return start + name(source)
        case .commitment(let projection, _, _, _): return start + name(projection)
        }
    }

    private static func name(_ text: String) -> [UInt8] {
        let name = [UInt8](text.utf8)
        guard name.count > sourceBytesMax else { return name }
        // A longer name is told from its like by a hash of the whole.
        return name.prefix(sourceBytesMax) + bytes(of: fnv1a(name))
    }

    static func bytes(of number: UInt64) -> [UInt8] {
        withUnsafeBytes(of: number.bigEndian) { [UInt8]($0) }
    }

    /// FNV-1a, 64 bits.
    private static func fnv1a(_ bytes: [UInt8]) -> UInt64 {
        bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }
}
