import ArgumentParser

/// How responses are parted into what is learnt from and what is tested on, where it is the way of
/// training that is evaluated.
enum EvaluationSplit: String, ExpressibleByArgument, CaseIterable {
    case crossValidation = "cross-validation"
    case later
    case unseenSegments = "unseen-segments"
}
