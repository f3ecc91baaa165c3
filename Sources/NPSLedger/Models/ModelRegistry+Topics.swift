import Classification
import LedgerCore
import LedgerStore

extension ModelRegistry {
    /// What the card says of topics is what people are shown: a prototype must not pass for trained.
    ///
    /// - Throws: `LedgerError` with code `refused` where the two differ.
    static func checkTopics(_ file: ModelFile) throws(LedgerError) {
        let told = file.metadata?.heads.first { $0.head == "topics" }?.labels ?? []
        guard told.map(\.name) == file.topics,
            told.map(\.origin) == file.topicOrigins.map(\.name)
        else {
            throw LedgerError(.refused, "what the model says of its topics is not what it has")
        }
    }
}
