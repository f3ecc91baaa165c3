import LedgerCore

/// Answers of persons with several, by stretch of respondents' numbers.
struct AnswerRecords: Sendable {
    /// Respondents of a stretch: their counters fit into the nearest cache.
    private static let stretchBits = 12
    static let subjectsPerStretch = 1 << stretchBits
    /// Respondents' numbers are given out one after another; what lies beyond is sorted instead.
    private static let subjectBits = 29

    private let records: [Record]
    private let ends: [Int]

    /// One answer: the respondent, the slot and the class.
    struct Record: Sendable {
        private let bits: UInt64

        /// - Parameters:
        ///   - subject: no outlier.
        ///   - slot: below 2^30.
        ///   - npsClass: 0 to 2.
        @inline(__always)
        init(_ subject: UInt64, slot: UInt32, _ npsClass: UInt32) {
            bits = subject << 32 | UInt64(slot << 2 | npsClass)
        }

        /// The slot, times four, and the class.
        @inline(__always)
        var answer: UInt32 { UInt32(truncatingIfNeeded: bits) }

        /// The respondent.
        @inline(__always)
        var subject: Int { Int(truncatingIfNeeded: bits >> 32) }

        @inline(__always)
        var subjectInStretch: Int { subject & (subjectsPerStretch &- 1) }

        @inline(__always)
        fileprivate var stretch: Int { subject >> stretchBits }
    }

    /// An answer of a respondent whose number lies out of the way.
    struct Outlier: Sendable {
        let subject: UInt64
        /// As of a record.
        let answer: UInt32

        init(_ subject: UInt64, slot: UInt32, _ npsClass: UInt32) {
            self.subject = subject
            answer = slot << 2 | npsClass
        }

        /// Whether the answers of a respondent, or of any whose bits are in `subject`, may be.
        @inline(__always)
        static func mayHold(_ subject: UInt64) -> Bool { subject >> UInt64(subjectBits) != 0 }
    }

    /// - Parameters:
    ///   - found: in any order; left in disorder.
    ///   - subjects: whose answers to take.
    ///   - subjectsMax: no respondent's number is higher.
    fileprivate init(
        _ found: UnsafeMutableBufferPointer<Record>, of subjects: SubjectBits, subjectsMax: Int
    ) {
        var places = [Int](repeating: 0, count: subjectsMax >> Self.stretchBits + 1)
        var kept = 0
        places.withUnsafeMutableBufferPointer { places in
            subjects.withWords { words in
                for record in found {
                    let subject = record.subject
                    let count = Int(truncatingIfNeeded: words[subject >> 6] &>> (subject & 63)) & 1
                    places[record.stretch] &+= count
                    found[kept] = record
                    kept &+= count
                }
            }
            var sum = 0
            for stretch in places.indices {
                sum += places[stretch]
                places[stretch] = sum - places[stretch]
            }
        }
        records = [Record](unsafeUninitializedCapacity: kept) { records, initialized in
            places.withUnsafeMutableBufferPointer { places in
                for record in found[..<kept] {
                    let stretch = record.stretch
                    records.initializeElement(at: places[stretch], to: record)
                    places[stretch] &+= 1
                }
            }
            initialized = kept
        }
        ends = places
    }

    /// How many stretches there are at most.
    var stretches: Int { ends.count }

    func count(of stretch: Int) -> Int { range(stretch).count }

    private func range(_ stretch: Int) -> Range<Int> {
        guard stretch < ends.count else { return 0..<0 }
        return (stretch > 0 ? ends[stretch - 1] : 0)..<ends[stretch]
    }

    @inline(__always)
    func forEach(of stretch: Int, _ body: (Record) -> Void) {
        let range = range(stretch)
        records.withUnsafeBufferPointer { records in
            for index in range { body(records[index]) }
        }
    }
}

/// Respondents' numbers, a bit each.
struct SubjectBits: Sendable {
    private var words: [UInt64] = []

    /// Makes room for numbers up to one with these bits.
    mutating func reserve(_ bits: UInt64) {
        let count = Int(bits >> 6) + 1
        if count > words.count {
            words += [UInt64](repeating: 0, count: max(count, words.count * 2) - words.count)
        }
    }

    @inline(__always)
    func withWords(_ body: (UnsafeBufferPointer<UInt64>) -> Void) {
        words.withUnsafeBufferPointer { body($0) }
    }

