// swift-tools-version: 6.2
// The targets in the order in which data flows (STYLE.md): values and lines, cores, system, commands.

import PackageDescription

let strict: [SwiftSetting] = [
  .treatAllWarnings(as: .error), .strictMemorySafety(), .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"), .enableUpcomingFeature("MemberImportVisibility"),
]
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let protobuf: Target.Dependency = .product(name: "SwiftProtobuf", package: "swift-protobuf")

func base(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, path: "Sources/Base/\(name)", swiftSettings: strict)
}
func core(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(
    name: name, dependencies: ["Values", "Lines"] + dependencies, path: "Sources/Cores/\(name)",
    swiftSettings: strict)
}
func system(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, path: "Sources/System/\(name)", swiftSettings: strict)
}
func command(_ name: String, _ dependencies: [Target.Dependency], without folders: [String] = []) -> Target {
  .executableTarget(
    name: name, dependencies: ["Values", "Lines", "Loop", "Options", arguments] + dependencies,
    path: "Sources/Commands/\(name)", exclude: folders, swiftSettings: strict)
}
func test(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(name: name, dependencies: dependencies, path: "Tests/\(name)", swiftSettings: strict)
}

let package = Package(
  name: "seesaw",
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
  ],
  targets: [
    // Base
    base("Values"),
    base("Lines", ["Values"]),
    base("Wire", ["Values"]),
    // Cores
    core("Config"),
    core("Import"),
    core("Check", ["Wire"]),
    core("Engine"),
    core("Reconcile"),
    core("Supply"),
    // System
    system("Loop", ["Values", "Lines", "CLinux"]),
    system("Options", ["Lines", "Loop", arguments]),
    system("Netlink", ["Values", "Loop", "CNetlink"]),
    system("Sockets", ["Values", "Loop", "CLinux"]),
    system("Storage", ["Loop", "CLinux"]),
    system("TLS", ["Values", "Wire", "Loop", "Sockets", "CLinux", "CTLS"]),
    // Commands
    .target(
      name: "ConfigText", dependencies: ["Values", "Config"], path: "Sources/Commands/ss-config/Text",
      swiftSettings: strict),
    .target(
      name: "ConfigKeeping", dependencies: ["Values", "Lines", "Wire", "Supply", "Loop", "Storage", "TLS"],
      path: "Sources/Commands/ss-config/Keeping", swiftSettings: strict),
    // Without the strict settings, which generated code does not meet.
    .target(
      name: "ConfigProto", dependencies: [protobuf], path: "Sources/Commands/ss-config/Binary/Generated",
      exclude: ["cluster.proto"]),
    .target(
      name: "ConfigBinary", dependencies: ["Config", "ConfigText", "ConfigProto", protobuf],
      path: "Sources/Commands/ss-config/Binary", exclude: ["Generated"], swiftSettings: strict),
    command(
      "ss-config",
      [
        "Config", "ConfigText", "ConfigBinary", "ConfigKeeping", "Supply", "Import", "Engine", "Wire", "Storage",
        "Sockets", "TLS",
      ],
      without: ["Text", "Binary", "Keeping"]),
    command("ss-check", ["Check", "Sockets"]),
    command("ss-engine", ["Engine"]),
    command("ss-ipvs", ["Reconcile", "Netlink"]),
    command("ss-link", ["Reconcile", "Netlink"]),
    // C
    .target(
      name: "CLinux", path: "Sources/C/CLinux",
      cSettings: [.treatAllWarnings(as: .error), .enableWarning("all")]),
    .systemLibrary(name: "CTLS", path: "Sources/C/CTLS", pkgConfig: "openssl"),
    .systemLibrary(name: "CNetlink", path: "Sources/C/CNetlink", pkgConfig: "libnl-genl-3.0"),
    // Tests
    .target(
      name: "CSupport", path: "Tests/CSupport",
      cSettings: [.treatAllWarnings(as: .error), .enableWarning("all")]),
    .target(name: "Support", dependencies: ["CSupport"], path: "Tests/Support", swiftSettings: strict),
    .target(
      name: "Fakes", dependencies: ["Reconcile", "Lines", "Values"], path: "Tests/Fakes", swiftSettings: strict),
    .executableTarget(
      name: "bench-tool", dependencies: ["Values", "Lines", "Loop", "Engine", "Support"], path: "Tests/Bench",
      swiftSettings: strict),
    .executableTarget(
      name: "test-filter", dependencies: ["Values", "Lines", "Loop", "Options", arguments], path: "Tests/Filter",
      swiftSettings: strict),
    test("SupportTests", ["Support"]),
    test("ValuesTests", ["Values"]),
    test("LinesTests", ["Lines", "Values", "Support"]),
    test("WireTests", ["Wire"]),
    test("ConfigTests", ["Config", "ConfigText", "Lines", "Values", "Support"]),
    test("ImportTests", ["Import", "Lines", "Support"]),
    test(
      "ConfigKeepingTests",
      ["ConfigKeeping", "Supply", "Storage", "Lines", "Values", "Loop", "Sockets", "TLS", "Support"]),
    test("ConfigTextTests", ["Config", "ConfigText", "Values"]),
    test("ConfigOracleTests", ["Config", "ConfigText", "ConfigBinary", "ConfigProto", "Support", protobuf]),
    test("CheckTests", ["Values", "Lines", "Check", "Support"]),
    test("EngineTests", ["Engine", "Lines", "Values", "Support"]),
    test("NetlinkTests", ["Netlink", "Values"]),
    test("ReconcileTests", ["Reconcile", "Lines", "Values", "Fakes", "Support"]),
    test("LoopTests", ["Values", "Lines", "Loop", "Support", "test-filter", "ss-config", "ss-check", "ss-engine"]),
    test("SupplyTests", ["Supply", "Lines", "Values"]),
    test("SocketsTests", ["Values", "Loop", "Sockets", "Support"]),
    test("SimulationTests", ["Engine", "Reconcile", "Lines", "Values", "Fakes", "Support"]),
    test("CommandTests", ["Lines", "Support", "ss-check", "ss-config", "ss-engine", "ss-ipvs", "ss-link"]),
    test("TidyTests", ["Support"]),
    test("KernelTests", ["Support", "ss-ipvs", "ss-link"]),
  ],
  swiftLanguageModes: [.v6]
)
