// swift-tools-version: 6.2
import PackageDescription

let dress: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
]

/// A library target of the house; a target may import only what is listed for it here.
func room(_ name: String, _ imports: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: imports, exclude: ["README.md"], swiftSettings: dress)
}

/// The tests of one room.
///
/// Fixtures and golden files lie in `Tests/Fixtures`, outside of all targets.
func tests(_ name: String, _ imports: [Target.Dependency]) -> Target {
  .testTarget(
    name: "\(name)Tests", dependencies: imports + ["TestSupport"], swiftSettings: dress)
}

/// Rendering documentation takes two more packages, which nobody needs who only builds: `make docs` asks for them.
let documentation: [Package.Dependency] =
  Context.environment["RINGWALK_DOCS"] == nil
  ? [] : [.package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0")]

let package = Package(
  name: "ringwalk",
  platforms: [.macOS(.v26)],
  products: [
    .executable(name: "ringwalk", targets: ["ringwalk"]),
    .library(
      name: "Ringwalk",
      targets: [
        "SourceText", "Markdown", "Catalogue", "WalkSyntax", "Trace", "Program", "WalkSemantics",
        "Machine", "Kernel", "Claims", "Narration", "Lesson", "Handout", "Grades", "Grading",
        "Gradebook", "Archives", "LanguageService",
      ]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/swhitty/FlyingFox", from: "0.27.1"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
  ] + documentation,
  targets: [
    room("SourceText"),
    .systemLibrary(
      name: "CCommonMark", pkgConfig: "libcmark",
      providers: [.apt(["libcmark-dev"]), .brew(["cmark"])]),
    room("Markdown", ["SourceText", "CCommonMark"]),
    room("Catalogue"),
    room("WalkSyntax", ["SourceText"]),
    room("Trace", ["Catalogue"]),
    room("Program", ["SourceText", "Catalogue", "Trace"]),
    room("WalkSemantics", ["SourceText", "Catalogue", "WalkSyntax", "Trace", "Program"]),
    room("Machine", ["Catalogue", "Trace", "Program"]),
    room("Kernel", ["Catalogue", "Trace", "Program", "Machine"]),
    room("Claims", ["Catalogue", "Trace", "Program"]),
    room("Narration", ["SourceText", "Catalogue", "Trace", "Program"]),
    room(
      "Lesson",
      [
        "SourceText", "Markdown", "Catalogue", "WalkSyntax", "Trace", "Program", "WalkSemantics",
        "Machine", "Kernel", "Claims", "Narration", .product(name: "Yams", package: "Yams"),
      ]),
    room(
      "Handout",
      [
        "SourceText", "Markdown", "Catalogue", "WalkSyntax", "Trace", "Program", "Claims",
        "Narration", "Lesson",
      ]),
    room(
      "LanguageService",
      [
        "SourceText", "Markdown", "Catalogue", "WalkSyntax", "Trace", "Program", "WalkSemantics",
        "Claims", "Narration", "Lesson",
      ]),
    room("Grades"),
    .systemLibrary(name: "CAllocator"),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    room("Archives", ["CZlib"]),
    room(
      "Grading",
      [
        "SourceText", "Catalogue", "WalkSyntax", "Trace", "Program", "WalkSemantics", "Claims",
        "Narration", "Lesson", "Grades",
      ]),
    room("Gradebook", ["SourceText", "Grades", .product(name: "GRDB", package: "GRDB.swift")]),
    .executableTarget(
      name: "ringwalk",
      dependencies: [
        "SourceText", "Markdown", "Catalogue", "WalkSyntax", "Trace", "Program", "WalkSemantics",
        "Kernel", "Claims", "Narration", "Lesson", "Handout", "Grades", "Grading", "Gradebook",
        "Archives", "LanguageService", "CAllocator",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "SystemPackage", package: "swift-system"),
        .product(name: "FlyingSocks", package: "FlyingFox"),
      ],
      exclude: ["README.md"],
      swiftSettings: dress),
    .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: dress),
    tests("SourceText", ["SourceText"]),
    tests("Markdown", ["SourceText", "Markdown"]),
    tests("Catalogue", ["Catalogue"]),
    tests("WalkSyntax", ["SourceText", "WalkSyntax"]),
    tests("Trace", ["Catalogue", "Trace"]),
    tests("Program", ["SourceText", "Catalogue", "Trace", "Program"]),
    tests(
      "WalkSemantics",
      ["SourceText", "Catalogue", "WalkSyntax", "Trace", "Program", "WalkSemantics"]),
    tests("Machine", ["SourceText", "Catalogue", "Trace", "Program", "Machine"]),
    tests(
      "Kernel",
      [
        "SourceText", "Catalogue", "WalkSyntax", "Trace", "Program", "WalkSemantics", "Machine",
        "Kernel", "Claims", "Narration", "Lesson",
      ]),
    tests("Claims", ["SourceText", "Catalogue", "Trace", "Program", "Claims"]),
    tests("Narration", ["SourceText", "Catalogue", "Trace", "Program", "Narration"]),
    tests(
      "Lesson",
      [
        "SourceText", "Markdown", "Catalogue", "WalkSyntax", "Trace", "Program", "WalkSemantics",
        "Kernel", "Claims", "Narration", "Lesson", "Handout",
      ]),
    tests(
      "Handout",
      [
        "SourceText", "Markdown", "Catalogue", "WalkSyntax", "Trace", "Program", "WalkSemantics",
        "Kernel", "Claims", "Narration", "Lesson", "Handout",
      ]),
    tests(
      "LanguageService",
      ["SourceText", "Catalogue", "Trace", "Claims", "WalkSyntax", "Lesson", "LanguageService"]),
    tests("Grades", ["Grades"]),
    tests(
      "Grading",
      [
        "SourceText", "Catalogue", "WalkSyntax", "Trace", "Program", "WalkSemantics", "Claims",
        "Narration", "Lesson", "Grades", "Grading",
      ]),
    tests(
      "Gradebook",
      ["SourceText", "Grades", "Gradebook", .product(name: "GRDB", package: "GRDB.swift")]),
    tests("Archives", ["Archives", "CZlib"]),
    tests(
      "Command",
      [
        "SourceText", "Claims", "Program", "Lesson", "Handout", "LanguageService", "Grades",
        "ringwalk",
      ]),
    tests("House", []),
  ]
)

