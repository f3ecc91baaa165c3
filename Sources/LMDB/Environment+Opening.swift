extension Environment {
    /// Opens an environment for writing, or for reading where it cannot be written and `reads` says
    /// so.
    ///
    /// - Returns: with it what refused to open it for writing; nil where nothing did.
    public static func open(
        path: String, configuration: Configuration, readsWhenUnwritable reads: Bool
    ) throws(LMDBError) -> (environment: Environment, refusal: LMDBError?) {
        do throws(LMDBError) {
            return (try Environment(path: path, configuration: configuration), nil)
        } catch {
            guard reads, error.isRefusal else { throw error }
            var configuration = configuration
            configuration.readOnly = true
            return (try Environment(path: path, configuration: configuration), error)
        }
    }
}
