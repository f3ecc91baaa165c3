import LedgerCore
import NPSBySegmentProjection
import ProjectionContract
import Testing

@Suite("The reason of a response is the first that suffices")
struct DifferenceReasonTests {
    /// Two responses and what became of them.
    ///
    /// 0 a: 7 and a text; 1 b: no score and a text; 2, 3 read by model 1; 4 a amended to 8;
    /// 5 thresholds 2: promoter from 8; 6 b has another text; 7, 8 read by models 1 and 2;
    /// 9 c, from another region; 10 c moves; 11 b excluded;
    /// 12 a decided.
    private static func log() throws -> [HistoryEntry] {
        let cuts = try #require(
            Thresholds(passiveFrom: 600, promoterFrom: 800, confidenceMin: 0))
        let events: [(any EventPayload, cause: Position?)] = [
            (ResponseRecorded(source: "s", id: "a", subject: 1, score: 700, hasText: true), nil),
            (ResponseRecorded(source: "s", id: "b", subject: 2, score: nil, hasText: true), nil),
            (classification(of: 0, model: 1, [9000, 1000, 0]), 0),
            (classification(of: 1, model: 1, [9000, 1000, 0]), 1),
            (ResponseAmended(response: 0, score: 800, hasText: false, subject: 1), nil),
            (ThresholdsEdited(id: 2, thresholds: cuts, subject: 3), nil),
            (ResponseAmended(response: 1, score: nil, hasText: true, subject: 2), nil),
            (classification(of: 1, model: 1, [0, 0, 10_000]), 6),
            (classification(of: 1, model: 2, [0, 10_000, 0]), 6),
            (
                ResponseRecorded(
                    source: "s", id: "c", subject: 4, score: 1000, hasText: false,
                    segments: ["region": "EMEA"]), nil
            ),
            (
                ResponseAmended(
                    response: 9, score: nil, hasText: false, subject: 4,
                    segments: ["region": "APAC"]), nil
            ), (ResponseExcluded(response: 1, reason: "test"), nil),
            (ReviewDecided(response: 0, decision: .promoter, text: 0), nil),
        ]
        return try events.enumerated().map { index, event in
            let draft = EventDraft(
                event.0, occurredAt: Entry.timeMin, actor: .system, cause: event.cause)
            return try HistoryEntry(
                draft, position: Position(index), recordedAt: Entry.timeMin)
        }
    }

    private static func classification(
        of response: Position, model: ModelVersion, _ classes: [UInt16]
    ) -> ClassificationRecorded {
        ClassificationRecorded(
            response: response, model: model, classes: classes, sentiment: [0, 10_000, 0],
            intents: [0, 0, 0, 0, 0], featureCount: 1)
    }

    private func changes(
        _ first: Lens, _ second: Lens, by: [String] = [], amendedTexts: Set<Position> = []
    ) throws -> [Position: ResponseChange] {
        let state = try ModelCheck(Self.log(), seed: 0).state
        var found: [Position: ResponseChange] = [:]
        _ = try NPSBySegmentQuery(state).difference(
            from: try ResolvedLens(first, in: state), to: try ResolvedLens(second, in: state),
            SegmentSelection(by: by), isTextChanged: amendedTexts.contains
        ) { found[$0.position] = $0 }
        return found
    }

    private func lens(
        _ asOf: Position, _ model: ModelVersion = 1, _ basis: Lens.Basis = .blended
    ) -> Lens {
        Lens(asOf: asOf, model: .pinned(model), basis: basis)
    }

    @Test("an amendment that does not change the class leaves the reason to the thresholds")
    func amendedButMoved() throws {
        let found = try changes(lens(4), lens(6))
        #expect(found.keys.sorted() == [0])
        #expect(found[0]?.reason == .thresholds)
        #expect(found[0]?.amended == [.score])
        #expect(found[0]?.first?.npsClass == .passive)
        #expect(found[0]?.second?.npsClass == .promoter)
        // And back again, by the same reason.
        #expect(try changes(lens(6), lens(4))[0]?.reason == .thresholds)
        #expect(try changes(lens(4), lens(5)).isEmpty, "an 8 is a passive as a 7 is")
    }

    @Test("what is read in another text belongs to the amendment, by whichever model")
    func otherText() throws {
        for (model, npsClass) in [(ModelVersion(1), NPSClass.promoter), (2, .passive)] {
            let found = try changes(lens(6), lens(9, model), amendedTexts: [1])
            #expect(found[1]?.reason == .amended)
            #expect(found[1]?.amended == [.text])
            #expect(found[1]?.second?.npsClass == npsClass)
        }
        // The same text, another model.
        #expect(try changes(lens(9), lens(9, 2))[1]?.reason == .reclassified)
        // The same text and model, read in between: first not at all, then.
        let read = try changes(lens(2), lens(4))
        #expect(read[1]?.reason == .unread)
        #expect(read[1]?.first == nil)
        #expect(read[1]?.firstRow?.isClassified == false)
    }

    @Test("recorded and excluded go first, whatever else differs")
    func recordedAndExcluded() throws {
        let later = try changes(lens(6), lens(12, 2, .stated))
        #expect(later[9]?.reason == .recorded)
        #expect(later[1]?.reason == .excluded)
        #expect(later[1]?.secondRow == nil)
        let earlier = try changes(lens(12, 2, .stated), lens(6))
        #expect(earlier[9]?.reason == .recorded)
        #expect(earlier[9]?.second == nil)
        #expect(earlier[1]?.reason == .excluded)
        #expect(earlier[1]?.first == nil)
        #expect(earlier.keys.sorted() == later.keys.sorted())
    }

    @Test("a move to another segment makes a difference where segments are asked for")
    func moved() throws {
        #expect(try changes(lens(10), lens(11)).isEmpty)
        let found = try changes(lens(10), lens(11), by: ["region"])
        #expect(found.keys.sorted() == [9])
        #expect(found[9]?.reason == .amended)
        #expect(found[9]?.amended == [.segments])
        #expect(found[9]?.first?.npsClass == found[9]?.second?.npsClass)
    }

    @Test("the basis and the window, where nothing before them suffices")
    func basisAndWindow() throws {
        let basis = try changes(lens(9, 1, .stated), lens(9, 1, .inferred))
        #expect(basis[0]?.reason == .basis)
        #expect(basis[1]?.reason == .basis)
        #expect(basis[1]?.first == nil)
        var empty = lens(9)
        (empty.from, empty.to) = (0, 1)
        let window = try changes(lens(9), empty)
        #expect(window.keys.sorted() == [0, 1])
        #expect(window.values.allSatisfy { $0.reason == .window && $0.second == nil })
        #expect(window[0]?.secondRow != nil)
    }

    @Test("a decision goes before another model, and after another text")
    func reviewed() throws {
        let found = try changes(lens(12, 1, .inferred), lens(13, 2, .inferred))
        #expect(found[0]?.reason == .reviewed)
        #expect(found[0]?.second?.npsClass == .promoter)
        #expect(found[0]?.secondRow?.decision == .promoter)
        #expect(try changes(lens(13, 2, .inferred), lens(12, 1, .inferred))[0]?.reason == .reviewed)
        // Under both it counts as decided, whoever reads.
        #expect(try changes(lens(13, 1, .inferred), lens(13, 2, .inferred))[0] == nil)
        var ignored = lens(13, 1, .inferred)
        ignored.reviews = .ignored
        #expect(try changes(lens(13, 1, .inferred), ignored)[0]?.reason == .reviewed)
        #expect(try changes(ignored, lens(13, 1, .inferred))[0]?.reason == .reviewed)
        #expect(try changes(lens(12), lens(13)).isEmpty, "a stated score is not overruled")
        let amended = try changes(
            lens(12, 1, .inferred), lens(13, 1, .inferred), amendedTexts: [0])
        #expect(amended[0]?.reason == .amended)
    }
}
