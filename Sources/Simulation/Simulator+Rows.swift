extension Simulator {
    /// A response on its way: its first row, who gave it, and the row that follows later.
    struct Response {
        var row: SimulatedRow
        let profile: ResponseProfile
        var echo: SimulatedRow?
    }

    /// Makes a response. Each part of it takes the same draws whatever comes of them, so that a
    /// planted change does not disturb what follows.
    mutating func makeResponse(at: Int64, identifier: String) -> Response {
        var profile = directory.anyone(using: &structure)
        let traits = structure.next()
        profile.product = shares.products.index(bits: traits)
        profile.channel = shares.channels.index(bits: traits >> 16)
        let scoreClass = scoreClass(of: profile, at: at, draw: Int(structure.next() >> 32))
        let score = Self.score(of: scoreClass, bits: traits >> 32)
        let isCommentOnly = structure.isBelow(shares.commentOnly)
        let fate = structure.next() >> 32
        let isLate = !isCommentOnly && fate < shares.late
        let wantsComment = structure.isBelow(shares.commentByChannel[profile.channel])
        let contradicts = structure.isBelow(shares.mismatch)
        let otherScore = (score + 1 + structure.below(10)) % 11

        var row = makeRow(profile, at: at, identifier: identifier)
        row.scoreClass = scoreClass
        row.score = isCommentOnly ? "" : Self.digits[score]
        row.isContradiction = contradicts && !isCommentOnly
        var response = Response(row: row, profile: profile)
        if isLate {
            response.row.isContradiction = false
            response.echo = row
            response.echo?.kind = .lateComment
            return response
        }
        if wantsComment || isCommentOnly {
            writeComment(in: &response.row)
        } else {
            response.row.isContradiction = false
        }
        if fate >= shares.late, fate < shares.lateOrDuplicate {
            response.echo = response.row
            response.echo?.kind = .duplicate
        } else if fate >= shares.lateOrDuplicate, fate < shares.lateDuplicateOrConflict,
            !isCommentOnly
        {
            response.echo = response.row
            response.echo?.kind = .conflict
            response.echo?.score = Self.digits[otherScore]
        }
        return response
    }

    /// Writes the comment that a respondent adds after the score.
    mutating func writeLateComment(in row: inout SimulatedRow) {
        writeComment(in: &row)
    }

    /// Makes a row that an importer should turn away, each reason as often as the others.
    mutating func makeBadRow(at: Int64, identifier: String) -> SimulatedRow {
        var profile = directory.anyone(using: &structure)
        let traits = structure.next()
        profile.product = shares.products.index(bits: traits)
        profile.channel = shares.channels.index(bits: traits >> 16)
        let reasons = BadRowReason.allCases
        let reason = reasons[Int(traits >> 32 & 0xFFFF) % reasons.count]
        let choice = Int(traits >> 48)
        var row = makeRow(profile, at: at, identifier: identifier)
        row.kind = .bad(reason)
        row.score = Self.digits[choice % 11]
        if choice % 2 == 0 {
            writeComment(in: &row, scoreClass: .passive)
        }
        switch reason {
        case .scoreNotNumeric:
            row.score = ["eleven", "ten", "dix", "great", "9/10", "?"][choice % 6]
        case .scoreOutOfRange:
            row.score = ["42", "-1", "11", "100", "99999999999999999999"][choice % 5]
        case .scoreNotWhole:
            row.score = ["7.5", "8,5", "0.1", "9.99"][choice % 4]
        case .nothingSaid:
            row.score = ""
            row.text = ""
            row.truth = nil
        case .unreadableTime:
            row.unreadableTime =
                ["yesterday", "2025-02-30T10:00:00Z", "31/31/2025", "n/a", "soon"][choice % 5]
        case .missingResponseID:
            row.responseID = ""
        }
        return row
    }

    // MARK: Parts

    private static let digits = (0...10).map { String($0) }

    private func makeRow(
        _ profile: ResponseProfile, at: Int64, identifier: String
    ) -> SimulatedRow {
        SimulatedRow(
            position: 0, responseID: identifier,
            respondentID: directory.identifier(of: profile.respondent), score: "", text: "",
            at: at, updatedAt: at, arrivedAt: at, unreadableTime: nil,
            channel: configuration.channels[profile.channel].name, language: profile.language,
            region: configuration.regions[profile.region].name, country: profile.country,
            plan: configuration.plans[profile.plan].name,
            product: configuration.products[profile.product].name, kind: .normal,
            scoreClass: nil, isContradiction: false, wording: .usual, truth: nil)
    }

    /// The class that a draw of 32 bits means for this person on this day.
    private func scoreClass(of profile: ResponseProfile, at: Int64, draw: Int) -> ScoreClass {
        let overall = configuration.overallMix
        var mix = overall
        for value in [
            configuration.regions[profile.region], configuration.plans[profile.plan],
            configuration.products[profile.product],
        ] {
            mix.promoters += value.mix.promoters - overall.promoters
            mix.detractors += value.mix.detractors - overall.detractors
        }
        mix.move(byBasisPoints: configuration.seasons.scoreWavePoints * clock.wave / 10)
        if let shift = configuration.plantedShift,
            clock.day >= shift.day, configuration.regions[profile.region].name == shift.region
        {
            mix.move(byBasisPoints: -100 * shift.points)
        }
        let possible = mix.clamped
        let place = (draw * 10_000) >> 32
        if place < possible.detractors { return .detractor }
        return place < 10_000 - possible.promoters ? .passive : .promoter
    }

    /// A score within its class: tens before nines, eights before sevens, sixes and fives and
    /// then zeros among detractors, as surveys have it.
    private static func score(of scoreClass: ScoreClass, bits: UInt64) -> Int {
        switch scoreClass {
        case .detractor: detractorScores.index(bits: bits)
        case .passive: bits & 0xFFFF < 39_000 ? 8 : 7
        case .promoter: bits & 0xFFFF < 40_000 ? 10 : 9
        }
    }

    private static let detractorScores = WeightedChoice([17, 6, 8, 11, 11, 21, 26])

    /// Writes a comment that fits the score, or contradicts it where the row says so.
    private mutating func writeComment(
        in row: inout SimulatedRow, scoreClass bad: ScoreClass? = nil
    ) {
        guard let scoreClass = row.scoreClass ?? bad else { return }
        let hasNewWords =
            words.isBelow(shares.plantedWording)
            && row.updatedAt >= configuration.instant(ofDay: configuration.plantedWording?.day ?? 0)
        row.wording = hasNewWords ? .planted : .usual
        let opposite: (ScoreClass, CommentIntent) =
            scoreClass == .promoter ? (.detractor, .complaint) : (.promoter, .praise)
        let comment =
            row.isContradiction
            ? PhraseBook.compose(
                language: row.language, scoreClass: opposite.0, intent: opposite.1,
                wording: row.wording, using: &words)
            : PhraseBook.compose(
                language: row.language, scoreClass: scoreClass, wording: row.wording,
                using: &words)
        row.text = comment.text
        row.truth = comment
    }
}
