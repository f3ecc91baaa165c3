import Glibc

extension Environment {
    /// Looks at every page in use, by reading the file and not through the map.
    ///
    /// LMDB keeps no checksums: what is found is damage to the structure, which would make a
    /// transaction fail or kill the process, and not a changed byte within a value. Others may
    /// write meanwhile. Throws `corrupted` with the first page that no LMDB can have written.
    public func checkPages() throws {
        let path = "\(self.path)/\(DataDirectory.dataFileName)"
        // The snapshot keeps the pages of this and every later one from being used again.
        try read { _ in
            let descriptor = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else {
                throw LMDBError(status: errno, operation: "open", path: path)
            }
            defer { _ = Glibc.close(descriptor) }
            let file = DataFile(path: path, descriptor: descriptor)
            guard let meta = try file.meta() else { return }
            var check = try PageCheck(file, meta)
            try check.run(.everything)
        }
    }
}
