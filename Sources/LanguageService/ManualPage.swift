public import Catalogue
import Lesson
public import SourceText
public import Trace
import WalkSemantics

/// A page of the manual, read off the catalogues: what `ringwalk explain` prints and editors show.
public struct ManualPage: Sendable {
  /// A part of a page.
  enum Section: Sendable {
    /// Text, in paragraphs that blank lines part.
    case text(String)
    /// Names with what is said of each.
    case table(String, [(String, String)])
    /// Lines of a script.
    case script(String, String)
  }

  /// What the page is about, one line.
  public let title: String
  private let sections: [Section]

  init(_ title: String, _ sections: [Section]) {
    self.title = title
    self.sections = sections
  }

  // MARK: What there are pages about

  /// The long form of a message.
  public init(_ entry: DiagnosticEntry) {
    self.init(
      "\(entry.code): \(entry.title)",
      [
        .text(entry.explanation), .script("fails", entry.failing), .script("mended", entry.mended),
      ])
  }

  /// What lessons may cover.
  public init(_ mechanism: Mechanism) {
    self.init(
      "\(mechanism.id): a mechanism that lessons cover",
      [
        .text(
          "\(Self.capitalised(mechanism.title)). A lesson that explains it says so in its front matter: "
            + "covers: [\(mechanism.id)].")
      ])
  }

  /// A system call: what it does, its parameters, numbers and errors.
  public init(_ call: SystemCall) {
    let parameters = call.parameters.map { $0.isOptional ? "[\($0.name)]" : $0.name }
    var sections = [Section.text("\(Self.capitalised(call.summary)). Follows \(call.source).")]
    if !call.parameters.isEmpty {
      sections.append(
        .table(
          "parameters",
          call.parameters.map { ($0.name, $0.type.words + ($0.isOptional ? " (optional)" : "")) }))
    }
    sections.append(
      .table("numbers", call.numbers.sorted { $0.key < $1.key }.map { ($0.key, String($0.value)) }))
    if let replacement = call.replacement {
      sections.append(.text("Where an architecture lacks it, libc calls \(replacement.call)."))
    }
    if !call.errors.isEmpty {
      let errors = call.errors.sorted { $0.errno.name < $1.errno.name }
      sections.append(
        .table("errors", errors.map { ("\($0.errno.name) (\($0.errno.rawValue))", $0.when) }))
    }
    self.init(
      "\(call.name)(\(parameters.joined(separator: ", "))): a system call"
        + (call.isServed ? "" : " that this kernel does not serve yet"), sections)
  }

  /// A function of a library.
  public init(_ function: LibraryFunction) {
    let parameters = function.parameters.map { $0.isOptional ? "[\($0.name)]" : $0.name }
    var sections = [
      Section.text(
        "\(Self.capitalised(function.summary)). It enters the kernel \(function.entersKernel).")
    ]
    if !function.parameters.isEmpty {
      sections.append(
        .table(
          "parameters",
          function.parameters.map {
            ($0.name, $0.type.words + ($0.isOptional ? " (optional)" : ""))
          }))
    }
    self.init(
      "\(function.library).\(function.name)(\(parameters.joined(separator: ", "))): a library function",
      sections)
  }

  /// A kind of event: what it means, its fields, and how claims speak of it.
  public init(_ kind: EventKind) {
    let facts = kind.facts
    var sections = [Section.text("\(Self.capitalised(facts.meaning)).")]
    let fields = [facts.object, facts.a, facts.b].compactMap { $0 }
    if !fields.isEmpty {
      sections.append(.table("fields", fields.map { ($0.name, Self.words($0.type)) }))
    }
    let forms = EventPatternForm.all.filter { $0.kinds.contains(kind) }
    if !forms.isEmpty {
      sections.append(.table("in claims", forms.map { ($0.text, $0.meaning) }))
      let used = Self.placeholders(in: forms)
      if !used.isEmpty { sections.append(.table("where", used)) }
    }
    self.init("\(facts.name): an event, seen at zoom \(facts.zoom.name)", sections)
  }

