/// A language, by its code of ISO 639-1.
public struct Language: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// Two lower-case letters, such as `en`.
    public let code: String

    /// A language; nil for what is no such code.
    public init?(_ code: String) {
        guard code.utf8.count == 2, code.utf8.allSatisfy({ (0x61...0x7A).contains($0) }) else {
            return nil
        }
        self.code = code
    }

    /// By code.
    public static func < (left: Language, right: Language) -> Bool { left.code < right.code }

    /// Its English name, such as `German`; its code where it has none here.
    public var description: String { Self.names[code] ?? code }

    private static let names = [
        "ar": "Arabic", "bg": "Bulgarian", "bn": "Bengali", "ca": "Catalan", "cs": "Czech",
        "da": "Danish", "de": "German", "el": "Greek", "en": "English", "es": "Spanish",
        "et": "Estonian", "fa": "Persian", "fi": "Finnish", "fr": "French", "gu": "Gujarati",
        "he": "Hebrew", "hi": "Hindi", "hr": "Croatian", "hu": "Hungarian", "hy": "Armenian",
        "id": "Indonesian", "it": "Italian", "ja": "Japanese", "ka": "Georgian", "kn": "Kannada",
        "ko": "Korean", "lt": "Lithuanian", "lv": "Latvian", "ml": "Malayalam", "nl": "Dutch",
        "no": "Norwegian", "pa": "Punjabi", "pl": "Polish", "pt": "Portuguese", "ro": "Romanian",
        "ru": "Russian", "sk": "Slovak", "sl": "Slovenian", "sq": "Albanian", "sv": "Swedish",
        "ta": "Tamil", "te": "Telugu", "th": "Thai", "tr": "Turkish", "uk": "Ukrainian",
        "ur": "Urdu", "vi": "Vietnamese", "zh": "Chinese",
    ]
}

/// A way of writing, as far as it tells languages apart.
enum Script: UInt8, CaseIterable {
    case latin = 0
    case cyrillic = 1
    case arabic = 2
    case greek, hebrew, devanagari, bengali, gurmukhi, gujarati, tamil, telugu, kannada, malayalam
    case thai, armenian, georgian, hangul, han, kana
    /// A script that says nothing here, and what is no letter.
    case other

    /// The script of a scalar as `TextNormalizer` gives it.
    @inline(__always)
    init(_ scalar: UInt32) {
        // Nearly all.
        if scalar < 0x250 {
            self = scalar >= 0x61 && scalar != 0xD7 && scalar != 0xF7 ? .latin : .other
        } else {
            self = Self.beyondLatin(scalar)
        }
    }

    private static func beyondLatin(_ scalar: UInt32) -> Script {
        switch scalar {
        case 0x250..<0x2B0, 0x1E00..<0x1F00: .latin
        case 0x370..<0x400, 0x1F00..<0x2000: .greek
        case 0x400..<0x530: .cyrillic
        case 0x530..<0x590: .armenian
        case 0x590..<0x600: .hebrew
        case 0x600..<0x700, 0x750..<0x780, 0x8A0..<0x900, 0xFB50..<0xFE00, 0xFE70..<0xFEFF: .arabic
        case 0x900..<0x980: .devanagari
        case 0x980..<0xA00: .bengali
        case 0xA00..<0xA80: .gurmukhi
        case 0xA80..<0xB00: .gujarati
        case 0xB80..<0xC00: .tamil
        case 0xC00..<0xC80: .telugu
        case 0xC80..<0xD00: .kannada
        case 0xD00..<0xD80: .malayalam
        case 0xE00..<0xE80: .thai
        case 0x10A0..<0x1100: .georgian
        case 0x1100..<0x1200, 0xAC00..<0xD7B0: .hangul
        case 0x3041..<0x3100, 0xFF66..<0xFF9E: .kana
        case 0x3400..<0x4DC0, 0x4E00..<0xA000, 0xF900..<0xFB00, 0x2_0000..<0x4_0000: .han
        default: .other
        }
    }

    /// The language that is told by its script alone: the one that most comments in it are written
    /// in; nil where several are told apart by trigrams.
    var language: Language? {
        let code: String? =
            switch self {
            case .latin, .cyrillic, .arabic, .other: nil
            case .greek: "el"
            case .hebrew: "he"
            case .devanagari: "hi"
            case .bengali: "bn"
            case .gurmukhi: "pa"
            case .gujarati: "gu"
            case .tamil: "ta"
            case .telugu: "te"
            case .kannada: "kn"
            case .malayalam: "ml"
            case .thai: "th"
            case .armenian: "hy"
            case .georgian: "ka"
            case .hangul: "ko"
            case .han: "zh"
            case .kana: "ja"
            }
        return code.flatMap { Language($0) }
    }
}
