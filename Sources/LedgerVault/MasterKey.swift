import Crypto
import Foundation
import Glibc

/// The key that wraps a vault. It lives outside the ledger's directory, so that a copy of the
/// directory alone opens nothing.
public struct MasterKey: Sendable {
    let key: SymmetricKey

    /// A new random key.
    public init() { key = SymmetricKey(size: .bits256) }

    /// A key from its 32 bytes; nil for any other count.
    public init?(bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        key = SymmetricKey(data: bytes)
    }

    /// Reads a key file: 64 hexadecimal digits and a line end.
    ///
    /// A pipe, a device or a folder is refused, unread: waiting for who writes into a pipe could take
    /// for ever, and a second opening would find nothing.
    public init(file path: String) throws(VaultError) {
        // Looked at before it is opened as well: opening a device can do something.
        try Self.requireFile(path) { stat(path, &$0) }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else {
            throw VaultError(
                errno == ENOENT
                    ? .keyMissing : [EACCES, EPERM].contains(errno) ? .permission : .keyUnreadable,
                "the master key \(path) cannot be read (\(String(cString: strerror(errno)))): "
                    + "without it, texts stay sealed. Put it back from where it is kept, or name "
                    + "its place with NPSLEDGER_KEY_FILE.")
        }
        defer { Glibc.close(descriptor) }
        try Self.requireFile(path) { fstat(descriptor, &$0) }
        // Digits and key pass through these two buffers alone, and both are wiped.
        var text = [UInt8](repeating: 0, count: 128)
        var bytes = [UInt8](repeating: 0, count: 32)
        defer {
            Self.wipe(&text)
            Self.wipe(&bytes)
        }
        let count = Glibc.read(descriptor, &text, text.count)
        var digits = 0
        for index in 0..<max(0, count) where ![10, 13, 32].contains(text[index]) {
            // A number's text may carry a sign; a key's may not.
            guard digits < Self.digitsCount, let value = Self.value(ofDigit: text[index]) else {
                digits = .max
                break
            }
            bytes[digits / 2] = bytes[digits / 2] << 4 | value
            digits += 1
        }
        guard digits == Self.digitsCount, let key = MasterKey(bytes: bytes) else {
            throw VaultError(
                .keyUnreadable, "\(path) is not a master key: 64 hexadecimal digits are expected")
        }
        self = key
    }

    /// Writes a new key file that only its owner may read; refuses to replace one.
    ///
    /// It is written aside and then given its name: after a power cut it is whole or not there, and
    /// half a key never stands in the way of the next attempt.
    public func write(to path: String) throws(VaultError) {
        // Under a name that nobody can have taken: the key would be written into their file.
        let aside = "\(path).new-\(String(UInt64.random(in: 0 ... .max), radix: 36))"
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        let descriptor = open(aside, flags, 0o600)
        guard descriptor >= 0 else { throw Self.failure(path) }
        defer {
            Glibc.close(descriptor)
            unlink(aside)
        }
        let digits: StaticString = "0123456789abcdef"
        var text = [UInt8](repeating: 10, count: 65)
        defer { Self.wipe(&text) }
        key.withUnsafeBytes { raw in
            for (index, byte) in raw.enumerated() {
                text[2 * index] = digits.utf8Start[Int(byte >> 4)]
                text[2 * index + 1] = digits.utf8Start[Int(byte & 15)]
            }
        }
        // A short write leaves no reason behind; the disk took no more.
        errno = ENOSPC
        guard Glibc.write(descriptor, text, text.count) == text.count, fsync(descriptor) == 0,
            Self.place(aside, at: path)
        else { throw Self.failure(path) }
        guard Self.syncDirectory(of: path) else {
            let error = Self.failure(path)
            // A name that may not survive is not to be relied on.
            unlink(path)
            throw error
        }
    }

    /// Sees to it that a key file which is there survives a power cut, with its name: one that an
    /// interrupted creation has left may be in memory alone, and another one with the name before it.
    public static func makeDurable(at path: String) throws(VaultError) {
        try requireFile(path) { stat(path, &$0) }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        // What cannot be opened is told by whoever reads it.
        guard descriptor >= 0 else { return }
        defer { Glibc.close(descriptor) }
        guard fsync(descriptor) == 0, syncDirectory(of: path) else { throw failure(path) }
    }

    private static func value(ofDigit digit: UInt8) -> UInt8? {
        switch digit {
        case 0x30...0x39: digit - 0x30
        case 0x41...0x46: digit - 0x41 + 10
        case 0x61...0x66: digit - 0x61 + 10
        default: nil
        }
    }

