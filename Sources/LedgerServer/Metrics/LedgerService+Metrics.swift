import AnswerEncoding
import Foundation
import Glibc
import HTTPTypes
import Hummingbird
import LedgerOperations
import LedgerQueries
import NPSLedger

extension LedgerService {
    /// Counts a request that was answered.
    func observe(_ story: RequestStory, status: Int, seconds: Double) {
        let method = story.method.rawValue
        metrics.observe(
            MetricCatalog.requestSeconds, seconds: seconds,
            [
                ("method", method.utf8.count <= 7 ? method : "other"), ("path", story.template),
                ("status", "\(status)"),
            ])
    }

    /// Counts responses that were sent.
    func count(_ answer: IntakeAnswer) {
        for conclusion in answer.conclusions {
            metrics.add(MetricCatalog.responses, 1, [("outcome", conclusion.outcome)])
        }
    }

    /// Has figures asked for that are known when somebody looks.
    func collectMetrics() {
        metrics.collect { [self] metrics in
            let (standing, intake) = (keeper.current, intake.standing)
            metrics.set(MetricCatalog.head, Double(standing.mark.size))
            for (projection, position) in standing.positions {
                let lag = standing.mark.size - min(position, standing.mark.size)
                metrics.set(MetricCatalog.lag, Double(lag), [("projection", projection)])
            }
            metrics.set(MetricCatalog.waiting, Double(intake.waiting))
            metrics.set(MetricCatalog.refusing, intake.refusal == nil ? 0 : 1)
            metrics.set(MetricCatalog.unread, Double(intake.unread))
            metrics.set(MetricCatalog.unreadSeconds, intake.unreadSeconds)
            let tally = desk.tally
            for state in DeliveryRecord.State.allCases {
                metrics.set(
                    MetricCatalog.deliveriesStanding, Double(tally.counts[state, default: 0]),
                    [("state", state.rawValue)])
            }
            metrics.set(MetricCatalog.questionsWaiting, Double(questions.waiting))
            metrics.set(MetricCatalog.streams, Double(streams.count))
            ProcessFigures.collect(into: metrics)
        }
    }
}

/// What the system knows of this process.
private enum ProcessFigures {
    static func collect(into metrics: MetricRegistry) {
        if let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8),
            let pages = text.split(separator: " ").dropFirst().first.flatMap({ Double($0) })
        {
            metrics.set(MetricCatalog.memory, pages * Double(sysconf(Int32(_SC_PAGESIZE))))
        }
        if let names = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd") {
            metrics.set(MetricCatalog.descriptors, Double(names.count))
        }
        var usage = rusage()
        if getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 {
            let times = [usage.ru_utime, usage.ru_stime]
            metrics.set(
                MetricCatalog.processor,
                times.reduce(0) { $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6 })
        }
    }
}
