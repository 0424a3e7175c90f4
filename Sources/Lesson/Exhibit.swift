/// Something that a `show` fence shows, worked out and in no format: a page writes it as it can.
public enum ExhibitBlock: Sendable {
  /// A heading; level 1 is the highest of the exhibit.
  case heading(level: Int, String)
  /// A sentence or more; parts in backquotes are code.
  case paragraph(String)
  /// Lines that keep their places.
  case lines([String])
  /// A table.
  case table(ExhibitTable)
}

/// A table: a head row, and rows whose first cell is a head, too.
public struct ExhibitTable: Sendable {
  /// What it shows.
  public var caption: String
  /// The names of the columns.
  public var head: [String]
  /// The rows.
  public var rows: [Row]

  /// A row.
  public struct Row: Sendable {
    /// Its name; parts in backquotes are code.
    public var title: String
    /// The cells after the first column, each some sentences; parts in backquotes are code.
    public var cells: [[String]]

    /// Makes a row.
    public init(_ title: String, _ cells: [[String]]) {
      self.title = title
      self.cells = cells
    }
  }

  /// Makes a table.
  public init(caption: String, head: [String], rows: [Row]) {
    self.caption = caption
    self.head = head
    self.rows = rows
  }

  /// The same in letters, without backquotes.
  public var text: TextTable {
    func plain(_ text: String) -> String { String(text.filter { $0 != "`" }) }
    return TextTable(
      head: head,
      rows: rows.map { row in
        [plain(row.title)] + row.cells.map { plain($0.joined(separator: " ")) }
      })
  }
}

/// What `show=` can show.
enum Picture: String, CaseIterable {
  /// Who runs where when, drawn.
  case timeline
  /// One system call on several architectures, side by side.
  case compare
  /// A process's memory map at this moment.
  case maps
  /// Kernel stacks at this moment.
  case stack
  /// The last walk through the page table for an address.
  case pagetable
  /// The verdicts on all claims of the lesson so far.
  case verdicts
  /// A part of the reference, read off the catalogues.
  case reference

  /// The words that may stand beside it.
  var options: [String] {
    switch self {
    case .timeline: ["of"]
    case .compare: ["of", "arch", "call"]
    case .maps, .stack: ["of", "process"]
    case .pagetable: ["of", "process", "address"]
    case .verdicts: []
    case .reference: ["part"]
    }
  }

  /// Whether it shows a scenario.
  var needsScenario: Bool { self != .verdicts && self != .reference }
}
