internal import COnnxRuntime

/// onnxruntime's library, loaded once the version it tells is the one that was tested.
// SAFETY: what the handle points to is written before the initializer returns and only read
// afterwards; the library's own functions on it may be called from any thread.
package final class OnnxRuntime: @unchecked Sendable {
    /// The version whose vectors the golden ones are.
    package static let version = "1.31.1"
    /// Its file in an encoder's directory.
    package static let file = "libonnxruntime.so"

    /// What the library is, byte for byte; nil for a kind of machine that none is known for.
    package static let digest: String? = {
        #if os(Linux) && arch(x86_64)
            return "fc44112fbe06d7d689c57e11d3862031f64711007e4ee020f8eed5185fd2c1d3"
        #elseif os(Linux) && arch(arm64)
            return "8aa3b76b28c778a2b1dd660d34161adb1d508c9ccd04ff9dc80e26eca5df8467"
        #else
            return nil
        #endif
    }()

    let handle: OpaquePointer

    /// Loads the library at a path.
    ///
    /// - Parameter isWhole: whether its bytes are known to be right, so that getting it anew does
    ///   not help where it cannot be loaded.
    /// - Throws: `EncoderError`: `missing` where it is not there or no library, `mismatch` where it
    ///   is another library or version.
    package init(library path: String, isWhole: Bool = false) throws(EncoderError) {
        var message = onnx_message()
        var handle: OpaquePointer?
        let outcome = onnx_runtime_open(path, Self.version, &handle, &message)
        guard outcome == ONNX_OK, let handle else {
            throw outcome == ONNX_MISSING && isWhole
                ? Self.unloadable(message, library: path)
                : Self.error(outcome, message, library: path)
        }
        self.handle = handle
    }

    /// Uses a library that is in the process already.
    ///
    /// - Parameter apiBase: what its `OrtGetApiBase` gives.
    package init(apiBase: UnsafeRawPointer?) throws(EncoderError) {
        var message = onnx_message()
        var handle: OpaquePointer?
        let outcome = onnx_runtime_attach(apiBase, Self.version, &handle, &message)
        guard outcome == ONNX_OK, let handle else {
            throw Self.error(outcome, message, library: "the runtime")
        }
        self.handle = handle
    }

    deinit { onnx_runtime_close(handle) }

    private static func error(
        _ outcome: onnx_outcome, _ message: onnx_message, library: String
    ) -> EncoderError {
        let code: EncoderError.Code =
            switch outcome {
            case ONNX_MISSING: .missing
            case ONNX_MISMATCH: .mismatch
            default: .failed
            }
        return EncoderError(
            code,
            "\(library) \(text(message)); the encoder needs onnxruntime \(version)")
    }

    private static func unloadable(_ message: onnx_message, library: String) -> EncoderError {
        EncoderError(
            .missing,
            "\(library) is whole, and this system does not load it (\(text(message))): it needs "
                + "glibc 2.28 or newer, libstdc++, and a directory that is not mounted noexec; "
                + "models of kind ngram-1 need none of it", fetchHelps: false)
    }

    /// A message as text.
    static func text(_ message: onnx_message) -> String {
        withUnsafeBytes(of: message.text) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }
}

/// A model that the runtime has made ready.
// SAFETY: the handle is written before the initializer returns; the runtime allows several threads
// to run one session at the same time, and each run has memory of its own.
package final class OnnxSession: @unchecked Sendable {
    /// Keeps the library's objects for as long as the session uses them.
    private let runtime: OnnxRuntime
    private let handle: OpaquePointer

    /// Makes a model ready.
    ///
    /// A run takes the caller's thread alone: callers share the work by texts, which is faster
    /// than sharing each operation, and leaves nothing for the number of threads to change.
    ///
    /// - Parameter model: the bytes of a model file.
    package init(runtime: OnnxRuntime, model: [UInt8]) throws(EncoderError) {
        var message = onnx_message()
        var handle: OpaquePointer?
        let outcome = model.withUnsafeBytes { bytes in
            onnx_session_open(
                runtime.handle, bytes.baseAddress, bytes.count, 1, &handle, &message)
        }
        guard outcome == ONNX_OK, let handle else {
            throw EncoderError(.failed, "onnxruntime \(OnnxRuntime.text(message))")
        }
        self.handle = handle
        self.runtime = runtime
    }

    deinit { onnx_session_close(handle) }

    /// Runs `tokens`, a matrix of `rows` texts of `columns` tokens each, and puts a vector of
    /// `width` numbers for each token into the first numbers of `vectors`.
    ///
    /// - Precondition: `tokens` has `rows × columns` numbers, `vectors` at least `width` times as
    ///   many.
    package func run(
        tokens: [Int64], rows: Int, columns: Int, width: Int, into vectors: inout [Float]
    ) throws(EncoderError) {
        precondition(rows > 0 && columns > 0 && width > 0 && tokens.count == rows * columns)
        precondition(vectors.count >= tokens.count * width)
        var message = onnx_message()
        let outcome = tokens.withUnsafeBufferPointer { input in
            vectors.withUnsafeMutableBufferPointer { output in
                onnx_session_run(
                    handle, "tokens", input.baseAddress, "vectors", output.baseAddress,
                    Int64(rows), Int64(columns), Int64(width), &message)
            }
        }
        guard outcome == ONNX_OK else {
            throw EncoderError(.failed, "onnxruntime \(OnnxRuntime.text(message))")
        }
    }
}
