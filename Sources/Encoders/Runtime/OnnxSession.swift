internal import COnnxRuntime

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
