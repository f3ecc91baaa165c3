import Classification
import JSON
import LedgerCore
import LedgerQueries
import Presentation

extension LanguageCode {
    /// Its English name, such as `German`.
    package var name: String {
        Language(description)?.description ?? description
    }
}

/// Texts that a model has left unread, by the language that it has not learnt.
package enum UnlearntLanguages {
    /// Languages that are named; the others are counted.
    private static let namedMax = 5

    /// How many by language code, in the order of the codes.
    package static func json(_ counts: [LanguageCode: Int]) -> JSONValue {
        .object(counts.sorted { $0.key < $1.key }.map { ($0.key.description, .integer($0.value)) })
    }

    /// The languages with their numbers, the most frequent first.
    package static func list(_ counts: [LanguageCode: Int]) -> String {
        let sorted = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        let named = sorted.prefix(namedMax).map { "\($0.key.name) \(Formatted.count($0.value))" }
        let rest = sorted.dropFirst(namedMax).reduce(0) { $0 + $1.value }
        return (named + (rest > 0 ? ["others \(Formatted.count(rest))"] : []))
            .joined(separator: ", ")
    }

    /// How many texts a model has left unread for their language; nil where none.
    package static func sentence(
        _ counts: [LanguageCode: Int], model: ModelVersion?
    ) -> String? {
        let texts = counts.values.reduce(0, +)
        guard texts > 0 else { return nil }
        return Formatted.count(texts, of: "text") + (texts == 1 ? " is" : " are")
            + " left unread: model \(model.map { "\($0)" } ?? "—") has not learnt "
            + (counts.count == 1 ? "the language" : "the languages") + " (\(list(counts)))"
    }
}

extension AnswerFrame {
    /// How many texts the model has left unread for their language; nil where none.
    package var unlearntSentence: String? {
        UnlearntLanguages.sentence(unlearnt, model: model)
    }

    /// The same by language code, for programs.
    var unlearntJSON: (String, JSONValue) {
        ("unlearntLanguages", UnlearntLanguages.json(unlearnt))
    }
}
