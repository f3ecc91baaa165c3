import AnswerEncoding
import DeliverySignatures
import Foundation
import HTTPTypes
import Hummingbird
import JSON
import LedgerCore
import LedgerOperations
import LedgerQueries
import NIOCore
import SurveyDeliveries

/// What survey tools deliver, and how it stands.
enum HookEndpoints {
    static let all = [receive, imports, deliveries, replay]

    /// Longest delivery, in bytes: a hundred times the longest that a tool sends of one response.
    private static let bodyBytesMax = 1 << 20

    private static let receive = Endpoint(
        method: .post, path: "/v1/hooks/{name}",
        summary: "what a survey tool delivers; it proves by its signature that it is its own",
        access: .own, takes: .delivery,
        handler: .call { call in
            let service = call.service
            guard let source = service.sources[call.path["name"] ?? ""] else {
                throw Problem(.notFound, "hook.unknown", "there is no such hook")
            }
            let name = source.delivery.name
            let body = try await call.request.collected(upTo: bodyBytesMax)
            let proof: SignatureVerifier.Proof?
            do throws(SignatureRefusal) {
                proof = try source.verifier?.verify(
                    SignedDelivery(
                        method: call.request.method.rawValue, target: call.request.head.path ?? "",
                        headers: call.request.headers.map { ($0.name.rawName, $0.value) },
                        body: body), now: service.clock())
            } catch {
                service.metrics.add(
                    MetricCatalog.deliveries, 1, [("hook", name), ("outcome", "refused")])
                throw Problem(.unauthorized, error.code, error.reason)
            }
            let type = String((call.request.headers[.contentType] ?? "").prefix(128))
            let receipt = try await service.receive(
                body, from: source.delivery, identifier: proof?.identifier, type: type)
            service.metrics.add(
                MetricCatalog.deliveries, 1,
                [("hook", name), ("outcome", receipt.isNew ? "received" : "duplicate")])
            service.keeper.signal()
            return OperationsEndpoints.json(
                .ok,
                [
                    "delivery": .integer(receipt.position),
                    "outcome": .string(receipt.isNew ? "received" : "duplicate"),
                ])
        })

    private static let imports = Endpoint.get(
        "/v1/imports", "the imports: each source under one mapping is one", csv: true
    ) { _, _, open in
        let answer = try open.imports()
        return Answer(answer.json, csv: answer.csv)
    }

    private static let deliveries = Endpoint.get(
        "/v1/deliveries", "what survey tools have delivered, and what waits for a good attempt",
        [
            .text("hook", "only what was delivered to this source"),
            .flag("waiting", "only what waits for a good attempt"),
            .text("limit", "show at most this many, or all"),
        ], csv: true
    ) { parameters, _, open in
        var request = DeliveriesRequest()
        request.hook = parameters.text("hook")
        request.onlyWaiting = parameters.flag("waiting")
        request.limit = try parameters.listed(usual: 50)
        let answer = try open.deliveries(request)
        return Answer(answer.json, csv: answer.csv)
    }

    private static let replay = Endpoint(
        method: .post, path: "/v1/deliveries/replay",
        summary: "look again into what waits, once its mapping is mended",
        parameters: [.text("hook", "only what was delivered to this source")],
        handler: .call { call in
            let (service, hook) = (call.service, call.parameters.text("hook"))
            if let hook, service.sources[hook] == nil {
                throw Problem(.notFound, "hook.unknown", "there is no hook “\(hook)”")
            }
            let desk = service.desk
            let count = try await service.acts.run { try desk.replay(hook: hook) }
            return OperationsEndpoints.json(.ok, ["deliveries": .integer(count)])
        })
}