    /// Overwrites bytes in a way that no optimisation leaves out.
    private static func wipe(_ bytes: inout [UInt8]) {
        bytes.withUnsafeMutableBytes { raw in
            if let start = raw.baseAddress { explicit_bzero(start, raw.count) }
        }
    }

    private static func failure(_ path: String) -> VaultError {
        let cause = errno
        return VaultError(
            code(cause),
            "the master key cannot be written to \(path) (\(String(cString: strerror(cause))))"
                + (cause == EEXIST ? ": a key that exists is never replaced" : ""))
    }

    /// Gives a file its name, unless something has it.
    private static func place(_ aside: String, at path: String) -> Bool {
        if link(aside, path) == 0 { return true }
        // A file system without links; there the moment between the two calls is a risk.
        guard errno == EPERM || errno == EOPNOTSUPP else { return false }
        if access(path, F_OK) == 0 {
            errno = EEXIST
            return false
        }
        return rename(aside, path) == 0
    }

    /// Makes the file's name survive a power cut: a vault without its key is lost.
    private static func syncDirectory(of path: String) -> Bool {
        let parent = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        let descriptor = open(parent.isEmpty ? "/" : parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        // A directory that may be written but not read cannot be synced; the key is there.
        guard descriptor >= 0 else { return errno == EACCES }
        defer { Glibc.close(descriptor) }
        return fsync(descriptor) == 0
    }

    /// What kind of failure it is that a key could not be written.
    private static func code(_ cause: Int32) -> VaultError.Code {
        switch cause {
        case ENOSPC, EDQUOT: .diskFull
        case EACCES, EPERM, EROFS: .permission
        case EIO: .storage
        default: .keyUnreadable
        }
    }

    /// Refuses what is there and is no file; what is missing is told by whoever opens it.
    private static func requireFile(
        _ path: String, _ look: (inout stat) -> Int32
    ) throws(VaultError) {
        var status = stat()
        guard look(&status) == 0, status.st_mode & S_IFMT != S_IFREG else { return }
        throw VaultError(
            .keyUnreadable,
            "\(path) is not a master key: it is no file but a "
                + (status.st_mode & S_IFMT == S_IFDIR ? "directory" : "pipe or a device")
                + ". Name the key's file with NPSLEDGER_KEY_FILE.")
    }

    /// Who but its owner may read or change a key file, such as “everybody may read it”; nil where
    /// nobody may, or there is no such file.
    ///
    /// A group that may read it is how an administrator gives a key to a service on purpose.
    public static func exposure(ofFile path: String) -> String? {
        var status = stat()
        // What is too short to be a key is told as such when it is opened.
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
            status.st_size >= digitsCount
        else { return nil }
        if status.st_mode & S_IWOTH != 0 { return "everybody may change it" }
        if status.st_mode & S_IROTH != 0 { return "everybody may read it" }
        return status.st_mode & S_IWGRP != 0 ? "its group may change it" : nil
    }

    /// How many hexadecimal digits a key file has; blanks and line ends do not count.
    private static let digitsCount = 64

    func wrap(
        _ plaintext: some DataProtocol, context: [UInt8]
    ) throws(VaultError) -> [UInt8] {
        do {
            let box = try AES.GCM.seal(plaintext, using: key, authenticating: context)
            guard let combined = box.combined else { throw CryptoKitError.incorrectParameterSize }
            return [UInt8](combined)
        } catch {
            throw VaultError(.sealing, "a key could not be wrapped: \(error)")
        }
    }

    /// Keys, in memory of their own; what they came in is wiped.
    func unwrapSecret(_ wrapped: [UInt8], context: [UInt8]) throws -> SecretBytes {
        var plaintext = try unwrapped(wrapped, context: context)
        defer { plaintext.resetBytes(in: plaintext.startIndex..<plaintext.endIndex) }
        return try plaintext.withUnsafeBytes { try SecretBytes(copying: $0) }
    }

    func unwrap(_ wrapped: [UInt8], context: [UInt8]) throws(VaultError) -> [UInt8] {
        [UInt8](try unwrapped(wrapped, context: context))
    }

    private func unwrapped(_ wrapped: [UInt8], context: [UInt8]) throws(VaultError) -> Data {
        do {
            let box = try AES.GCM.SealedBox(combined: wrapped)
            return try AES.GCM.open(box, using: key, authenticating: context)
        } catch {
            throw VaultError(
                .wrongKey,
                "the vault does not open with this master key: it belongs to another ledger, or "
                    + "the vault is damaged. Name the right one with NPSLEDGER_KEY_FILE.")
        }
    }
}

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
