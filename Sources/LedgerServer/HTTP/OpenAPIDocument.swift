import HTTPTypes
import JSON

/// The service's API as OpenAPI 3.1 has it, made of the same table that requests are read by.
struct OpenAPIDocument {
    private let endpoints: [Endpoint]

    init(_ endpoints: [Endpoint]) { self.endpoints = endpoints }

    var json: JSONValue {
        var paths: [(String, [(String, JSONValue)])] = []
        for endpoint in endpoints {
            let operation = (endpoint.method.rawValue.lowercased(), operation(endpoint))
            if let index = paths.firstIndex(where: { $0.0 == endpoint.path }) {
                paths[index].1.append(operation)
            } else {
                paths.append((endpoint.path, [operation]))
            }
        }
        return [
            "openapi": "3.1.0",
            "info": [
                "title": "NPS Ledger", "version": "1",
                "summary": "An event-sourced ledger for Net Promoter Score, served.",
                "license": ["name": "Apache License 2.0", "identifier": "Apache-2.0"],
            ],
            "servers": [["url": "/"]],
            "security": [["token": []]],
            "paths": .object(paths.map { ($0.0, .object($0.1)) }),
            "components": [
                "securitySchemes": [
                    "token": ["type": "http", "scheme": "bearer"]
                ],
                "schemas": [
                    "Problem": Self.problem, "Receipts": Self.receipts, "Accepted": Self.accepted,
                    "Delivery": Self.delivery, "SurveyResponse": ResponseSchema.response,
                    "SurveyResponseOfSource": ResponseSchema.responseOfSource,
                ],
                "responses": [
                    "Problem": [
                        "description": "why there is no answer (RFC 9457)",
                        "content": [
                            "application/problem+json": [
                                "schema": ["$ref": "#/components/schemas/Problem"]
                            ]
                        ],
                    ]
                ],
            ],
        ]
    }

    private func operation(_ endpoint: Endpoint) -> JSONValue {
        var members: [(String, JSONValue)] = [
            ("summary", .string(endpoint.summary)),
            ("operationId", .string(Self.identifier(endpoint))),
        ]
        if endpoint.access != .administrator { members.append(("security", .array([]))) }
        let inPath = endpoint.parts.filter { $0.first == "{" }.map { part in
            JSONValue.object([
                ("name", .string(String(part.dropFirst().dropLast()))), ("in", "path"),
                ("required", true), ("schema", ["type": "string", "minLength": 1]),
            ])
        }
        let parameters = inPath + endpoint.allParameters.map(Self.parameter)
        if !parameters.isEmpty { members.append(("parameters", .array(parameters))) }
        if let body = Self.body(endpoint) { members.append(("requestBody", body)) }
        members.append(("responses", .object(Self.responses(endpoint))))
        return .object(members)
    }

    private static func identifier(_ endpoint: Endpoint) -> String {
        let words = endpoint.path.split { !$0.isLetter && !$0.isNumber }.filter { $0 != "v1" }
        return endpoint.method.rawValue.lowercased()
            + words.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }

    private static func parameter(_ parameter: ParameterDescription) -> JSONValue {
        let value: JSONValue =
            switch parameter.kind {
            case .text: ["type": "string", "minLength": 1]
            case .integer(let min, let max):
                ["type": "integer", "minimum": .integer(min), "maximum": .integer(max)]
            case .number: ["type": "number"]
            case .flag: ["type": "boolean"]
            case .choice(let values):
                ["type": "string", "enum": .array(values.map { .string($0) })]
            }
        var members: [(String, JSONValue)] = [
            ("name", .string(parameter.name)), ("in", "query"),
            ("description", .string(parameter.summary)),
            ("required", .bool(parameter.isRequired)),
            ("schema", parameter.isRepeated ? ["type": "array", "items": value] : value),
        ]
        if let example = parameter.example {
            let shown: JSONValue = .string(example)
            members.append(("example", parameter.isRepeated ? .array([shown]) : shown))
        }
        return .object(members)
    }

    private static func body(_ endpoint: Endpoint) -> JSONValue? {
        if case .act = endpoint.handler {
            let fields = endpoint.body.map { field -> (String, JSONValue) in
                let type: JSONValue =
                    switch field.kind {
                    case .text: "string"
                    case .integer: "integer"
                    case .number: "number"
                    case .flag: "boolean"
                    case .object: "object"
                    case .list: "array"
                    }
                return (field.name, ["type": type, "description": .string(field.summary)])
            }
            let required = endpoint.body.filter(\.isRequired).map { JSONValue.string($0.name) }
            var schema: [(String, JSONValue)] = [
                ("type", "object"), ("properties", .object(fields)),
                ("additionalProperties", false),
            ]
            if !required.isEmpty { schema.append(("required", .array(required))) }
            return [
                "required": .bool(!required.isEmpty),
                "content": ["application/json": ["schema": .object(schema)]],
            ]
        }
        let schema: JSONValue
        switch endpoint.takes {
        case nil: return nil
        case .responses: schema = oneOrMany("SurveyResponse")
        case .responsesOfSource: schema = oneOrMany("SurveyResponseOfSource")
        case .delivery: schema = .object([])
        }
        return ["required": true, "content": ["application/json": ["schema": schema]]]
    }

