// swift-tools-version: 6.2
import PackageDescription

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let arguments = Target.Dependency.product(
    name: "ArgumentParser", package: "swift-argument-parser")

/// Folders below Projections: each is a target with tests of its own, and the catalog's.
let projections = ["NPSBySegment", "Lineage", "Audit"]
let folds = projections.map { Target.Dependency.byName(name: "\($0)Projection") }

let storeTests: [Target.Dependency] = [
    "CrashHarness", "LMDB", "LedgerCore", "LedgerFixtures", "LedgerProof", "LedgerReplay",
    "LedgerStore", "LedgerVault", crypto,
]

let package = Package(
    name: "nps-ledger",
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-numerics", from: "1.1.1"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // What programs start with, and threads that may not be had.
        .target(name: "CProcessStart"),
        .target(name: "ProcessStart", dependencies: ["CProcessStart"]),
        .systemLibrary(name: "CThreadName"),
        .target(name: "Threads", dependencies: ["CThreadName"]),

        // Storage.
        .systemLibrary(
            name: "CLMDB", pkgConfig: "lmdb", providers: [.apt(["liblmdb-dev"])]),
        .target(name: "CFaults"),
        .target(name: "CChecksum"),
        .target(
            name: "LMDB", dependencies: ["CFaults", "CLMDB"],
            swiftSettings: [.strictMemorySafety()]),

        // The ledger.
        .target(name: "LedgerCore", exclude: ["LogFormat.cddl"]),
        .target(name: "LedgerProof", dependencies: [crypto]),
        .target(
            name: "LedgerStore",
            dependencies: [
                "CChecksum", "LMDB", "LedgerCore", "LedgerProof", "Threads", crypto,
            ]),
        .target(name: "LedgerVault", dependencies: ["LMDB", "LedgerCore", crypto]),
        .target(
            name: "LedgerReplay",
            dependencies: [
                "CChecksum", "LMDB", "LedgerCore", "LedgerProof", "LedgerStore", "Threads", crypto,
            ]),

        // Score, text, files: they know nothing of a ledger.
        .target(name: "JSON"),
        .target(
            name: "NPSStatistics",
            dependencies: [.product(name: "RealModule", package: "swift-numerics")]),
        .systemLibrary(
            name: "CLinear", providers: [.apt(["liblinear-dev"])]),
        .target(
            name: "CEmbeddedModel",
            exclude: ["embedded.languages", "embedded.npsmodel", "embedded.texts"]),
        .target(
            name: "Classification",
            dependencies: ["CLinear", "CEmbeddedModel", "Encoders", "ExternalModels", "Threads"]),
        .target(name: "CExternalProgram"),
        .target(
            name: "ExternalModels", dependencies: ["CExternalProgram", "JSON", crypto]),
        .target(name: "COnnxRuntime", linkerSettings: [.linkedLibrary("dl")]),
        .target(
            name: "Encoders", dependencies: ["COnnxRuntime", "Threads", crypto],
            resources: [.embedInCode("Fetch/fetch_minilm.py")]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .target(name: "SurveyImport", dependencies: ["CZlib", "JSON"]),
        .target(name: "DeliverySignatures", dependencies: [crypto]),
        .target(name: "SurveyDeliveries", dependencies: ["JSON", "SurveyImport"]),
        .target(name: "Simulation"),
        .target(name: "Presentation", dependencies: ["JSON"]),

        // Projections are added below.
        .target(
            name: "Catalog", dependencies: ["LedgerCore", "LedgerStore", "LedgerReplay"] + folds,
            path: "Projections/Catalog", exclude: ["README.md"]),

        // What the programs share.
        .target(
            name: "NPSLedger",
            dependencies: [
                "CChecksum", "CEmbeddedModel", "LMDB", "LedgerCore", "LedgerProof", "LedgerStore",
                "LedgerVault", "Classification", "Encoders", "ExternalModels", "JSON",
                "NPSStatistics", "SurveyImport", "Threads", crypto,
            ]),

        // What every front asks and does, and in which shape it answers.
        .target(
            name: "LedgerQueries",
            dependencies: [
                "AuditProjection", "Catalog", "Classification", "Encoders", "ExternalModels",
                "JSON", "LedgerCore", "LedgerProof", "LedgerReplay", "LedgerStore", "LedgerVault",
                "LineageProjection", "NPSBySegmentProjection", "NPSLedger", "NPSStatistics",
                "Presentation", "SurveyImport", crypto,
            ]),
        .target(
            name: "LedgerOperations",
            dependencies: [
                "Catalog", "Classification", "Encoders", "ExternalModels", "JSON", "LedgerCore",
                "LedgerProof", "LedgerQueries", "LedgerReplay", "LedgerStore", "LedgerVault",
                "NPSBySegmentProjection", "NPSLedger", "NPSStatistics", "Presentation",
                "SurveyDeliveries", "SurveyImport", crypto,
            ]),
        .target(
            name: "AnswerEncoding",
            dependencies: [
                "Classification", "ExternalModels", "JSON", "LedgerCore", "LedgerOperations",
                "LedgerQueries", "NPSLedger", "NPSStatistics", "Presentation",
            ]),

        .target(
            name: "Reports",
            dependencies: [
                "AnswerEncoding", "Classification", "JSON", "LedgerCore", "LedgerOperations",
                "LedgerQueries", "NPSLedger", "NPSStatistics", "Presentation",
            ]),

        // Programs.
        .executableTarget(
            name: "npsledger",
            dependencies: [
                "AnswerEncoding", "CFaults", "Classification", "ExternalModels", "JSON",
                "LedgerCore", "LedgerOperations", "LedgerQueries", "NPSLedger", "NPSStatistics",
                "Presentation", "ProcessStart", "Reports", "Simulation", "SurveyImport", arguments,
            ], path: "Tools/npsledger"),
        .target(
            name: "CBareLMDB", path: "Tools/Benchmarks/CBareLMDB",
            linkerSettings: [.linkedLibrary("lmdb")]),
        .executableTarget(
            name: "ledger-benchmark",
            dependencies: [
                "AuditProjection", "CBareLMDB", "Catalog", "Classification", "Encoders", "JSON",
                "LedgerCore", "LedgerQueries", "LedgerReplay", "LedgerStore", "LedgerVault",
                "LineageProjection",
                "NPSBySegmentProjection", "NPSLedger", "NPSStatistics", "Presentation",
                "ProcessStart", "Simulation", "SurveyImport", arguments, crypto,
            ], path: "Tools/Benchmarks/ledger-benchmark",
            resources: [
                .embedInCode("Python/duckdb_lens.py"), .embedInCode("Python/sqlite_peer.py"),
                .embedInCode("Python/umadb_peer.py"), .embedInCode("Python/encoder_peer.py"),
                .embedInCode("Python/quality_peer.py"), .embedInCode("Lua/load.lua"),
            ]),

        // The one program that speaks HTTP: `npsledger` starts it, and links none of it.
        .executableTarget(
            name: "npsledger-endpoint",
            dependencies: [
                "ExternalModels", "JSON", "ProcessStart", "Threads", arguments, crypto,
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ], path: "Tools/npsledger-endpoint"),
        // The service, which links an HTTP server: nothing else does.
        .target(
            name: "LedgerServer",
            dependencies: [
                "AnswerEncoding", "Classification", "DeliverySignatures", "JSON", "LedgerCore",
                "LedgerOperations", "LedgerQueries", "NPSLedger", "NPSStatistics",
                "Presentation", "SurveyDeliveries", "SurveyImport", "Threads", crypto,
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ]),
        .executableTarget(
            name: "npsledgerd",
            dependencies: [
                "LedgerCore", "LedgerQueries", "LedgerServer", "NPSLedger", "ProcessStart",
                arguments, .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ], path: "Tools/npsledgerd"),
        .executableTarget(
            name: "train-embedded-model",
            dependencies: ["Classification", "NPSLedger", "ProcessStart", "Simulation"],
            path: "Tools/TrainEmbeddedModel"),

        // Tests.
        .target(
            name: "ProjectionContract", dependencies: ["LedgerCore"],
            path: "Tests/ProjectionContract/Sources"),
        .target(
            name: "NaiveFolds",
            dependencies: [
                "AuditProjection", "LedgerCore", "LineageProjection", "NPSBySegmentProjection",
                "NPSStatistics", "ProjectionContract",
            ], path: "Tests/NaiveFolds"),
        .testTarget(
            name: "ProjectionContractTests", dependencies: ["LedgerCore", "ProjectionContract"],
            path: "Tests/ProjectionContract/Tests"),
        .testTarget(
            name: "NPSLedgerTests",
            dependencies: [
                "AnswerEncoding", "AuditProjection", "CChecksum", "Catalog", "Classification",
                "CrashHarness", "Encoders", "ExternalModels",
                "LMDB", "LedgerCore", "LedgerFixtures", "LedgerOperations", "LedgerProof",
                "LedgerQueries", "LedgerReplay", "LedgerStore", "LedgerVault",
                "LineageProjection", "NPSBySegmentProjection", "NPSLedger", "NPSStatistics",
                "Presentation", "Simulation", "SurveyImport", crypto,
            ]),
        .testTarget(
            name: "LedgerOperationsTests",
            dependencies: [
                "Classification", "LedgerCore", "LedgerOperations", "LedgerQueries", "LedgerStore",
                "NPSLedger", "NPSStatistics", "SurveyImport",
            ]),
        .testTarget(
            name: "CommandLineTests",
            dependencies: [
                "ledger-benchmark", "npsledger", "AnswerEncoding", "Catalog", "Classification",
                "Encoders", "JSON", "LMDB",
                "LedgerCore", "LedgerFixtures", "LedgerOperations", "LedgerQueries", "LedgerReplay",
                "LedgerStore", "NPSBySegmentProjection", "NPSLedger", "Reports", "SurveyImport",
            ], exclude: ["Fixtures"]),
        .target(
            name: "LedgerFixtures",
            dependencies: [
                "CChecksum", "Encoders", "LedgerCore", "LedgerStore", "LedgerVault", crypto,
            ],
            path: "Tests/LedgerFixtures"),
        .executableTarget(
            name: "CrashHarness",
            dependencies: [
                "Catalog", "LedgerCore", "LedgerStore", "LedgerReplay", "LedgerFixtures",
                "NPSLedger", "ProcessStart",
            ], path: "Tests/CrashHarness"),
        .testTarget(
            name: "RandomisedTests",
            dependencies: [
                "AuditProjection", "Catalog", "Classification", "CrashHarness", "LMDB",
                "LedgerCore", "LedgerFixtures", "LedgerProof", "LedgerReplay", "LedgerStore",
                "LedgerVault", "LineageProjection", "NPSBySegmentProjection", "NPSLedger",
                "NPSStatistics",
                "NaiveFolds", "ProjectionContract", "SurveyImport",
            ]),
        .testTarget(
            name: "FaultTests",
            dependencies: [
                "CrashHarness", "LedgerCore", "LedgerFixtures", "LedgerProof", "LedgerStore",
                "LedgerVault", "NPSLedger",
            ]),
        .testTarget(name: "LedgerStoreTests", dependencies: storeTests),
        .testTarget(name: "LedgerVaultTests", dependencies: storeTests),
        .testTarget(name: "LedgerReplayTests", dependencies: storeTests),
        .testTarget(name: "ThreadsTests", dependencies: ["CThreadName", "Threads"]),
        .testTarget(name: "LMDBTests", dependencies: ["LMDB", "LedgerFixtures"]),
        .testTarget(
            name: "LedgerCoreTests", dependencies: ["LedgerCore"], exclude: ["Golden"]),
        .testTarget(name: "LedgerProofTests", dependencies: ["LedgerProof", crypto]),
        .testTarget(name: "NPSStatisticsTests", dependencies: ["NPSStatistics"]),
        .testTarget(name: "SurveyImportTests", dependencies: ["SurveyImport", "CZlib"]),
        .testTarget(
            name: "ClassificationTests", dependencies: ["Classification", "Encoders", "Simulation"]),
        .testTarget(name: "ExternalModelsTests", dependencies: ["ExternalModels"]),
        .target(name: "CFakeOnnxRuntime", path: "Tests/CFakeOnnxRuntime"),
        .testTarget(
            name: "EncodersTests", dependencies: ["CFakeOnnxRuntime", "Encoders", crypto]),
        .testTarget(name: "SimulationTests", dependencies: ["Simulation"]),
        .testTarget(
            name: "DeliverySignaturesTests", dependencies: ["DeliverySignatures", "JSON", crypto]),
        .testTarget(
            name: "SurveyDeliveriesTests", dependencies: ["JSON", "SurveyDeliveries"]),
        .executableTarget(
            name: "ClockedService",
            dependencies: [
                "LedgerServer", "NPSLedger", "ProcessStart",
                .product(name: "Logging", package: "swift-log"),
            ], path: "Tests/ClockedService"),
        .testTarget(
            name: "LedgerServerTests",
            dependencies: [
                "ClockedService", "LedgerFixtures", "LedgerServer", "npsledger", "npsledgerd",
                crypto,
            ]),
        .testTarget(name: "JSONTests", dependencies: ["JSON"]),
        .testTarget(name: "PresentationTests", dependencies: ["Presentation"]),
        .testTarget(name: "LintTests"),
    ]
)

