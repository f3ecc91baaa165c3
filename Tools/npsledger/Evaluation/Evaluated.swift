import LedgerCore
import NPSLedger

/// Labelled responses as a model read them, and what became of the others.
struct Evaluated {
    /// One labelled response with what a model read in its text.
    struct Reading {
        let label: NPSClass
        let detractor: UInt16
        let promoter: UInt16
        /// Its segment, in the order of the dimensions asked for.
        let values: [String?]
    }

    /// How many responses there were, and why some are in no figure:
    /// labelled = readings + leftOut + erased.
    struct Counts {
        /// Responses asked about that have a text and a stated score.
        var labelled = 0
        /// Of those, what the model has learnt from.
        var leftOut = 0
        /// Of those, what has no text any more.
        var erased = 0
        /// Labels that come from a person's decision.
        var reviewed = 0
        /// Texts that were read for this, since no judgement of them is recorded.
        var readNow = 0
        /// Rows of a file that have no score or no text.
        var unlabelled = 0
        /// Rows of a file that cannot be read, or that the mapping takes out.
        var rejected = 0
    }

    var readings: [Reading] = []
    var counts = Counts()

    /// The figures.
    var evaluation: ModelEvaluation {
        var evaluation = ModelEvaluation()
        for reading in readings {
            evaluation.add(
                label: reading.label, detractor: reading.detractor, promoter: reading.promoter,
                segment: reading.values)
        }
        return evaluation
    }
}
