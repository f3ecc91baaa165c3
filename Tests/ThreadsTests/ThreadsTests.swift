import CThreadName
import Glibc
import Synchronization
import Testing
import Threads

@Suite("Threads")
struct ThreadsTests {
    /// How often each number was called.
    private final class Calls: Sendable {
        private let counts: Mutex<[Int]>

        init(_ count: Int) { counts = Mutex([Int](repeating: 0, count: count)) }

        func note(_ index: Int) { counts.withLock { $0[index] += 1 } }
        var all: [Int] { counts.withLock { $0 } }
    }

    @Test("each number is called once", arguments: [1, 2, 3, 64, 1_000])
    func once(threads: Int) {
        for iterations in [0, 1, 2, 7, 500] {
            let calls = Calls(iterations)
            Threads.perform(iterations: iterations, threads: threads) { calls.note($0) }
            #expect(calls.all == [Int](repeating: 1, count: iterations))
        }
    }

    @Test("all calls have returned on return, call after call")
    func returns() {
        for round in 0..<5_000 {
            let sum = Atomic(0)
            Threads.perform(iterations: 4, threads: 4) {
                _ = sum.wrappingAdd($0 + 1, ordering: .relaxed)
            }
            #expect(sum.load(ordering: .relaxed) == 10, "round \(round)")
        }
    }

    @Test("with one thread the caller makes the calls, in order")
    func alone() {
        let caller = pthread_self()
        let seen = Mutex<[Int]>([])
        Threads.perform(iterations: 20, threads: 1) { index in
            #expect(pthread_equal(pthread_self(), caller) != 0)
            seen.withLock { $0.append(index) }
        }
        #expect(seen.withLock { $0 } == Array(0..<20))
    }

    @Test("a call may ask for help in its turn, and several callers at once do")
    func nested() {
        let calls = Calls(8 * 8 * 8)
        Threads.perform(iterations: 8) { outer in
            Threads.perform(iterations: 8) { middle in
                Threads.perform(iterations: 8) { calls.note((outer * 8 + middle) * 8 + $0) }
            }
        }
        #expect(calls.all == [Int](repeating: 1, count: 512))
    }

    @Test("others help: two calls that each wait for the other's beginning both end")
    func together() {
        // Holds wherever a second thread can be had, which these tests need themselves.
        let begun = Atomic(0)
        Threads.perform(iterations: 2, threads: 2) { _ in
            begun.wrappingAdd(1, ordering: .sequentiallyConsistent)
            while begun.load(ordering: .sequentiallyConsistent) < 2 { sched_yield() }
        }
        #expect(begun.load(ordering: .sequentiallyConsistent) == 2)
    }

    @Test("what a call holds is let go of on return")
    func lifetime() {
        final class Held: Sendable {}
        weak var held: Held?
        do {
            let strong = Held()
            held = strong
            Threads.perform(iterations: 16, threads: 4) { _ in withExtendedLifetime(strong) {} }
        }
        #expect(held == nil)
    }

    @Test("a thread runs under its name; one that the system refuses does not run at all")
    func start() {
        let name = Mutex<String?>(nil)
        let isStarted = Threads.start(name: "a-name-that-is-too-long") {
            var buffer = [CChar](repeating: 0, count: 16)
            cthreadname_get(&buffer, buffer.count)
            name.withLock {
                $0 = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8($0) }, as: UTF8.self)
            }
        }
        #expect(isStarted)
        while name.withLock({ $0 == nil }) { sched_yield() }
        #expect(name.withLock { $0 } == "a-name-that-is-")
        // No system has a stack of one byte, nor one of the whole address space.
        for stackBytes in [1, 1 << 60] {
            #expect(!Threads.start(name: "none", stackBytes: stackBytes) { Issue.record("it ran") })
        }
    }
}
