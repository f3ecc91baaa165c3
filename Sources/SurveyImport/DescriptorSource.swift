import Glibc

/// A file, pipe or standard input, read with read(2).
final class DescriptorSource: ByteSource {
    private let path: String
    private let descriptor: Int32
    private(set) var bytesRead: Int64 = 0
    let totalBytes: Int64?

    /// Opens `path`, or takes standard input for "-", which is not closed.
    init(path: String) throws(ImportError) {
        self.path = path
        if path == "-" {
            descriptor = STDIN_FILENO
        } else {
            descriptor = open(path, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { throw Self.openFailure(path, errno) }
        }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            let code = errno
            if path != "-" { close(descriptor) }
            throw Self.readFailure(path, code, offset: 0)
        }
        if status.st_mode & S_IFMT == S_IFDIR {
            if path != "-" { close(descriptor) }
            throw Self.openFailure(path, EISDIR)
        }
        totalBytes = status.st_mode & S_IFMT == S_IFREG ? Int64(status.st_size) : nil
    }

    deinit {
        if path != "-" { close(descriptor) }
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(ImportError) -> Int {
        while true {
            let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            if count >= 0 {
                bytesRead += Int64(count)
                return count
            }
            if errno != EINTR { throw Self.readFailure(path, errno, offset: bytesRead) }
        }
    }

    private static func openFailure(_ path: String, _ code: Int32) -> ImportError {
        switch code {
        case ENOENT, ENOTDIR:
            ImportError(
                .noSuchFile, "there is no such file", file: path,
                advice: "Check the path and the current directory.")
        case EISDIR:
            ImportError(
                .isDirectory, "this is a directory", file: path,
                advice: "Name the export file in it.")
        case EACCES, EPERM:
            ImportError(
                .unreadable, "this user may not read the file", file: path,
                advice: "Ask its owner for read permission.")
        default: readFailure(path, code, offset: nil)
        }
    }

    private static func readFailure(
        _ path: String, _ code: Int32, offset: Int64?
    ) -> ImportError {
        ImportError(
            .readFailed, "reading failed (\(String(cString: strerror(code))))", file: path,
            offsetBytes: offset, advice: "Check the disk or the pipe, then run the import again.")
    }
}
