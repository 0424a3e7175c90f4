import Foundation
import TestSupport
import Testing

/// The rules of the house, read off the sources.
@Suite("The house")
struct HouseTests {
  /// What each room may import besides the standard library; the arrows of ARCHITECTURE.md.
  static let arrows: [String: [String]] = [
    "SourceText": [],
    "CCommonMark": [],
    "Markdown": ["SourceText", "CCommonMark"],
    "Catalogue": [],
    "WalkSyntax": ["SourceText"],
    "Trace": ["Catalogue"],
    "Program": ["SourceText", "Catalogue", "Trace"],
    "WalkSemantics": ["SourceText", "Catalogue", "WalkSyntax", "Trace", "Program"],
    "Machine": ["Catalogue", "Trace", "Program"],
    "Kernel": ["Catalogue", "Trace", "Program", "Machine"],
    "Claims": ["Catalogue", "Trace", "Program"],
    "Narration": ["SourceText", "Catalogue", "Trace", "Program"],
    "Lesson": [
      "SourceText", "Markdown", "Catalogue", "WalkSyntax", "Trace", "Program", "WalkSemantics",
      "Machine", "Kernel", "Claims", "Narration", "Yams",
    ],
    "Handout": [
      "SourceText", "Markdown", "Catalogue", "WalkSyntax", "Trace", "Program", "WalkSemantics",
      "Claims", "Narration", "Lesson",
    ],
    "LanguageService": [
      "SourceText", "Markdown", "Catalogue", "WalkSyntax", "Trace", "Program", "WalkSemantics",
      "Claims", "Narration", "Lesson",
    ],
    "CAllocator": [],
    "CZlib": [],
    "Archives": ["CZlib"],
    "Grades": [],
    "Grading": [
      "SourceText", "Catalogue", "WalkSyntax", "Trace", "Program", "WalkSemantics", "Claims",
      "Narration", "Lesson", "Grades", "Synchronization",
    ],
    "Gradebook": [
      "SourceText", "Grades", "GRDB", "FoundationEssentials", "Foundation", "Glibc", "Musl",
      "Darwin",
    ],
    "ringwalk": [
      "SourceText", "Markdown", "Catalogue", "WalkSyntax", "Trace", "Program", "WalkSemantics",
      "Kernel", "Claims", "Narration", "Lesson", "Handout", "Grades", "Grading", "Gradebook",
      "Archives", "LanguageService", "CAllocator", "ArgumentParser",
      "SystemPackage", "FlyingSocks", "Glibc", "Musl", "Darwin", "Foundation",
      "FoundationEssentials", "Dispatch", "Synchronization",
    ],
  ]

  /// Headers of C alone.
  static let systemLibraries = ["CCommonMark", "CAllocator", "CZlib"]

  @Test func `every room is known here`() throws {
    #expect(try Room.all().map(\.name) == Self.arrows.keys.sorted())
  }

  @Test(arguments: arrows.keys.sorted())
  func `a room imports only what stands above it`(_ name: String) throws {
    let allowed = Set(Self.arrows[name] ?? [])
    for file in try Room.named(name).files {
      for module in file.imports {
        #expect(allowed.contains(module), "\(name)/\(file.name) imports \(module)")
      }
    }
  }