// `make fuzz SECONDS=…` builds a program for each target of Fuzz/, in a build of its own. libFuzzer brings
// `main`, so these have none, and the command line, whose language server is one of the things that are
// tried, is a library there.
if Context.environment["RINGWALK_FUZZ"] != nil {
  func laws(_ name: String, _ imports: [Target.Dependency]) -> Target {
    .target(
      name: "\(name)Laws", dependencies: imports, path: "Tests/\(name)Tests/Laws",
      swiftSettings: dress)
  }
  func fuzzer(_ name: String, _ laws: String) -> Target {
    .executableTarget(
      name: "Fuzz\(name)", dependencies: ["FuzzEntry", .target(name: "\(laws)Laws")],
      path: "Fuzz/\(name)", swiftSettings: dress + [.unsafeFlags(["-parse-as-library"])])
  }
  package.products.removeAll { $0.name == "ringwalk" }
  package.targets = package.targets.compactMap { target in
    guard target.type != .test else { return nil }
    guard target.name == "ringwalk" else { return target }
    return .target(
      name: target.name, dependencies: target.dependencies,
      exclude: ["README.md", "Ringwalk.swift"], swiftSettings: target.swiftSettings)
  }
  package.targets += [
    .target(name: "FuzzEntry", path: "Fuzz/Entry", swiftSettings: dress),
    laws("WalkSyntax", ["SourceText", "WalkSyntax"]),
    laws("Lesson", ["SourceText", "Trace", "Program", "Lesson", "Handout"]),
    laws("Command", ["SourceText", "Claims", "Program", "Lesson", "LanguageService", "ringwalk"]),
    laws("Archives", ["Archives"]),
    laws("Grades", ["Grades"]),
    fuzzer("Parser", "WalkSyntax"),
    fuzzer("Formatter", "WalkSyntax"),
    fuzzer("Lesson", "Lesson"),
    fuzzer("LanguageServer", "Command"),
    fuzzer("Archive", "Archives"),
    fuzzer("Table", "Grades"),
  ]
}
