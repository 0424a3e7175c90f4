public import Markdown
public import SourceText

/// A link or image of a lesson's prose that leads somewhere.
public struct LessonLink {
  /// Its node in the lesson's document.
  public var node: MarkdownNode
  /// Where it leads.
  public var target: LinkTarget
  /// Where its destination stands.
  public var range: SourceRange

  /// The media type of pictures whose names end in some letters; `nil` for what browsers do not show.
  public static func imageType(ofEnding ending: String) -> String? {
    LinkChecker.imageTypes[ending]
  }
}

/// Where a link or an image leads.
public enum LinkTarget: Sendable, Hashable {
  /// An address of the web, or of mail, which is not looked at.
  case elsewhere
  /// A heading or scenario of the same page; empty: its beginning.
  case anchor(String)
  /// A step of a scenario of the same page.
  case step(scenario: Int, step: Int)
  /// Another lesson, by the path of its file from the folder of this one, with what stands behind `#`.
  case lesson(path: String, anchor: String?)
  /// A file, by its path below the lesson's folder.
  case file(String)
  /// A picture, by its path below the lesson's folder.
  case image(String)
}

/// What other lessons may link to in a lesson, and what it links to in them; small enough to keep for
/// all lessons of a book.
public struct LinkSummary: Sendable, Hashable, Codable {
  /// A link to another lesson.
  public struct Outgoing: Sendable, Hashable, Codable {
    /// The path of its file from the folder of this one.
    public var path: String
    /// What stands behind `#`.
    public var anchor: String?
    /// Where the destination stands, in bytes of the lesson's file.
    public var bytes: Range<Int>
  }

  /// The names of headings and scenarios.
  public var anchors: [String]
  /// The names of steps: lines of a count and a name with the scenario's in front,
  /// `2 open/editor-sleeps`. One text, since a cache keeps thousands of them and few are asked for.
  public var stepNames: String
  /// The links to other lessons.
  public var links: [Outgoing]

  /// How many steps have each name.
  var steps: [String: Int] {
    var steps: [String: Int] = [:]
    for line in stepNames.utf8.split(separator: 0x0A) {
      guard let space = line.firstIndex(of: 0x20), let count = Int(String(line[..<space]) ?? "")
      else { continue }
      steps[String(line[line.index(after: space)...]) ?? ""] = count
    }
    return steps
  }
}

extension Lesson {
  /// Leaves pictures, files and other lessons to the book of another tool around this lesson, which
  /// checks and copies them itself: such links stay as the author wrote them, and nothing is said of
  /// them.
  public mutating func leaveFilesToOthers() {
    let codes = [LessonCode.deadFile, LessonCode.unfitImage, LessonCode.refusedAddress]
    diagnostics.removeAll { codes.contains($0.code) }
    links.removeAll { link in
      switch link.target {
      case .file, .image, .lesson: true
      case .anchor, .step, .elsewhere: false
      }
    }
  }

  /// What the check of a whole book must know of the lesson's links.
  public var linkSummary: LinkSummary {
    let anchors = anchors
    var names = ""
    for (prefix, scenario) in zip(anchors.scenarios, scenarios) {
      let counts = StepAnchors.counts(in: scenario.run.trace)
      for name in counts.keys.sorted() { names += "\(counts[name] ?? 0) \(prefix)/\(name)\n" }
    }
    return LinkSummary(
      anchors: anchors.order + anchors.scenarios, stepNames: names,
      links: links.compactMap { link in
        guard case .lesson(let path, let anchor) = link.target else { return nil }
        return LinkSummary.Outgoing(
          path: path, anchor: anchor, bytes: link.range.lower..<link.range.upper)
      })
  }

  /// The names of what its page has.
  public var anchors: PageAnchors {
    PageAnchors(
      document: document, title: title, scenarios: scenarios.map(\.name),
      fences: fences.map { fence in
        PageAnchors.Fence(
          node: fence.node, headings: fence.exhibit.compactMap(\.headingText),
          compares: fence.scenario, runs: fence.comparison.map(\.name))
      })
  }
}

extension ExhibitBlock {
  /// The text of a heading; `nil` for others.
  public var headingText: String? {
    if case .heading(_, let text) = self { text } else { nil }
  }
}
