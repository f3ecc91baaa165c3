import CLMDB
import Glibc

extension Environment {
    /// Opens an environment whose content can be made again: one that is found damaged is thrown
    /// away and begun anew.
    ///
    /// - Parameter damage: looks for what LMDB does not find when it opens a file, and says what is
    ///   wrong; nil where nothing is. It may throw `LMDBError` as well.
    /// - Returns: with it what was wrong with the one thrown away; nil where it was sound.
    /// - Throws: `LMDBError`; a refusal where a damaged file cannot be removed.
    public static func disposable(
        path: String, configuration: Configuration,
        damage: (Environment) throws -> String? = { _ in nil }
    ) throws -> (environment: Environment, discardedDamage: String?) {
        let found: String
        do {
            let environment = try Environment(path: path, configuration: configuration)
            do {
                guard let damage = try damage(environment) else { return (environment, nil) }
                environment.close()
                found = damage
            } catch {
                environment.close()
                throw error
            }
        } catch let error as LMDBError {
            let damages: Set<LMDBError.Code> = [
                .corrupted, .pageNotFound, .invalidFile, .versionMismatch,
            ]
            guard damages.contains(error.code) else { throw error }
            found = error.detail
        }
        for file in ["data.mdb", "lock.mdb"] {
            guard unsafe unlink("\(path)/\(file)") == 0 || errno == ENOENT else {
                throw LMDBError(
                    status: errno, operation: "remove damaged file", path: path, detail: found)
            }
        }
        return (try Environment(path: path, configuration: configuration), found)
    }
}
