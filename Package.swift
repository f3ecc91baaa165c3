// swift-tools-version: 6.2
import PackageDescription

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")

let package = Package(
    name: "nps-ledger",
    dependencies: [
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2")
    ],
    targets: [
        .systemLibrary(
            name: "CLMDB", pkgConfig: "lmdb", providers: [.apt(["liblmdb-dev"])]),
        .target(
            name: "LMDB", dependencies: ["CLMDB"]),
        .target(name: "LedgerCore"),
        .target(name: "LedgerProof", dependencies: [crypto]),
        .target(
            name: "LedgerStore", dependencies: ["LMDB", "LedgerCore", "LedgerProof", crypto]),
        .target(name: "LedgerVault", dependencies: ["LMDB", "LedgerCore", crypto]),
    ]
)

for target in package.targets where target.type != .system {
    target.swiftSettings =
        (target.swiftSettings ?? []) + [
            .swiftLanguageMode(.v6), .treatAllWarnings(as: .error),
            .enableUpcomingFeature("ExistentialAny"),
            .enableUpcomingFeature("MemberImportVisibility"),
        ]
}
