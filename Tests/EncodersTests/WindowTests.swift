import Foundation
import Testing

@testable import Encoders

@Suite("Windows and batches")
struct WindowTests {
    @Test("No token is read twice, and only the middle of long texts is left out")
    func windows() {
        for count in [0, 1, 125, 126, 127, 200, 251, 252, 253, 1_000] {
            let tokens = (0..<Int32(count)).map { $0 }
            let windows = TextWindows.cut(tokens)
            #expect(windows.count == (count > 126 ? 2 : 1))
            #expect(windows.allSatisfy { $0.count <= 126 })
            let read = windows.flatMap { Array($0) }
            #expect(Set(read).count == read.count)
            #expect(read.count == min(count, 252))
            #expect(read.first == tokens.first && read.last == tokens.last)
        }
    }

    @Test("Batches hold each window once, of one length, and no more tokens than they may")
    func batches() {
        let seed = UInt64.random(in: 0...(.max))
        print("batches: seed \(seed)")
        var generator = Generator(seed: seed)
        for _ in 0..<300 {
            let lengths = (0..<Int.random(in: 0...200, using: &generator)).map { _ in
                Int.random(in: 2...128, using: &generator)
            }
            let tokensMax = Int.random(in: 1...600, using: &generator)
            let batches = WindowBatches.plan(lengths: lengths, tokensMax: tokensMax)
            #expect(batches.flatMap { $0 }.sorted() == Array(lengths.indices))
            for batch in batches {
                let own = Set(batch.map { lengths[$0] })
                #expect(own.count == 1)
                #expect(batch.count == 1 || batch.count * own.first! <= tokensMax)
            }
            let order = batches.map { lengths[$0[0]] }
            #expect(order == order.sorted(by: >))
        }
    }

    @Test("Work is done once each, and the first failure ends it")
    func work() throws {
        for threads in [0, 1, 2, 7] {
            let done = Counter(100)
            try SharedWork.run(100, threads: threads, state: 0) {
                (number: Int, own: inout Int) throws(EncoderError) in
                own += 1
                done.count(number)
            }
            #expect(done.counts == Array(repeating: 1, count: 100))
            let begun = Counter(100)
            let error = #expect(throws: EncoderError.self) {
                try SharedWork.run(100, threads: threads, state: ()) {
                    (number: Int, _: inout Void) throws(EncoderError) in
                    begun.count(number)
                    if number == 3 { throw EncoderError(.failed, "three") }
                }
            }
            #expect(error?.description == "three")
            #expect(begun.counts[3] == 1)
            if threads < 2 { #expect(begun.counts.reduce(0, +) == 4) }
        }
        try SharedWork.run(0, threads: 3, state: ()) {
            (_: Int, _: inout Void) throws(EncoderError) in throw EncoderError(.failed, "none")
        }
    }

    @Test("A mean that is no number is refused, and zero keeps its zeros")
    func means() throws {
        #expect(try TokenMean.unit([0, 0], count: 2) == [0, 0])
        #expect(try TokenMean.unit([6, 8], count: 2) == [0.6, 0.8])
        for bad in [Double.nan, .infinity, 1e200] {
            #expect(throws: EncoderError.self) { try TokenMean.unit([bad, 1], count: 1) }
        }
    }
}
