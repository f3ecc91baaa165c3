import Glibc

// SAFETY: the memory is written by `init` alone, before anybody else has it.
/// Bytes that nobody is to find once they are not needed: wiped when they are let go, left out of a file
/// of the process's memory, and kept from being swapped as far as the system lets this process.
final class SecretBytes: @unchecked Sendable {
    private let memory: UnsafeMutableRawBufferPointer

    /// - Parameter fill: writes all of them.
    init(
        count: Int, _ fill: (UnsafeMutableRawBufferPointer) throws -> Void
    ) throws {
        let mapped = mmap(
            nil, max(1, count), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let mapped, mapped != MAP_FAILED else {
            throw VaultError(
                .storage, "no memory for keys: \(String(cString: strerror(errno)))")
        }
        memory = UnsafeMutableRawBufferPointer(start: mapped, count: count)
        // Both are asked for and not relied on: few may lock much memory.
        mlock(mapped, count)
        madvise(mapped, count, MADV_DONTDUMP)
        try fill(memory)
    }

    convenience init(copying bytes: UnsafeRawBufferPointer) throws {
        try self.init(count: bytes.count) { $0.copyMemory(from: bytes) }
    }

    var count: Int { memory.count }

    func withBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        try body(UnsafeRawBufferPointer(memory))
    }

    /// Most that one call of the system gives.
    private static let entropyBytesMax = 256

    /// Fills a buffer with random bytes of the system's, as many at a time as it gives: a word at a
    /// time, making keys would take longer than sealing with them.
    static func fillRandomly(_ buffer: UnsafeMutableRawBufferPointer) throws(VaultError) {
        guard let start = buffer.baseAddress else { return }
        for offset in stride(from: 0, to: buffer.count, by: entropyBytesMax) {
            let count = min(entropyBytesMax, buffer.count - offset)
            guard getentropy(start + offset, count) == 0 else {
                throw VaultError(
                    .storage,
                    "the system gives no random bytes: \(String(cString: strerror(errno)))")
            }
        }
    }

    /// Overwrites what nobody is to find.
    static func wipe(_ buffer: UnsafeMutableRawBufferPointer) {
        if let start = buffer.baseAddress { explicit_bzero(start, buffer.count) }
    }

    deinit {
        if let start = memory.baseAddress {
            explicit_bzero(start, memory.count)
            munmap(start, max(1, memory.count))
        }
    }
}