for name in projections {
    package.targets += [
        .target(
            name: "\(name)Projection", dependencies: ["LedgerCore", "NPSStatistics"],
            path: "Projections/\(name)/Sources"),
        .testTarget(
            name: "\(name)ProjectionTests",
            dependencies: [
                "LedgerCore", "NPSStatistics", "NaiveFolds", "ProjectionContract",
                .byName(name: "\(name)Projection"),
            ], path: "Projections/\(name)/Tests"),
    ]
}

// Only `Tools/fuzz` builds it, with flags that no other program can be linked with.
if Context.environment["NPSLEDGER_FUZZ"] != nil {
    package.targets.append(
        .executableTarget(
            name: "ledger-fuzz",
            dependencies: [
                "Classification", "ExternalModels", "LedgerCore", "LedgerReplay", "LedgerStore",
                "LedgerVault", "NPSLedger", "SurveyImport",
            ], path: "Tools/Fuzz", exclude: ["Corpus"]))
}

for target in package.targets where ![.system, .plugin].contains(target.type) {
    target.swiftSettings =
        (target.swiftSettings ?? []) + [
            .swiftLanguageMode(.v6), .treatAllWarnings(as: .error),
            .enableUpcomingFeature("ExistentialAny"),
            .enableUpcomingFeature("MemberImportVisibility"),
        ]
}
