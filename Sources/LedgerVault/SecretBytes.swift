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

    deinit {
        if let start = memory.baseAddress {
            explicit_bzero(start, memory.count)
            munmap(start, max(1, memory.count))
        }
    }
}
