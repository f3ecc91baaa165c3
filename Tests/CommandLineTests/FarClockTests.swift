import Foundation
import Testing

/// A clock that says what no ledger can hold.
@Suite(
    "Far clocks", .serialized,
    .enabled(if: Preloaded.compiler != nil, "setting one for a program needs a C compiler"))
struct FarClockTests {
    @Test(
        "is refused in words, and nothing is recorded under it",
        arguments: [9_223_372_036_855, 9_300_000_000_000, 253_402_300_800, 4_294])
    func refused(seconds: Int) throws {
        let here = try Workspace()
        _ = try here.prepare(responses: 40, seed: 6)
        let clock = try Preloaded(
            """
            #define _GNU_SOURCE
            #include <sys/syscall.h>
            #include <time.h>
            #include <unistd.h>
            int clock_gettime(clockid_t clock, struct timespec *time) {
                int status = syscall(SYS_clock_gettime, clock, time);
                if (clock == CLOCK_REALTIME) time->tv_sec = \(seconds)L;
                return status;
            }
            """, in: here)
        let before = try here.eventCounts()
        for command in [
            ["thresholds", "edit", "--passive-from", "6", "--reason", "x"],
            ["import", "answers.csv"] + Workspace.mapping,
            ["init", "--origin", "a.example/b", "--ledger", "other"],
        ] {
            let outcome = try here.run(command, environment: clock.environment)
            #expect((1...127).contains(outcome.status), "\(outcome)")
            let isTold = ["the clock says", "1970–9999"].contains { outcome.errors.contains($0) }
            #expect(isTold, "\(outcome)")
        }
        #expect(try here.eventCounts() == before)
        for question in [["nps"], ["verify"], ["audit"]] {
            let outcome = try here.run(question, environment: clock.environment)
            #expect(outcome.status == 0, "\(outcome)")
        }
        try here.verify()
    }
}
