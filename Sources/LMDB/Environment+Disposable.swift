import Glibc

extension Environment {
    /// Opens an environment whose content can be made again: one that LMDB finds damaged is thrown
    /// away and begun anew.
    ///
    /// - Parameter checksPages: looks at every page first; else only what does not open is found.
    /// - Returns: with it what was wrong with the one thrown away; nil where it was sound.
    public static func disposable(
        path: String, configuration: Configuration, checksPages: Bool
    ) throws -> (environment: Environment, discardedDamage: String?) {
        do {
            let environment = try Environment(path: path, configuration: configuration)
            guard checksPages else { return (environment, nil) }
            do {
                try environment.checkPages()
                return (environment, nil)
            } catch {
                environment.close()
                throw error
            }
        } catch let error as LMDBError {
            let damage: Set<LMDBError.Code> = [
                .corrupted, .pageNotFound, .invalidFile, .versionMismatch,
            ]
            guard damage.contains(error.code) else { throw error }
            for file in ["data.mdb", "lock.mdb"] { _ = unsafe unlink("\(path)/\(file)") }
            return (try Environment(path: path, configuration: configuration), error.detail)
        }
    }
}
