import AnswerEncoding
import Dispatch
import HTTPTypes
import Hummingbird
import JSON
import LedgerCore
import LedgerOperations
import LedgerQueries
import NIOCore
import NPSLedger
import SurveyImport

/// Where pages and apps send responses themselves, with a key that is no secret.
///
/// The answer says of each response that it was accepted, or why it cannot be read; not whether it was
/// known, nor where it stands: whoever has the key learns nothing of the ledger.
enum PublicEndpoints {
    static let all = [preflight, receive]

    /// Longest body, in bytes.
    private static let bodyBytesMax = 256 << 10
    /// Most responses of one request.
    private static let itemsMax = 100
    /// How long a browser may remember what it may send, in seconds.
    private static let preflightSeconds = 600

    private static let preflight = Endpoint(
        method: .options, path: "/v1/public/{key}/responses",
        summary: "what a page of this origin may send", access: .own,
        handler: .call { call in
            let (_, headers) = try admitted(call)
            var told = headers
            told[.accessControlAllowMethods] = "POST"
            told[.accessControlAllowHeaders] = "Content-Type"
            told[.accessControlMaxAge] = "\(preflightSeconds)"
            return Response(status: .noContent, headers: told)
        })

    private static let receive = Endpoint(
        method: .post, path: "/v1/public/{key}/responses",
        summary: "record responses from a page or an app, with a public key", access: .own,
        takes: .responsesOfSource,
        handler: .call { call in
            let (key, headers) = try admitted(call)
            do {
                return try await receive(call, key, headers)
            } catch {
                // A page may read why.
                var problem = Problem(error)
                problem.headers.append(contentsOf: headers)
                throw problem
            }
        })

    /// The key of a request, where it may be used from here.
    private static func admitted(_ call: Call) throws(Problem) -> (PublicKey, HTTPFields) {
        guard let key = call.service.publicKeys.find(call.path["key"] ?? "") else {
            throw Problem(.unauthorized, "key.unknown", "there is no such key, or it was revoked")
        }
        guard let origin = call.request.headers[.origin] else {
            guard key.takesApps else {
                throw Problem(
                    .forbidden, "origin.missing", "this key is for pages: a request needs an origin"
                )
            }
            return (key, [.vary: "Origin"])
        }
        guard key.origins.contains(origin) else {
            throw Problem(.forbidden, "origin.other", "this key is not for pages of this origin")
        }
        return (key, [.vary: "Origin", .accessControlAllowOrigin: origin])
    }

    private static func receive(
        _ call: Call, _ key: PublicKey, _ headers: HTTPFields
    ) async throws -> Response {
        let now = Double(DispatchTime.now().uptimeNanoseconds) / 1e9
        if let seconds = call.service.publicKeys.use(key, from: call.client, now: now) {
            var problem = Problem(
                .tooManyRequests, "rate.exceeded", "this key has been used too often: send it later"
            )
            problem.headers[.retryAfter] = "\(seconds)"
            throw problem
        }
        let body = try await call.request.collected(upTo: bodyBytesMax)
        // A page that is left sends by a beacon, which states no type.
        let sent = try ResponseRequestReader(itemsMax: itemsMax, source: key.source).read(body)
        let answer = try await ResponsesIntake.record(
            sent, atomic: false, actor: key.actor, call.service)
        let results = answer.conclusions.map { conclusion -> JSONValue in
            guard let fault = conclusion.fault else { return ["outcome": "accepted"] }
            return [
                "outcome": "rejected", "code": .string(fault.code),
                "expected": .string(fault.expected),
            ]
        }
        var told = headers
        told[.contentType] = "application/json"
        let isAnyTaken = answer.conclusions.contains { $0.fault == nil }
        return Response(
            status: isAnyTaken ? .ok : .unprocessableContent, headers: told,
            body: ResponseBody(
                byteBuffer: ByteBuffer(
                    string: JSONValue.object([("results", .array(results))]).serialized() + "\n")))
    }
}
