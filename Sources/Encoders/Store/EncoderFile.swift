import Crypto
import Glibc

/// A file of an encoder, read as a whole.
enum EncoderFile {
    /// - Parameter bytesMax: beyond this it is refused unread.
    /// - Throws: `EncoderError`: `missing` where it cannot be read, `mismatch` where it is no plain
    ///   file or too long.
    static func read(_ path: String, bytesMax: Int) throws(EncoderError) -> [UInt8] {
        // Not waiting: a pipe in a file's place must not stop the program.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw unreadable(path, errno) }
        defer { close(descriptor) }
        var about = stat()
        guard fstat(descriptor, &about) == 0 else { throw unreadable(path, errno) }
        guard about.st_mode & S_IFMT == S_IFREG, about.st_size <= bytesMax else {
            throw EncoderError(
                .mismatch,
                "\(path) is no file of at most \(bytesMax) bytes: " + EncoderStore.remedy)
        }
        var failure: Int32 = 0
        let size = Int(about.st_size)
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            while count < size {
                let got = Glibc.read(
                    descriptor, buffer.baseAddress?.advanced(by: count), size - count)
                if got < 0, errno == EINTR { continue }
                if got < 0 { failure = errno }
                // Shorter than it was a moment ago: what there is will not have the digest.
                if got <= 0 { return }
                count += got
            }
        }
        guard failure == 0 else { throw unreadable(path, failure) }
        return bytes
    }

    /// Reads a file whose SHA-256 is known.
    static func read(
        _ path: String, bytesMax: Int, digest: String
    ) throws(EncoderError) -> [UInt8] {
        let bytes = try read(path, bytesMax: bytesMax)
        let found = Hexadecimal.text(SHA256.hash(data: bytes))
        guard found == digest else {
            throw EncoderError(
                .mismatch,
                "\(path) is damaged or another file: its SHA-256 is \(found.prefix(16))… and must "
                    + "be \(digest.prefix(16))…: \(EncoderStore.remedy) anew")
        }
        return bytes
    }

    private static func unreadable(_ path: String, _ number: Int32) -> EncoderError {
        EncoderError(
            .missing,
            "\(path) cannot be read (\(String(cString: strerror(number)))): " + EncoderStore.remedy)
    }
}
