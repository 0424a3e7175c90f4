public import Markdown

/// The names by which links reach the parts of a lesson's page: its headings, and its scenarios, below
/// which the steps are.
///
/// The page is written with these very names, so a link that was checked against them leads somewhere.
public struct PageAnchors {
  /// A fence as far as names go: its code block and the headings of what it shows.
  public struct Fence {
    /// Its code block.
    public var node: MarkdownNode
    /// The headings that the page puts in its place, in order.
    public var headings: [String]
    /// The scenario that it compares with runs on other machines, by position; `nil` for other fences.
    public var compares: Int?

    /// Makes one.
    ///
    /// - Parameters:
    ///   - node: Its code block.
    ///   - headings: The headings that the page puts in its place, in order.
    ///   - compares: The scenario that it compares, by position.
    ///   - runs: The names of the runs on other machines, where it compares.
    public init(node: MarkdownNode, headings: [String], compares: Int? = nil, runs: [String] = []) {
      self.node = node
      self.compares = runs.isEmpty ? nil : compares
      self.headings = self.compares == nil ? headings : ["compared", "as written"] + runs
    }
  }

  /// For each scenario, what its anchors begin with.
  public private(set) var scenarios: [String] = []
  /// The names of the document's headings, without its title.
  public private(set) var headings: [MarkdownNode: String] = [:]
  /// For each fence, the names of its headings.
  public private(set) var exhibits: [[String]]
  /// Gives out the names of what else the page has.
  public var identifiers: Identifiers
  /// The names of headings in the order of the page.
  public private(set) var order: [String] = []

  /// The ids that pages have whatever their lesson says.
  public static let fixed = ["text", "pat-k", "pat-i", "pat-z", "pat-r", "stepper", "words"]

  /// Names what a page of a lesson has.
  ///
  /// - Parameters:
  ///   - document: The lesson's tree.
  ///   - title: The title, which the page shows itself: a heading that begins the document and says the
  ///     same has no name.
  ///   - scenarios: The names of the scenarios that were run; may be empty.
  ///   - fences: The fences that the page replaces.
  ///   - prefix: What all names begin with, where a page has several lessons.
  public init(
    document: MarkdownDocument, title: String, scenarios: [String], fences: [Fence],
    prefix: String = ""
  ) {
    identifiers = Identifiers(prefix: prefix)
    exhibits = fences.map { _ in [] }
    for id in Self.fixed { _ = identifiers.take(id) }
    for (index, name) in scenarios.enumerated() {
      let prefix = identifiers.take(name, otherwise: "scenario-\(index + 1)")
      for part in ["timeline", "timeline-title", "timeline-desc", "now"] {
        _ = identifiers.take("\(prefix)-\(part)")
      }
      self.scenarios.append(prefix)
    }
    var fenceOf: [MarkdownNode: Int] = [:]
    for (index, fence) in fences.enumerated() where !fence.headings.isEmpty {
      fenceOf[fence.node] = index
    }
    let first = document.root.firstChild
    for node in document.root.blocks {
      if node.headingLevel > 0 {
        let text = node.plainText
        if node == first, node.headingLevel == 1, text == title { continue }
        let id = identifiers.take(text)
        headings[node] = id
        order.append(id)
      } else if !fenceOf.isEmpty, let fence = fenceOf[node] {
        // What comparisons show is named after their scenario, and alike in all languages.
        let scenario = fences[fence].compares.map { index in
          scenarios.indices.contains(index) && !scenarios[index].isEmpty
            ? scenarios[index] + " " : "scenario-\(index + 1) "
        }
        exhibits[fence] = fences[fence].headings.map { identifiers.take((scenario ?? "") + $0) }
        order += exhibits[fence]
      }
    }
  }
}
