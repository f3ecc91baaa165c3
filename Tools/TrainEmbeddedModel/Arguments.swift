/// What the tool was asked for.
struct Arguments {
    static let usage = """
        usage: train-embedded-model --data DIR --output FILE [--seed N] [--threads N]
                                    [--composed N] [--airlines FILE]

        Trains the classifier that ships inside the program, from
          DIR/nps_fr_retail.csv.gz           (CC0: comments and scores, French)
          DIR/womens_clothing_reviews.csv.gz (MIT/Apache-2.0: reviews and stars, English)
          N composed comments per language   (the project's own phrase book; default 20000)
        writes it to FILE and prints what it measured out of fold. --airlines measures the model
        on reviews it never saw (a CSV, gzip, with overall_rating, recommended and content).

        example: train-embedded-model --data data --output Sources/CEmbeddedModel/embedded.npsmodel
        """

    var data = ""
    var output = ""
    var airlines: String?
    var seed: UInt64 = 1
    var threads = 2
    var composed = 20_000

    /// Reads the arguments after the program's name; nil if they make no sense.
    init?(_ words: [String]) {
        var words = words[...]
        while let name = words.popFirst() {
            guard let value = words.popFirst() else { return nil }
            switch name {
            case "--data": data = value
            case "--output": output = value
            case "--airlines": airlines = value
            case "--seed":
                guard let number = UInt64(value) else { return nil }
                seed = number
            case "--threads":
                guard let number = Int(value), number > 0 else { return nil }
                threads = number
            case "--composed":
                guard let number = Int(value), number > 0 else { return nil }
                composed = number
            default: return nil
            }
        }
        guard !data.isEmpty, !output.isEmpty else { return nil }
    }
}
