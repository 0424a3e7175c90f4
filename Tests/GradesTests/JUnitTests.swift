import Foundation
import TestSupport
import Testing

@testable import Grades

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite struct JUnitTests {
  /// An element as a parser gives it.
  final class Element {
    let name: String
    let attributes: [String: String]
    var children: [Element] = []
    var text = ""

    init(_ name: String, _ attributes: [String: String]) {
      self.name = name
      self.attributes = attributes
    }

    func all(_ name: String) -> [Element] { children.filter { $0.name == name } }
  }

  private final class TreeBuilder: NSObject, XMLParserDelegate {
    var stack: [Element] = [Element("", [:])]

    func parser(
      _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
      qualifiedName: String?, attributes: [String: String]
    ) {
      let element = Element(name, attributes)
      stack.last?.children.append(element)
      stack.append(element)
    }

    func parser(
      _ parser: XMLParser, didEndElement name: String, namespaceURI: String?,
      qualifiedName: String?
    ) { stack.removeLast() }

    func parser(_ parser: XMLParser, foundCharacters text: String) { stack.last?.text += text }
  }

  private static func read(_ bytes: [UInt8]) throws -> Element {
    let builder = TreeBuilder()
    let parser = XMLParser(data: Data(bytes))
    parser.delegate = builder
    #expect(parser.parse(), "\(String(describing: parser.parserError))")
    return try #require(builder.stack.first?.children.first)
  }

  /// What the schemas of Ant or of Jenkins refuse in a document.
  private static func problems(_ root: Element) -> [String] {
    var problems: [String] = []
    func require(_ holds: Bool, _ problem: String) { if !holds { problems.append(problem) } }
    func isToken(_ text: String?) -> Bool { !(text ?? "").isEmpty }
    func isInteger(_ text: String?) -> Bool { text.flatMap { Int32($0) } != nil }
    func isTime(_ text: String?) -> Bool {
      (text ?? "").wholeMatch(of: /[0-9]+(\.[0-9]{1,3})?/) != nil
    }
    require(root.name == "testsuites", "the root")
    require(root.attributes.isEmpty, "attributes of testsuites")
    for (index, suite) in root.children.enumerated() {
      require(suite.name == "testsuite", "a child of testsuites")
      let names: Set = [
        "name", "id", "package", "timestamp", "hostname", "tests", "failures", "errors", "skipped",
        "time",
      ]
      require(Set(suite.attributes.keys) == names, "attributes of testsuite")
      require(isToken(suite.attributes["name"]), "name of testsuite")
      require(isToken(suite.attributes["hostname"]), "hostname")
      require(suite.attributes["id"] == "\(index)", "id")
      for name in ["tests", "failures", "errors", "skipped"] {
        require(isInteger(suite.attributes[name]), name)
      }
      require(isTime(suite.attributes["time"]), "time of testsuite")
      let timestamp = suite.attributes["timestamp"] ?? ""
      require(
        timestamp.wholeMatch(of: /[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}/) != nil,
        "timestamp")
      let order = suite.children.map(\.name)
      let cases = suite.all("testcase")
      require(
        order
          == ["properties"] + cases.map { _ in "testcase" } + ["system-out", "system-err"],
        "order in testsuite")
      require(suite.attributes["tests"] == "\(cases.count)", "count of tests")
      for (attribute, child) in [
        ("failures", "failure"), ("errors", "error"), ("skipped", "skipped"),
      ] {
        let count = cases.count { !$0.all(child).isEmpty }
        require(suite.attributes[attribute] == "\(count)", "count of \(attribute)")
      }
      for property in suite.all("properties").flatMap(\.children) {
        require(property.name == "property", "a child of properties")
        require(isToken(property.attributes["name"]), "name of property")
        require(Set(property.attributes.keys) == ["name", "value"], "attributes of property")
      }
      for testcase in cases {
        require(
          Set(testcase.attributes.keys) == ["name", "classname", "time"], "attributes of testcase")
        require(isTime(testcase.attributes["time"]), "time of testcase")
        require(testcase.children.count <= 1, "children of testcase")
        for child in testcase.children {
          require(["skipped", "error", "failure"].contains(child.name), "a child of testcase")
          require(child.name == "skipped" || child.attributes["type"] != nil, "type")
          require(
            Set(child.attributes.keys).isSubset(of: ["type", "message"]),
            "attributes of \(child.name)")
        }
      }
      require(
        Set(cases.map { $0.attributes["name"] ?? "" }).count == cases.count, "names of testcases")
    }
    return problems
  }

  private static func bytes(
    _ results: [GradeResult], _ situation: Situation = .now
  ) -> [UInt8] {
    SubmissionFormat.junit.bytes(for: results, in: situation, at: 1_788_264_000)
  }

  @Test func `JUnit's XML is accepted by both schemas' rules`() throws {
    let bytes = Self.bytes([Sample.result, Sample.second, Sample.notGradable])
    try expectGolden(String(decoding: bytes, as: UTF8.self), "Grades/junit.xml")
    let root = try Self.read(bytes)
    #expect(Self.problems(root) == [])
    #expect(root.children.map { $0.attributes["failures"] } == ["1", "1", "0"])
    #expect(root.children.map { $0.attributes["errors"] } == ["0", "1", "1"])
    #expect(root.children.map { $0.attributes["skipped"] } == ["0", "1", "0"])
    #expect(root.children[0].attributes["timestamp"] == "2026-09-01T12:00:00")
  }

  @Test(arguments: [
    (" tests=\"2\"", "", ["attributes of testsuite", "tests", "count of tests"]),
    ("<testsuites>", "<testsuites name=\"x\">", ["attributes of testsuites"]),
    ("<system-err></system-err>", "", ["order in testsuite"]),
    ("T12:00:00\"", "T12:00:00Z\"", ["timestamp"]),
    ("time=\"0.000\"/>", "time=\"0.0001\"/>", ["time of testcase"]),
    ("<failure type=\"partly\"", "<failure", ["type"]),
    ("errors=\"0\"", "errors=\"1\"", ["count of errors"]),
    (
      "<failure type=\"partly\"", "<skipped/><failure type=\"partly\"",
      ["children of testcase", "count of skipped"]
    ),
  ])
  func `the rules refuse what one of the schemas refuses`(
    old: String, new: String, problems: [String]
  ) throws {
    let text = String(decoding: Self.bytes([Sample.result]), as: UTF8.self)
    let changed = text.replacing(old, with: new)
    #expect(changed != text)
    #expect(Set(Self.problems(try Self.read(Array(changed.utf8)))) == Set(problems))
  }

  @Test func `row 41: hostile text is read back as it can be shown`() throws {
    let root = try Self.read(Self.bytes([Sample.hostile], .staff))
    #expect(Self.problems(root) == [])
    let failure = try #require(root.children.first?.all("testcase").first?.children.first)
    #expect(failure.text.contains("needed: \(PlainText.lines(Sample.attack))"))
    #expect(failure.text.contains("]]> <script>alert(1)</script>"))
    let student = root.children[0].all("properties")[0].children[0].attributes["value"]
    #expect(student == PlainText.lines(Sample.attack))
    let text = String(decoding: Self.bytes([Sample.hostile], .staff), as: UTF8.self)
    #expect(!text.contains("]]>"))
  }

  @Test func `row 41: each character that XML forbids is shown, not written`() throws {
    for scalar in Sample.trouble + ["<", ">", "&", "\"", "'", "\t"] {
      var result = Sample.notGradable
      result.message = "a\(scalar)b"
      result.submission.task = "\(scalar)"
      let root = try Self.read(Self.bytes([result]))
      #expect(Self.problems(root) == [])
      let error = try #require(root.children.first?.all("testcase").first?.children.first)
      #expect(error.text.contains(PlainText.lines("a\(scalar)b")), "\(scalar.value)")
    }
  }

  @Test func `a task without results, or worth nothing, is a valid suite`() throws {
    for results in [[], [Sample.worthless], [Sample.fault]] {
      #expect(Self.problems(try Self.read(Self.bytes(results))) == [])
    }
  }

  @Test(arguments: [
    (0, "1970-01-01T00:00:00"), (951_782_400, "2000-02-29T00:00:00"),
    (1_788_264_000, "2026-09-01T12:00:00"), (-1, "1969-12-31T23:59:59"),
    (4_107_542_399, "2100-02-28T23:59:59"), (4_107_542_400, "2100-03-01T00:00:00"),
    (.max, "9999-12-31T23:59:59"), (.min, "0000-01-01T00:00:00"),
  ])
  func `a time is that of the calendar`(seconds: Int64, text: String) {
    #expect(Timestamp(seconds).withoutZone == text)
  }

  @Test func `times agree with Foundation's`() {
    var random = SeededGenerator(seed: 3)
    let format = Date.ISO8601FormatStyle(timeZone: .gmt)
    for _ in 0..<2_000 {
      let seconds = Int64.random(in: -2_000_000_000...250_000_000_000, using: &random)
      let theirs = Date(timeIntervalSince1970: Double(seconds)).formatted(format)
      #expect(Timestamp(seconds).withoutZone + "Z" == theirs)
    }
  }
}