  /// A form in which claims speak of events.
  init(_ form: EventPatternForm) {
    var sections = [Section.text("\(Self.capitalised(form.meaning)).")]
    sections.append(
      .table(
        "events",
        form.kinds.map { ("\($0.facts.name), zoom \($0.facts.zoom.name)", $0.facts.meaning) }))
    let used = Self.placeholders(in: [form])
    if !used.isEmpty { sections.append(.table("where", used)) }
    self.init("\(form.text): \(form.isLasting ? "an event, and a state" : "an event")", sections)
  }

  /// What the capital words of forms stand for.
  private static func placeholders(in forms: [EventPatternForm]) -> [(String, String)] {
    let names = forms.flatMap { $0.text.split { " []|".contains($0) } }
    return EventPatternForm.placeholders.filter { names.contains(Substring($0.name)) }
      .map { ($0.name, $0.meaning) }
  }

  // MARK: How it looks

  /// The page as plain text for 80 columns.
  public var plainText: String {
    let parts = sections.map { section in
      switch section {
      case .text(let text): Self.wrap(text) + "\n"
      case .table(let heading, let rows): "\(heading):\n\n" + Self.table(rows)
      case .script(let heading, let script): "\(heading):\n\n\(Self.indent(script))\n"
      }
    }
    return "\(title)\n\n" + parts.joined(separator: "\n")
  }

  /// The page in Markdown.
  public var markdown: String {
    let parts = sections.map { section in
      switch section {
      case .text(let text): text
      case .table(let heading, let rows):
        "*\(heading)*\n\n" + rows.map { "- `\($0.0)`: \($0.1)" }.joined(separator: "\n")
      case .script(let heading, let script): "*\(heading)*\n\n```walk\n\(script)\n```"
      }
    }
    return (["**\(title)**"] + parts).joined(separator: "\n\n")
  }

  static func capitalised(_ text: String) -> String {
    text.prefix(1).uppercased() + text.dropFirst()
  }

  private static func indent(_ text: String) -> String {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    while lines.last?.isEmpty == true { lines.removeLast() }
    return lines.map { $0.isEmpty ? "" : "    \($0)" }.joined(separator: "\n")
  }

  /// Two columns; the second is wrapped to what remains of 80.
  private static func table(_ rows: [(String, String)]) -> String {
    let width = rows.map { $0.0.count }.max() ?? 0
    var out = ""
    for (left, right) in rows {
      let lines = TextLayout.wrap(right, width: max(20, 80 - width - 6))
      for (index, line) in lines.enumerated() {
        let head = index == 0 ? left : ""
        out += "    " + head + String(repeating: " ", count: width - head.count + 2) + line + "\n"
      }
    }
    return out
  }

  /// Paragraphs, which blank lines part, for 80 columns.
  private static func wrap(_ text: String) -> String {
    text.split(separator: "\n\n").map {
      TextLayout.wrap(String($0).replacing("\n", with: " "), width: 80).joined(separator: "\n")
    }.joined(separator: "\n\n")
  }

  /// What a field holds, for people.
  private static func words(_ type: FieldType) -> String {
    switch type {
    case .integer: "a number"
    case .bytes: "a number of bytes"
    case .nanoseconds: "a time span in nanoseconds"
    case .address: "a virtual address"
    case .physicalAddress: "a physical address"
    case .bits: "a register's content or a set of bits"
    case .octal: "bits, octal by custom"
    case .result: "a value, or a negated error number"
    case .flag: "yes or no"
    case .event: "another step"
    case .task: "a task"
    case .device: "a device"
    case .string: "text"
    case .protection: "the rights of a region, as `/proc/PID/maps` shows them"
    case .systemCall: "a system call"
    case .routine: "a routine of the kernel"
    case .register: "a register"
    case .signal: "a signal"
    case .signalCode: "a signal's reason (si_code)"
    case .entryReason: "why the kernel was entered"
    case .waitObject: "what is waited for"
    case .exception: "an exception"
    case .pageFaultKind: "how the page fault was settled"
    case .pageTableLevel: "a level of the page table"
    case .access: "read, write or execute"
    case .softirq: "a softirq"
    case .returnKind: "how the CPU went back"
    case .pageTableChange: "what another page table is for"
    case .privilegedEffect: "what a privileged instruction does"
    case .victimReason: "why this page and no other"
    case .interProcessorPurpose: "why a CPU interrupts another"
    }
  }
}
