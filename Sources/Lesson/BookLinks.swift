public import SourceText

/// The links between the lessons of a book.
public enum BookLinks {
  /// A lesson as far as links between lessons go.
  public struct Page: Sendable {
    /// The path of its file, as the command names it.
    public var path: String
    /// What may be linked to, and its links; `nil` when the lesson does not compile, and nobody knows.
    public var summary: LinkSummary?

    /// Makes one.
    public init(path: String, summary: LinkSummary?) {
      self.path = path
      self.summary = summary
    }
  }

  /// What is wrong with the links of each page; ranges are of its file, which has the number 0.
  ///
  /// - Parameters:
  ///   - pages: The pages of the book.
  ///   - exists: Whether a file is there that is none of the pages.
  /// - Complexity: O(*n*) for *n* links, each dead one apart.
  public static func diagnostics(of pages: [Page], exists: (String) -> Bool) -> [[Diagnostic]] {
    var byPath: [String: Int] = [:]
    for (index, page) in pages.enumerated() { byPath[normal(page.path)] = index }
    var anchors: [Int: Set<String>] = [:]
    var steps: [Int: [String: Int]] = [:]
    return pages.map { page in
      var found: [Diagnostic] = []
      for link in page.summary?.links ?? [] where found.count < LessonLimits.diagnostics {
        let target = normal(folder(page.path) + link.path)
        let range = SourceRange(
          file: FileID(rawValue: 0), lower: link.bytes.lowerBound, upper: link.bytes.upperBound)
        guard let index = byPath[target] else {
          let isThere = exists(target)
          found.append(
            .deadLesson(
              link.path, exists: isThere, at: range,
              write: isThere ? nil : neighbour(of: link, from: page.path, among: pages)))
          continue
        }
        guard let anchor = link.anchor, !anchor.isEmpty, let summary = pages[index].summary
        else { continue }
        let known = anchors[index] ?? Set(summary.anchors)
        anchors[index] = known
        guard !known.contains(anchor) else { continue }
        if anchor.contains("/"), steps[index] == nil { steps[index] = summary.steps }
        guard
          let diagnostic = dead(
            anchor, of: link, in: summary, steps: steps[index] ?? [:], at: range)
        else { continue }
        found.append(diagnostic)
      }
      return found
    }
  }

  private static func dead(
    _ anchor: String, of link: LinkSummary.Outgoing, in summary: LinkSummary,
    steps: [String: Int], at range: SourceRange
  ) -> Diagnostic? {
    let file = LinkChecker.encoded(link.path)
    guard anchor.contains("/") else {
      return .deadAnchor(
        anchor, of: link.path, at: range,
        write: nearest(to: anchor, among: summary.anchors).map { "\(file)#\($0)" })
    }
    if StepIndex.has(anchor, in: steps) { return nil }
    var known: [String] = []
    for name in steps.keys.sorted() {
      let prefix = String(name.prefix { $0 != "/" })
      if known.last != prefix { known.append(prefix) }
    }
    return .deadStep(
      anchor, of: link.path, at: range,
      write: StepIndex.nearest(to: anchor, in: steps).map { "\(file)#\($0)" },
      known: known)
  }

  /// The lesson that is called most like one that is not there.
  private static func neighbour(
    of link: LinkSummary.Outgoing, from path: String, among pages: [Page]
  ) -> String? {
    let name = link.path.split(separator: "/").last.map(String.init) ?? link.path
    let names = pages.map { $0.path.split(separator: "/").last.map(String.init) ?? $0.path }
    guard let nearest = nearest(to: name, among: names),
      let index = names.firstIndex(of: nearest)
    else { return nil }
    let anchor = link.anchor.map { "#\($0)" } ?? ""
    return LinkChecker.encoded(relative(normal(pages[index].path), from: normal(path))) + anchor
  }

  /// The candidate that is most like a name, or else the only one that begins with it.
  static func nearest(to name: String, among candidates: [String]) -> String? {
    if let nearest = Nearest.name(to: name, among: candidates) { return nearest }
    guard name.count > 2 else { return nil }
    let longer = candidates.filter { $0.hasPrefix(name) }
    return longer.count == 1 ? longer[0] : nil
  }

  // MARK: Paths

  private static func folder(_ path: String) -> String {
    path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
  }

  /// A path without `.`, `..` and double slashes, as far as its words alone tell.
  static func normal(_ path: String) -> String {
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
      if part == "..", let last = parts.last, last != ".." {
        parts.removeLast()
      } else {
        parts.append(part)
      }
    }
    return (path.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
  }

  private static func relative(_ target: String, from path: String) -> String {
    var there = target.split(separator: "/")[...]
    var here = path.split(separator: "/").dropLast()
    while let first = there.first, there.count > 1, first == here.first {
      there.removeFirst()
      here.removeFirst()
    }
    return (here.map { _ in ".." } + there.map(String.init)).joined(separator: "/")
  }
}