    /// Adds the respondents of records; those that were in already to `again`, which has room for
    /// them, too.
    @inline(__always)
    fileprivate mutating func insert(
        _ records: UnsafeBufferPointer<AnswerRecords.Record>, again: inout SubjectBits
    ) {
        words.withUnsafeMutableBufferPointer { words in
            again.words.withUnsafeMutableBufferPointer { again in
                for record in records {
                    let subject = record.subject
                    let (word, bit) = (subject >> 6, UInt64(1) &<< UInt64(subject & 63))
                    let known = words[word]
                    again[word] |= known & bit
                    words[word] = known | bit
                }
            }
        }
    }

    /// Adds those of `other` that are in `both`, too.
    mutating func formUnion(_ other: SubjectBits, where both: SubjectBits? = nil) {
        reserve(UInt64(max(1, other.words.count * 64) - 1))
        for index in other.words.indices {
            words[index] |=
                other.words[index] & (both.map { $0.word(index) } ?? .max)
        }
    }

    private func word(_ index: Int) -> UInt64 { index < words.count ? words[index] : 0 }
}

/// Answers as one worker finds them, in log order.
// SAFETY: written by that worker alone, and afterwards put in order by one, too.
final class FoundAnswers: @unchecked Sendable {
    private var buffer: UnsafeMutablePointer<AnswerRecords.Record>
    private var capacity: Int
    /// How many.
    private(set) var count = 0
    private var subjects: UInt64 = 0
    private(set) var outliers: [AnswerRecords.Outlier] = []

    /// - Parameter capacity: a guess; memory that is not used costs nothing.
    init(capacity: Int) {
        self.capacity = max(1, capacity)
        buffer = .allocate(capacity: self.capacity)
    }

    deinit { buffer.deallocate() }

    /// Calls `body` with room for some answers, of which it returns how many it wrote.
    ///
    /// - Parameter subjects: all bits of the respondents' numbers.
    @inline(__always)
    func write(
        atMost count: Int, subjects bits: UInt64,
        _ body: (UnsafeMutablePointer<AnswerRecords.Record>) -> Int
    ) {
        if self.count + count > capacity { grow(by: count) }
        let written = body(buffer + self.count)
        subjects |= bits
        self.count += written
    }

    private func grow(by count: Int) {
        capacity = max(capacity * 2, self.count + count)
        let larger = UnsafeMutablePointer<AnswerRecords.Record>.allocate(capacity: capacity)
        larger.moveInitialize(from: buffer, count: self.count)
        buffer.deallocate()
        buffer = larger
    }

    /// Adds one answer.
    func add(_ subject: UInt64, slot: Int, _ npsClass: UInt8) {
        if AnswerRecords.Outlier.mayHold(subject) {
            outliers.append(
                AnswerRecords.Outlier(subject, slot: UInt32(slot), UInt32(npsClass)))
            return
        }
        write(atMost: 1, subjects: subject) { place in
            place.initialize(
                to: AnswerRecords.Record(subject, slot: UInt32(slot), UInt32(npsClass)))
            return 1
        }
    }

    /// No respondent's number is higher.
    var subjectsMax: Int { Int(subjects) }

    /// Calls `body` with each answer that is no outlier's.
    @inline(__always)
    func forEachRecord(_ body: (AnswerRecords.Record) -> Void) {
        for index in 0..<count { body(buffer[index]) }
    }

    /// Those who gave answers, and those who gave several.
    private func respondents() -> (seen: SubjectBits, again: SubjectBits) {
        var (seen, again) = (SubjectBits(), SubjectBits())
        seen.reserve(subjects)
        again.reserve(subjects)
        seen.insert(UnsafeBufferPointer(start: buffer, count: count), again: &again)
        return (seen, again)
    }

    /// The respondents who gave several answers, whoever found them.
    static func repeated(_ found: [FoundAnswers], by workers: Workers) throws -> SubjectBits {
        let parts = try workers.map(found.indices, leastPart: 1) { indices in
            indices.map { found[$0].respondents() }
        }.flatMap { $0 }
        var (seen, repeated) = (SubjectBits(), SubjectBits())
        for part in parts {
            repeated.formUnion(part.again)
            repeated.formUnion(part.seen, where: seen)
            seen.formUnion(part.seen)
        }
        return repeated
    }

    /// The answers of some respondents; to be asked for once.
    func records(of subjects: SubjectBits) -> AnswerRecords {
        AnswerRecords(
            UnsafeMutableBufferPointer(start: buffer, count: count), of: subjects,
            subjectsMax: subjectsMax)
    }
}
