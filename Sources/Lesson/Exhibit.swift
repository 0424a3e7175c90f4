public import Trace

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

/// What a page is to draw of a scenario at a moment.
public struct LessonPicture: Sendable, Hashable {
  /// What can be drawn of a moment; the raw value is the word behind `show=`.
  public enum Subject: String, Sendable, CaseIterable {
    case processes
    case kernelStack = "kernel-stack"
    case registers
    case descriptors
    case diskQueue = "disk-queue"
    case pageTableWalk = "page-table-walk"
    case addressSpace = "address-space"
    case processTree = "process-tree"
  }

  /// What is drawn.
  public var subject: Subject
  /// Whose, if the author says so; else whoever acted last.
  public var process: TaskID?
  /// The moment: how many events have happened.
  public var eventCount: Int

  /// Asks for a picture.
  public init(subject: Subject, process: TaskID?, eventCount: Int) {
    self.subject = subject
    self.process = process
    self.eventCount = eventCount
  }
}

/// What `show=` can show.
enum Picture: String, CaseIterable {
  /// Who runs where when, drawn.
  case timeline
  /// One system call on several architectures in a table; or, with `under`, whole runs on other
  /// machines, side by side.
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
  /// Who has a CPU, who waits for one, who sleeps.
  case processes
  /// A process's kernel stack, frame by frame.
  case kernelStack = "kernel-stack"
  /// A process's registers: in the CPU, and saved on its kernel stack.
  case registers
  /// What a process's descriptors lead to.
  case descriptors
  /// What is asked of the devices.
  case diskQueue = "disk-queue"
  /// The last walk through a page table, level by level.
  case pageTableWalk = "page-table-walk"
  /// A process's memory map, to scale.
  case addressSpace = "address-space"
  /// Who was forked by whom.
  case processTree = "process-tree"

  /// The words that may stand beside it.
  var options: [String] {
    switch self {
    case .timeline: ["of"]
    case .processes, .kernelStack, .registers, .descriptors, .diskQueue, .pageTableWalk,
      .addressSpace, .processTree:
      ["of", "process", "at"]
    case .compare: ["of", "arch", "call", "under"]
    case .maps, .stack: ["of", "process", "at"]
    case .pagetable: ["of", "process", "address", "at"]
    case .verdicts: []
    case .reference: ["part"]
    }
  }

  /// What the page draws of a moment; `nil` for what is not drawn, and for the timeline, which has no
  /// moment.
  var subject: LessonPicture.Subject? { LessonPicture.Subject(rawValue: rawValue) }

  /// Whether it shows a scenario.
  var needsScenario: Bool { self != .verdicts && self != .reference }
}
