import Catalogue
import Handout
import Lesson
import Program
import SourceText

/// Runs the scripts of the playground, one after the other, and keeps what the last ones did.
///
/// The answer to a form leads to the result's own address, so that the files of a result can link
/// to each other, and loading it again sends nothing again.
actor Playground {
  private let limits: RunLimits
  private let language: LanguageChoice
  private let places = Places(8)
  /// The results by their identifiers, each with its files by their names; the page has no name.
  private var results: [String: [String: [UInt8]]] = [:]
  /// Their identifiers, the oldest first.
  private var order: [String] = []

  /// How many results are kept, and how many bytes of them.
  private static let resultLimit = 16
  private static let byteLimit = 64 << 20

  /// - Parameters:
  ///   - limits: The limits of the command; those of the playground are narrower.
  ///   - language: What the results are in.
  init(limits: RunLimits, language: LanguageChoice = .english) {
    self.language = language
    var limits = limits
    limits.steps = min(limits.steps, 2_000_000)
    limits.events = min(limits.events, 100_000)
    limits.outputBytes = min(limits.outputBytes, 64 << 10)
    self.limits = limits
  }

  /// The answer to a script: the way to what it did, or to what is wrong with it.
  nonisolated func answer(_ script: String) async -> HTTPResponse {
    guard await places.take() else { return SiteRouter.busy }
    let id = await keep(script)
    await places.give()
    var response = HTTPResponse(.seeOther, "text/plain; charset=utf-8", body: [])
    response.location = "\(PlaygroundPage.resultsPath)\(id)/"
    return response
  }

  /// A file of what a script did; its page has an empty name.
  func result(_ id: String, file: String) -> HTTPResponse {
    guard let bytes = results[id]?[file] else { return SiteRouter.goneResult }
    return HTTPResponse(
      .okay, SiteRouter.contentType(of: file.isEmpty ? "result.html" : file), body: bytes)
  }

  /// Runs a script, unless its result is there: the same script always does the same.
  private func keep(_ script: String) -> String {
    let id = Digest(of: [script]).rawValue
    order.removeAll { $0 == id }
    order.append(id)
    if results[id] == nil { results[id] = run(script) }
    while order.count > Self.resultLimit || (byteCount > Self.byteLimit && order.count > 1) {
      results[order.removeFirst()] = nil
    }
    return id
  }

  private var byteCount: Int {
    results.values.reduce(0) { sum, files in files.values.reduce(sum) { $0 + $1.count } }
  }

  private func run(_ script: String) -> [String: [UInt8]] {
    let lesson = Lesson.compile(
      SourceFile(name: "playground.walk", bytes: Array(script.utf8)),
      includes: { _ throws(IncludeFailure) in throw .outside }, limits: limits,
      language: language)
    let problems = lesson.diagnostics.map { LiveProblem($0, in: lesson.sources) }
    guard !lesson.scenarios.isEmpty || !lesson.isBroken else {
      return ["": PlaygroundPage.problems(problems)]
    }
    var context = HandoutContext(site: "Playground", index: nil)
    context.language = language
    let pages = Handout.pages(of: lesson, format: .html, context: context)
    var files: [String: [UInt8]] = [:]
    for page in pages { files[page.name] = page.bytes }
    if let page = pages.first {
      let finished = LivePage.result(page.bytes, problems: problems)
      files[page.name] = finished
      files[""] = finished
    }
    return files
  }
}
