extension ArchitectureRule {
    /// Modules that read clocks, files or locales.
    private static let operatingSystem: Set = [
        "Foundation", "FoundationEssentials", "FoundationNetworking", "Glibc", "Musl", "Darwin",
        "Dispatch", "System", "SystemPackage",
    ]

    /// Modules that keep bytes on a disk.
    private static let stores: Set = [
        "CLMDB", "LMDB", "LedgerStore", "LedgerVault", "LedgerReplay",
    ]

    /// Modules of pure data structures, which a fold may use.
    private static let pureCollections: Set = [
        "Collections", "OrderedCollections", "HeapModule", "DequeModule", "BitCollections",
    ]

    /// Which targets of this project each target may import: down only.
    ///
    /// A new target gets one line here, so that its place in the house is chosen and not drifted
    /// into. System library targets (`C…`) but CLMDB are free.
    static let mayImport: [String: Set<String>] = {
        let log: Set = ["LMDB", "LedgerCore", "LedgerProof"]
        let ledger = log.union(["LedgerVault", "LedgerStore", "LedgerReplay"])
        let pipeline = ledger.union([
            "NPSStatistics", "Classification", "Encoders", "ExternalModels", "JSON", "SurveyImport",
            "Presentation", "Threads",
        ])
        // Below them there are values: none of these opens a ledger or reads an event.
        let answers: Set = [
            "Classification", "ExternalModels", "JSON", "LedgerCore", "LedgerOperations",
            "LedgerQueries", "NPSLedger", "NPSStatistics", "Presentation",
        ]
        return [
            "LMDB": ["CLMDB"],
            "LedgerCore": [],
            "LedgerProof": [],
            "NPSStatistics": [],
            "JSON": [],
            "Presentation": ["JSON"],
            "ProcessStart": [],
            "Threads": [],
            "LedgerVault": log,
            "LedgerStore": log.union(["Threads"]),
            "LedgerReplay": log.union(["LedgerStore", "Threads"]),
            "Encoders": ["Threads"],
            "ExternalModels": ["JSON"],
            "Classification": [
                "LedgerCore", "NPSStatistics", "Encoders", "ExternalModels", "Threads",
            ],
            "SurveyImport": ["JSON", "LedgerCore", "NPSStatistics"],
            "DeliverySignatures": [],
            "SurveyDeliveries": ["JSON", "SurveyImport"],
            "Simulation": ["LedgerCore", "NPSStatistics", "SurveyImport"],
            "NPSLedger": pipeline,
            "LedgerQueries": pipeline.union(["NPSLedger"]),
            "LedgerOperations": pipeline.union([
                "NPSLedger", "LedgerQueries", "SurveyDeliveries",
            ]),
            "AnswerEncoding": answers,
            "Reports": answers.union(["AnswerEncoding"]),
            "LedgerServer": answers.union([
                "AnswerEncoding", "DeliverySignatures", "SurveyDeliveries", "SurveyImport",
                "Threads",
            ]),
        ]
    }()

    static let imports: [ArchitectureRule] = [
        onlyLMDBTouchesC, coreDoesNoInput, downOnly, projectionsAreFolds,
        onlyTheCatalogKnowsProjections, nothingImportsTools, noStoreBesideThePipeline,
        theCommandLineHasNoHTTP, frontsAreThin,
    ]

    private static let onlyLMDBTouchesC = eachImport(
        "only Sources/LMDB imports CLMDB",
        because: "unsafe pointers stay in one folder, where they are reviewed; use LMDB's types",
        examples: [
            .caught(
                [
                    "Sources/LedgerStore/Log.swift":
                        "// why\n@preconcurrency internal import CLMDB\n"
                ],
                at: "Sources/LedgerStore/Log.swift:2"),
            .caught(
                ["Tests/StoreTests/A.swift": "import struct CLMDB.MDB_val"],
                at: "Tests/StoreTests/A.swift:1"),
            .passes([
                "Sources/LMDB/Environment.swift": "internal import CLMDB",
                "Sources/LedgerStore/Log.swift": "// import CLMDB\nlet text = \"import CLMDB\"",
            ]),
        ]
    ) { module, file in
        module == "CLMDB" && !file.path.hasPrefix("Sources/LMDB/")
    }

