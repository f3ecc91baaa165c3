extension ArchitectureRule {
    /// The target that must build without a server.
    private static let commandLine = "npsledger"

    /// Packages that bring an HTTP stack, as Package.swift names them.
    private static let httpPackages = [
        "swift-nio", "hummingbird", "async-http-client", "FlyingFox", "grpc-swift",
    ]

    /// How the modules of such packages begin.
    private static let httpModules = [
        "NIO", "Hummingbird", "AsyncHTTPClient", "FlyingFox", "GRPC", "FoundationNetworking",
    ]

    static let theCommandLineHasNoHTTP = ArchitectureRule(
        "no HTTP stack is reachable from npsledger",
        because: "the command line builds in a minute and runs offline; the service has the server",
        examples: [
            .caught(
                [
                    "Tools/npsledger/M.swift": "import Middle",
                    "Sources/Middle/A.swift": "\nimport NIOCore",
                ], at: "Sources/Middle/A.swift:2"),
            .caught(
                [
                    "Package.swift": """
                    let nio = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
                    let package = Package(targets: [
                        .target(name: "Middle", dependencies: [nio]),
                        .executableTarget(
                            name: "npsledger", dependencies: ["Middle"], path: "Tools/npsledger"),
                    ])
                    """
                ], at: "Package.swift:3"),
            .caught(
                [
                    "Package.swift": """
                    .target(name: "Folded", path: "Projections/Fold/Sources"),
                    .executableTarget(name: "npsledger", path: "Tools/command"),
                    """,
                    "Tools/command/M.swift": "import Folded",
                    "Projections/Fold/Sources/F.swift": "import Hummingbird",
                ], at: "Projections/Fold/Sources/F.swift:1"),
            .passes([
                "Package.swift": """
                let nio = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
                let package = Package(
                    dependencies: [.package(url: "https://example.org/swift-nio", from: "2.0.0")],
                    targets: [
                        .target(name: "LedgerServer", dependencies: [nio]),
                        .target(name: "LedgerCore"),
                        .executableTarget(name: "npsledger", dependencies: ["LedgerCore"]),
                    ])
                """,
                "Tools/npsledger/M.swift": "import LedgerCore",
                "Sources/LedgerServer/S.swift": "import NIOCore",
            ]),
        ]
    ) { repository in
        reachableImports(repository) + reachableDependencies(repository)
    }

    /// Follows imports from the command line's sources through the project's targets.
    private static func reachableImports(_ repository: Repository) -> [Violation] {
        let production = repository.sources.filter { !$0.isTest }
        let byTarget = Dictionary(grouping: production) { repository.module(of: $0) ?? "" }
        var waiting = [commandLine]
        var seen = Set(waiting)
        var found: [Violation] = []
        while let target = waiting.popLast() {
            for file in byTarget[target] ?? [] {
                for (module, line) in file.imports {
                    if httpModules.contains(where: module.hasPrefix) {
                        let message = "imports \(module)"
                        found.append(.init(path: file.path, line: line, message: message))
                    }
                    if byTarget[module] != nil && seen.insert(module).inserted {
                        waiting.append(module)
                    }
                }
            }
        }
        return found
    }

    /// Follows the dependencies that Package.swift declares, which link whether imported or not.
    private static func reachableDependencies(_ repository: Repository) -> [Violation] {
        let manifest = repository.manifest
        var waiting = [commandLine]
        var seen = Set(waiting)
        var found: [Violation] = []
        while let name = waiting.popLast() {
            guard let target = manifest.targets[name] else { continue }
            for package in httpPackages where target.mentions.contains(where: package.isPrefix) {
                let message = "\(name) depends on \(package)"
                found.append(.init(path: "Package.swift", line: target.line, message: message))
            }
            for mention in target.mentions where manifest.targets[mention] != nil {
                if seen.insert(mention).inserted { waiting.append(mention) }
            }
        }
        return found
    }
}

extension String {
    fileprivate func isPrefix(of text: String) -> Bool { text.hasPrefix(self) }
}