  @Test(arguments: arrows.keys.sorted())
  func `the package lists no arrow that is not here`(_ name: String) throws {
    let manifest = try String(
      contentsOf: Fixtures.directory.appending(path: "../../Package.swift"), encoding: .utf8)
    let allowed = Set(Self.arrows[name] ?? [])
    // From the room's own entry to the next one.
    guard
      let start = manifest.range(
        of: #"(room\(|executableTarget\()\s*(name: )?"\#(name)""#, options: .regularExpression)
    else { return }
    let entry = manifest[start.upperBound...]
    let end =
      entry.range(of: #"\n    (room|tests|\.)"#, options: .regularExpression)?.lowerBound
      ?? entry.endIndex
    for word in entry[..<end].split(separator: "\"").map(String.init)
    where Self.arrows.keys.contains(word) {
      #expect(allowed.contains(word), "Package.swift lets \(name) import \(word)")
    }
  }

  @Test(arguments: arrows.keys.sorted())
  func `nothing in a room can crash on purpose`(_ name: String) throws {
    for file in try Room.named(name).files {
      for (line, code) in file.code.enumerated() {
        for word in ["try!", "as!", "fatalError(", "preconditionFailure(", "unsafeBitCast("]
        where code.contains(word) {
          Issue.record("\(name)/\(file.name):\(line + 1) says \(word)")
        }
      }
    }
  }

  @Test(
    arguments: arrows.keys.sorted().filter {
      $0 != "ringwalk" && !Self.systemLibraries.contains($0)
    })
  func `only the command knows clocks, files and chance`(_ name: String) throws {
    let words = [
      "ContinuousClock", "SuspendingClock", "Date()", "FileManager", "ProcessInfo",
      "SystemRandomNumberGenerator", ".random(", ".randomElement(", ".shuffled(", "getenv",
    ]
    for file in try Room.named(name).files {
      for (line, code) in file.code.enumerated() {
        for word in words where code.contains(word) {
          Issue.record("\(name)/\(file.name):\(line + 1) says \(word)")
        }
      }
    }
  }

  @Test(arguments: arrows.keys.sorted().filter { $0 != "Handout" })
  func `only Handout writes HTML`(_ name: String) throws {
    for file in try Room.named(name).files {
      for (line, code) in file.code.enumerated() {
        for tag in ["<html", "<div", "<span", "<p>", "<svg", "</"] where code.contains(tag) {
          Issue.record("\(name)/\(file.name):\(line + 1) writes \(tag)")
        }
      }
    }
  }

  @Test(arguments: arrows.keys.sorted().filter { !Self.systemLibraries.contains($0) })
  func `a room's README says what each of its files is for`(_ name: String) throws {
    let room = try Room.named(name)
    let readme = try String(contentsOf: room.url.appending(path: "README.md"), encoding: .utf8)
    for file in room.files {
      // A folder may be described as a whole.
      if let folder = file.name.split(separator: "/").dropLast().last,
        readme.contains("`\(folder)/`")
      {
        continue
      }
      let base = file.name.split(separator: "/").last.map(String.init) ?? file.name
      #expect(
        readme.contains("`\(file.name)`") || readme.contains("`\(base)`"),
        "Sources/\(name)/README.md does not name \(file.name)")
    }
    let lines = readme.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count <= 60, "Sources/\(name)/README.md is longer than a screen")
    for match in readme.matches(of: /`([A-Za-z0-9_+\/]+\.swift)`/) {
      let mentioned = String(match.1)
      #expect(
        room.files.contains { $0.name == mentioned || $0.name.hasSuffix("/" + mentioned) }
          || FileManager.default.fileExists(atPath: Room.sources.appending(path: mentioned).path()),
        "Sources/\(name)/README.md names \(mentioned), which is not there")
    }
  }

  /// The rooms that a stranger would use, which `make docs` renders.
  private static func documented() throws -> [String] {
    let makefile = try String(
      contentsOf: Room.sources.appending(path: "../Makefile"), encoding: .utf8)
    let line = makefile.split(separator: "\n").first { $0.hasPrefix("DOCUMENTED := ") }
    return (line ?? "").split(separator: " ").dropFirst(2).map(String.init)
  }

  @Test func `what is rendered as documentation has a page, and what has a page is rendered`()
    throws
  {
    let pages = try Room.all().map(\.name).filter { name in
      FileManager.default.fileExists(
        atPath: Room.sources.appending(path: "\(name)/Documentation.docc/\(name).md").path())
    }
    #expect(pages.count > 9)
    #expect(try Self.documented().sorted() == pages)
  }

  @Test func `the page of a documented room has each of its public types once, and no others`()
    throws
  {
    for name in try Self.documented() {
      let room = try Room.named(name)
      let page = try String(
        contentsOf: room.url.appending(path: "Documentation.docc/\(name).md"), encoding: .utf8)
      let curated = page.matches(of: /(?m)^- ``(\w+)``$/).map { String($0.1) }
      let declared = room.files.flatMap(\.code).compactMap { line in
        line.firstMatch(
          of: /^public (?:final )?(?:indirect )?(?:struct|enum|class|protocol|typealias) (\w+)/
        ).map { String($0.1) }
      }
      #expect(curated.count == Set(curated).count, "\(name)")
      #expect(Set(declared).subtracting(curated) == [], "\(name) leaves something out")
      #expect(Set(curated).subtracting(declared) == [], "\(name) has what is not there")
    }
  }

  @Test func `no test room is left empty`() throws {
    let tests = Fixtures.directory.appending(path: "..")
    for file in try SwiftFile.below(tests) {
      #expect(!file.name.hasSuffix("Placeholder.swift"), "\(file.name)")
    }
  }
}

/// A folder of Sources.
struct Room: Sendable {
  let name: String
  let url: URL
  let files: [SwiftFile]

  static let sources = Fixtures.directory.appending(path: "../../Sources").standardizedFileURL

  /// All rooms, read once.
  private static let known = Result { try readAll() }

  static func all() throws -> [Room] { try known.get() }

  static func named(_ name: String) throws -> Room {
    try #require(try all().first { $0.name == name })
  }

  private init(_ name: String) throws {
    self.name = name
    url = Self.sources.appending(path: name)
    files = try SwiftFile.below(url)
  }

  private static func readAll() throws -> [Room] {
    try FileManager.default.contentsOfDirectory(atPath: sources.path()).filter {
      !$0.hasPrefix(".")
    }
    .sorted().map { try Room($0) }
  }
}

/// A Swift file, with its comments taken out.
struct SwiftFile: Sendable {
  /// The path below the folder that was asked for.
  let name: String
  /// The lines; those that are comments are empty.
  let code: [String]

  /// The modules that it imports.
  var imports: [String] {
    code.filter { $0.utf8.starts(with: "import ".utf8) || $0.contains(" import ") }.compactMap {
      line in
      line.firstMatch(
        of:
          /^\s*(?:@\w+ )*(?:(?:public|package|internal|private|fileprivate) )?import (?:(?:struct|class|enum|protocol|func|let|var|typealias) )?(\w+)/
      )
      .map { String($0.1) }
    }
  }

  static func below(_ folder: URL) throws -> [SwiftFile] {
    let root = folder.standardizedFileURL.path()
    let prefix = root.hasSuffix("/") ? root : root + "/"
    guard let walk = FileManager.default.enumerator(atPath: prefix) else { return [] }
    var found: [SwiftFile] = []
    for case let path as String in walk where path.hasSuffix(".swift") {
      let text = try String(contentsOfFile: prefix + path, encoding: .utf8)
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
        let trimmed = line.drop { $0 == " " }
        if trimmed.hasPrefix("//") { return "" }
        return line.range(of: " // ").map { String(line[..<$0.lowerBound]) } ?? String(line)
      }
      found.append(SwiftFile(name: path, code: lines))
    }
    return found.sorted { $0.name < $1.name }
  }
}
