import Crypto
import Foundation

extension ExternalModel {
    /// The description with paths that mean the same from everywhere.
    ///
    /// - Parameters:
    ///   - base: the directory of the file, which relative paths start from.
    ///   - searchPath: where a program without a slash is looked for, as `PATH` has it.
    /// - Throws: `ExternalModelError` with code `missing` where the program is not to be found.
    public func resolved(
        in base: String, searchPath: String
    ) throws(ExternalModelError) -> ExternalModel {
        var model = self
        model.directory = Self.absolute(directory, in: base)
        if program.contains("/") {
            model.command[0] = Self.absolute(program, in: model.directory)
        } else {
            let found = searchPath.split(separator: ":").lazy.map { "\($0)/\(program)" }
                .first { $0.hasPrefix("/") && Self.isProgram($0) }
            guard let found else {
                throw ExternalModelError(
                    .missing,
                    "\(program) is not on the path: give it with a slash, such as ./\(program)")
            }
            model.command[0] = found
        }
        try model.checkFiles()
        return model
    }

    /// Whether everything that is needed is there, and what has a SHA-256 in the description still
    /// has it.
    ///
    /// - Throws: `ExternalModelError` with code `missing` or `changed`.
    public func checkFiles() throws(ExternalModelError) {
        guard Self.isProgram(program) else {
            throw ExternalModelError(
                .missing, "there is no program \(program), or you may not run it")
        }
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: directory, isDirectory: &isDirectory),
            isDirectory.boolValue
        else { throw ExternalModelError(.missing, "there is no directory \(directory)") }
        for (path, expected) in sha256.sorted(by: { $0.key < $1.key }) {
            let whole = Self.absolute(path, in: directory)
            guard let digest = FileDigest.sha256(of: whole) else {
                throw ExternalModelError(.missing, "\(whole) cannot be read")
            }
            guard digest == expected else {
                throw ExternalModelError(
                    .changed,
                    "\(whole) has SHA-256 \(FileDigest.hexadecimal(digest)), described is "
                        + "\(FileDigest.hexadecimal(expected)): put the file back, or register "
                        + "the changed one as a version of its own")
            }
        }
    }

    /// What an approval of the program is for: SHA-256 of the description, with every field in it, and
    /// of the program's bytes as they are now.
    ///
    /// - Throws: `ExternalModelError` with code `missing` where the program cannot be read.
    public func approvalDigest() throws(ExternalModelError) -> [UInt8] {
        guard let program = FileDigest.sha256(of: program) else {
            throw ExternalModelError(.missing, "\(self.program) cannot be read")
        }
        var hash = SHA256()
        hash.update(data: Array("npsledger-approval-1\0".utf8))
        hash.update(data: program)
        hash.update(data: canonicalJSON)
        return [UInt8](hash.finalize())
    }

    private static func absolute(_ path: String, in base: String) -> String {
        let whole = path.hasPrefix("/") ? path : "\(base)/\(path)"
        return URL(fileURLWithPath: whole).standardizedFileURL.path
    }

    private static func isProgram(_ path: String) -> Bool {
        var isDirectory: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
            && !isDirectory.boolValue && FileManager.default.isExecutableFile(atPath: path)
    }
}