    private static let coreDoesNoInput = eachImport(
        "LedgerCore does no input or output",
        because:
            "what an event means must not depend on a clock, a file or a locale; pass values in",
        examples: [
            .caught(
                ["Sources/LedgerCore/Time.swift": "import Foundation\n\nimport Dispatch"],
                at: "Sources/LedgerCore/Time.swift:1", "Sources/LedgerCore/Time.swift:3"),
            .caught(
                ["Sources/LedgerCore/Log.swift": "import LedgerStore"],
                at: "Sources/LedgerCore/Log.swift:1"),
            .passes(["Tests/LedgerCoreTests/A.swift": "import Foundation"]),
        ]
    ) { module, file in
        file.path.hasPrefix("Sources/LedgerCore/")
            && (operatingSystem.contains(module) || stores.contains(module))
    }

    private static let downOnly = ArchitectureRule(
        "imports point down only",
        because: "a layer can be read, tested and replaced without those above it; see mayImport",
        examples: [
            .caught(
                [
                    "Sources/LMDB/A.swift": "import LedgerCore", "Sources/LedgerCore/B.swift": "",
                    "Sources/LedgerProof/C.swift": "import LMDB",
                ], at: "Sources/LMDB/A.swift:1", "Sources/LedgerProof/C.swift:1"),
            .caught(
                [
                    "Sources/NPSStatistics/A.swift": "import LedgerCore",
                    "Sources/LedgerCore/B.swift": "",
                ], at: "Sources/NPSStatistics/A.swift:1"),
            .caught(["Sources/Newcomer/A.swift": "\n"], at: "Sources/Newcomer"),
            .passes([
                "Sources/LedgerStore/A.swift": "import Crypto\nimport LMDB\nimport LedgerCore",
                "Sources/LMDB/B.swift": "import CLMDB", "Sources/LedgerCore/C.swift": "",
                "Sources/CLiblinear/shim.h": "",
                "Sources/Classification/D.swift": "import CLiblinear",
            ]),
        ]
    ) { repository in
        let targets = Set(repository.folders(in: "Sources"))
        let files = repository.sources.filter { $0.area == "Sources" }
        let placeless = Set(files.compactMap(\.target)).filter { mayImport[$0] == nil }.sorted()
        let unplaced = placeless.map {
            let message = "has no line in the table of imports"
            return Violation(path: "Sources/" + $0, line: nil, message: message)
        }
        let upward = files.flatMap { file -> [Violation] in
            guard let target = file.target, let allowed = mayImport[target] else { return [] }
            return file.imports
                .filter { targets.contains($0.module) && !allowed.contains($0.module) }
                .filter { !isSystemLibrary($0.module) && $0.module != target }
                .map {
                    let message = "\(target) imports \($0.module)"
                    return Violation(path: file.path, line: $0.line, message: message)
                }
        }
        return unplaced + upward
    }

    private static let projectionsAreFolds = eachImport(
        "a projection imports LedgerCore and NPSStatistics alone",
        because: "a fold that can reach a store, a clock or another fold cannot be replayed alone",
        examples: [
            .caught(
                ["Projections/Audit/Audit.swift": "import LedgerCore\nimport LedgerStore"],
                at: "Projections/Audit/Audit.swift:2"),
            .caught(
                ["Projections/Audit/Sources/A.swift": "import Foundation\nimport Lineage"],
                at: "Projections/Audit/Sources/A.swift:1", "Projections/Audit/Sources/A.swift:2"),
            .passes([
                "Projections/Audit/A.swift": "import LedgerCore\nimport NPSStatistics",
                "Projections/Audit/Tests/T.swift": "import Testing\nimport LedgerStore",
                "Projections/Catalog/C.swift": "import Audit\nimport LedgerCore",
            ]),
        ]
    ) { module, file in
        file.area == "Projections" && file.target != "Catalog" && !file.isTest
            && !["LedgerCore", "NPSStatistics"].contains(module)
            && !pureCollections.contains(module)
    }

    private static let onlyTheCatalogKnowsProjections = ArchitectureRule(
        "only the catalog, queries, operations, tools and tests import concrete projections",
        because: "fronts get answers, and everything below goes through the catalog",
        examples: [
            .caught(
                [
                    "Projections/Audit/A.swift": "",
                    "Sources/LedgerReplay/R.swift": "\nimport Audit",
                ],
                at: "Sources/LedgerReplay/R.swift:2"),
            .passes([
                "Projections/Audit/A.swift": "", "Projections/Catalog/C.swift": "import Audit",
                "Sources/LedgerQueries/Q.swift": "import Audit",
                "Tools/npsledger/M.swift": "import Audit", "Tests/AllTests/T.swift": "import Audit",
            ]),
        ]
    ) { repository in
        let projections = repository.modules(under: "Projections")
            .subtracting(repository.modules(under: "Projections/Catalog")).subtracting(["Catalog"])
        return violations(in: repository) { module, file in
            file.area == "Sources" && projections.contains(module)
                && !["LedgerQueries", "LedgerOperations"].contains(file.target)
        }
    }