    private static func oneOrMany(_ schema: String) -> JSONValue {
        let one: JSONValue = ["$ref": .string("#/components/schemas/" + schema)]
        return ["oneOf": [one, ["type": "array", "items": one, "minItems": 1]]]
    }

    private static func responses(_ endpoint: Endpoint) -> [(String, JSONValue)] {
        let problem: JSONValue = ["$ref": "#/components/responses/Problem"]
        guard endpoint.method != .options else {
            return [("204", ["description": "it may"]), ("default", problem)]
        }
        let schema: JSONValue =
            switch endpoint.takes {
            case nil: ["type": "object"]
            case .responses: ["$ref": "#/components/schemas/Receipts"]
            case .responsesOfSource: ["$ref": "#/components/schemas/Accepted"]
            case .delivery: ["$ref": "#/components/schemas/Delivery"]
            }
        let isText = endpoint.answers.hasPrefix("text/")
        var content: [(String, JSONValue)] = [
            (
                String(endpoint.answers.prefix { $0 != ";" }),
                ["schema": isText ? ["type": "string"] : schema]
            )
        ]
        if endpoint.hasCSV { content.append(("text/csv", ["schema": ["type": "string"]])) }
        var responses: [(String, JSONValue)] = [
            ("200", ["description": "the answer", "content": .object(content)])
        ]
        if case .question = endpoint.handler {
            responses.append(("304", ["description": "nothing was recorded since"]))
        }
        if endpoint.takes == .responses || endpoint.takes == .responsesOfSource {
            responses.append(
                ("422", ["description": "nothing was taken", "content": .object(content)]))
        }
        if endpoint.path == "/readyz" {
            responses.append(("503", ["description": "not ready", "content": .object(content)]))
        }
        responses.append(("default", problem))
        return responses
    }

    private static let problem: JSONValue = [
        "type": "object",
        "properties": [
            "type": ["type": "string"], "title": ["type": "string"],
            "status": ["type": "integer"], "detail": ["type": "string"],
            "code": ["type": "string"],
        ],
        "required": ["type", "title", "status", "detail", "code"],
    ]

    /// What became of each response, in their order.
    private static func results(_ properties: JSONValue) -> JSONValue {
        [
            "type": "array",
            "items": [
                "type": "object", "properties": properties, "required": ["outcome"],
            ],
        ]
    }

    private static let accepted: JSONValue = [
        "type": "object",
        "properties": [
            "results": results([
                "outcome": ["enum": ["accepted", "rejected"]], "code": ["type": "string"],
                "expected": ["type": "string"],
            ])
        ],
        "required": ["results"],
    ]

    private static let delivery: JSONValue = [
        "type": "object",
        "properties": [
            "delivery": ["type": "integer"], "outcome": ["enum": ["received", "duplicate"]],
        ],
        "required": ["delivery", "outcome"],
    ]

    private static let receipts: JSONValue = [
        "type": "object",
        "properties": [
            "results": results([
                "outcome": ["type": "string"], "position": ["type": "integer"],
                "leafHash": ["type": "string"], "response": ["type": "integer"],
                "code": ["type": "string"], "field": ["type": ["string", "null"]],
                "expected": ["type": "string"],
            ]),
            "totals": [
                "type": "object", "additionalProperties": ["type": "integer"],
            ],
        ],
        "required": ["results", "totals"],
    ]
}

/// What a response is that is sent, as JSON Schema has it.
private enum ResponseSchema {
    private static let text: JSONValue = ["type": ["string", "number", "null"]]

    private static let properties: [(String, JSONValue)] = [
        ("source", ["type": "string", "minLength": 1, "maxLength": 128]),
        ("id", ["type": ["string", "number"]]), ("score", ["type": ["number", "string", "null"]]),
        ("text", text), ("at", text), ("updatedAt", text), ("respondent", text),
        ("channel", text), ("language", text), ("survey", text),
        (
            "segments",
            [
                "type": ["object", "null"],
                "additionalProperties": ["type": ["string", "number", "boolean", "null"]],
            ]
        ),
    ]

    static let response: JSONValue = schema(["source", "id"])
    static let responseOfSource: JSONValue = schema(["id"])

    private static func schema(_ required: [JSONValue]) -> JSONValue {
        [
            "type": "object", "properties": .object(properties), "required": .array(required),
            "additionalProperties": false,
        ]
    }
}
