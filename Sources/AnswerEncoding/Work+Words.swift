import LedgerQueries
import Presentation

extension Work {
    /// What is waited for, and what is counted meanwhile.
    package var words: (label: String, unit: String) {
        switch self {
        case .catchingUp(let id): ("catching up \(id)", "events")
        case .catchingUpKept(let id): ("catching up the kept build of \(id)", "events")
        case .replaying(let id): ("replaying \(id)", "events")
        case .rebuilding(let id): ("rebuilding \(id)", "events")
        case .verifyingLog: ("verifying the log", "entries")
        case .reading(let model): ("model \(model) reads", "texts")
        case .testing: ("testing", "texts")
        case .readingFile(let model, let path): ("model \(model) reads \(path)", "texts")
        case .openingLearnt(let model): ("opening what model \(model) has learnt from", "texts")
        case .lookingForLearnt: ("looking for what was learnt from", "texts")
        case .encoding(let texts): ("reading \(Formatted.count(texts, of: "text"))", "texts")
        case .training(let texts): ("training on \(Formatted.count(texts, of: "text"))", "%")
        case .trainingToTest(let fold, let texts):
            ("\(fold.words), \(Formatted.count(texts, of: "text"))", "%")
        case .importing(let path): ("importing \(path)", "B")
        case .rehearsingImport(let path): ("checking \(path)", "B")
        }
    }
}

extension Work.Fold {
    fileprivate var words: String {
        switch self {
        case .crossValidation: "cross-validation"
        case .earlier: "training on what came before"
        case .segments(let index, let count): "training \(index) of \(count)"
        }
    }
}