    private static let nothingImportsTools = ArchitectureRule(
        "nothing in Sources or Projections imports a tool",
        because: "tools stand on the library; code both need belongs in the library",
        examples: [
            .caught(
                [
                    "Tools/npsledger/M.swift": "", "Sources/Agents/A.swift": "import npsledger",
                    "Projections/Audit/A.swift": "import npsledger",
                ], at: "Projections/Audit/A.swift:1", "Sources/Agents/A.swift:1"),
            .passes([
                "Tools/npsledger/M.swift": "", "Tests/CommandTests/A.swift": "import npsledger",
            ]),
        ]
    ) { repository in
        let tools = repository.modules(under: "Tools")
        return violations(in: repository) { module, file in
            (file.area == "Sources" || file.area == "Projections") && tools.contains(module)
        }
    }

    private static let noStoreBesideThePipeline = eachImport(
        "classification, import, simulation and presentation know no store",
        because: "they turn values into values; NPSLedger joins them to the log",
        examples: [
            .caught(
                ["Sources/SurveyImport/A.swift": "import LedgerStore"],
                at: "Sources/SurveyImport/A.swift:1"),
            .caught(
                ["Sources/Presentation/A.swift": "import LMDB"],
                at: "Sources/Presentation/A.swift:1"),
            .passes(["Sources/NPSLedger/A.swift": "import LedgerStore"]),
        ]
    ) { module, file in
        guard file.area == "Sources", let target = file.target else { return false }
        return [
            "Classification", "Encoders", "ExternalModels", "SurveyImport", "Simulation",
            "Presentation",
        ].contains(target) && stores.contains(module)
    }

    /// The smallest front: what it takes to ask and do everything, and nothing of what is below.
    static let smallFront = "Tests/CommandLineTests/SmallFront.swift"

    private static let frontsAreThin = ArchitectureRule(
        "a front imports no store, vault, replay or projection, nothing but the command line a parser",
        because: "a front parses, asks and shows; what two fronts would need is in a library",
        examples: [
            .caught(
                [
                    "Tools/npsledger/A.swift": "import LedgerStore\nimport Audit",
                    "Projections/Audit/A.swift": "",
                    "Sources/LedgerQueries/Q.swift": "import ArgumentParser",
                    "Sources/LedgerServer/S.swift": "import LedgerStore",
                    smallFront: "import JSON\nimport ArgumentParser\nimport Audit\nimport LMDB",
                ], at: "Tools/npsledger/A.swift:1", "Tools/npsledger/A.swift:2",
                "Sources/LedgerQueries/Q.swift:1", "Sources/LedgerServer/S.swift:1",
                "\(smallFront):2", "\(smallFront):3", "\(smallFront):4"),
            .passes([
                "Tools/npsledger/A.swift": "import ArgumentParser\nimport LedgerQueries",
                "Projections/Audit/A.swift": "", "Tools/Benchmarks/B.swift": "import LedgerStore",
                smallFront: "import LedgerQueries", "Tests/A/A.swift": "import ArgumentParser",
            ]),
        ]
    ) { repository in
        let below = repository.modules(under: "Projections").union(stores)
        return violations(in: repository) { module, file in
            let isSmall = file.path == smallFront
            let isFront =
                isSmall || file.path.hasPrefix("Tools/npsledger/")
                || file.path.hasPrefix("Tools/npsledgerd/")
                || file.path.hasPrefix("Sources/LedgerServer/")
            let hasNoParser = isSmall || ["Sources", "Projections"].contains(file.area)
            return isFront && below.contains(module) || hasNoParser && module == "ArgumentParser"
        }
    }

    private static func isSystemLibrary(_ module: String) -> Bool {
        let second = module.dropFirst().first
        return module.hasPrefix("C") && second?.isUppercase == true && module != "CLMDB"
    }

    private static func violations(
        in repository: Repository, isForbidden: (String, SourceFile) -> Bool
    ) -> [Violation] {
        repository.sources.flatMap { file in
            file.imports.filter { isForbidden($0.module, file) }.map {
                Violation(path: file.path, line: $0.line, message: "imports \($0.module)")
            }
        }
    }
}
