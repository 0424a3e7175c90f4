#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
import Catalogue
import Lesson
import Trace

/// What of the kernel some lessons show, beside what they never do, in the order of the catalogues.
struct CoverageReport: Encodable {
  /// Something that can be shown.
  struct Row: Encodable {
    let name: String
    /// What it means, where the catalogue says so in a sentence.
    let summary: String?
    /// How often it is shown; 0 for never.
    let count: Int
    /// The lessons that show it, in order.
    let lessons: [String]

    /// How often, in words.
    var times: String { count == 1 ? "once" : "\(count) times" }
  }

  /// A system call with its errors.
  struct Call: Encodable {
    let call: Row
    let errors: [Row]
  }

  let lessons: [String]
  let systemCalls: [Call]
  let exceptions: [Row]
  let pageFaults: [Row]
  let waysIn: [Row]
  let transitions: [Row]
  let events: [Row]

  init(_ lessons: [(name: String, coverage: LessonCoverage)]) {
    func row(_ fact: CoveredFact, _ name: String, _ summary: String? = nil) -> Row {
      let showing = lessons.filter { $0.coverage.counts[fact] != nil }
      return Row(
        name: name, summary: summary,
        count: showing.reduce(0) { $0 + ($1.coverage.counts[fact] ?? 0) },
        lessons: showing.map(\.name))
    }
    self.lessons = lessons.map(\.name)
    let seen = Set(lessons.flatMap(\.coverage.counts.keys))
    var calls: [Call] = []
    for (index, call) in SystemCall.all.enumerated() {
      let id = SystemCallID(rawValue: UInt32(truncatingIfNeeded: index))
      // What this kernel does not serve is only worth a line when somebody asks for it.
      guard call.isServed || seen.contains(.systemCall(id)) else { continue }
      var errors = call.errors.map { row(.error(id, $0.errno), $0.errno.name, $0.when) }
      let listed = Set(call.errors.map(\.errno))
      for errno in Errno.allCases where !listed.contains(errno) && seen.contains(.error(id, errno))
      {
        errors.append(row(.error(id, errno), errno.name, errno.meaning))
      }
      calls.append(Call(call: row(.systemCall(id), call.name, call.summary), errors: errors))
    }
    systemCalls = calls
    exceptions = ExceptionKind.allCases.map { row(.exception($0), Self.words("\($0)")) }
    pageFaults = PageFaultKind.allCases.map { row(.pageFault($0), $0.name) }
    waysIn = EntryReason.allCases.map { row(.entry($0), $0.name) }
    var all = TaskTransition.all.map {
      row(.transition($0.transition), Self.words($0.transition), $0.summary)
    }
    let known = Set(TaskTransition.all.map(\.transition))
    let others = seen.compactMap { fact -> TaskTransition? in
      guard case .transition(let transition) = fact, !known.contains(transition) else { return nil }
      return transition
    }
    for transition in others.sorted(by: { Self.words($0) < Self.words($1) }) {
      all.append(row(.transition(transition), Self.words(transition)))
    }
    transitions = all
    events = EventKind.allCases.map { row(.event($0), $0.facts.name, $0.facts.meaning) }
  }

  private static func words(_ transition: TaskTransition) -> String {
    "\(transition.from.name) to \(transition.to.name)"
  }

  /// `pageFault` as two words.
  private static func words(_ name: String) -> String {
    name.reduce(into: "") { $0 += $1.isUppercase ? " " + $1.lowercased() : String($1) }
  }

  // MARK: Text

  /// The report for a terminal of 80 columns.
  var text: String {
    var out = lessons.count == 1 ? "1 lesson\n" : "\(lessons.count) lessons\n"
    let errors = systemCalls.flatMap(\.errors)
    out += Self.title("system calls", systemCalls.map(\.call))
    out += Self.paragraph("with \(errors.count { $0.count > 0 }) of \(errors.count) errors")
    for call in systemCalls where call.call.count > 0 {
      let shown = call.errors.filter { $0.count > 0 }.map { "\($0.name) \($0.times)" }
      let missing = call.errors.filter { $0.count == 0 }.map(\.name)
      var line = "\(call.call.name) \(call.call.times)"
      if !shown.isEmpty { line += ", \(shown.joined(separator: ", "))" }
      if !missing.isEmpty { line += "; never \(missing.joined(separator: ", "))" }
      out += Self.paragraph(line)
    }
    out += Self.never(systemCalls.map(\.call))
    out += Self.section("exceptions", exceptions)
    out += Self.section("page faults resolved", pageFaults)
    out += Self.section("ways into the kernel", waysIn)
    out += Self.section("transitions of tasks", transitions)
    out += Self.title("kinds of events", events) + Self.never(events)
    return out
  }

  private static func section(_ name: String, _ rows: [Row]) -> String {
    title(name, rows)
      + rows.filter { $0.count > 0 }.map { row in
        paragraph("\(row.name) \(row.times)" + (row.summary.map { ": \($0)" } ?? ""))
      }.joined() + never(rows)
  }

  private static func title(_ name: String, _ rows: [Row]) -> String {
    "\n\(name), \(rows.count { $0.count > 0 }) of \(rows.count)\n"
  }

  private static func never(_ rows: [Row]) -> String {
    let names = rows.filter { $0.count == 0 }.map(\.name)
    return names.isEmpty ? "" : paragraph("never: \(names.joined(separator: ", "))")
  }

  private static func paragraph(_ text: String) -> String {
    let lines = TextLayout.wrap(text, width: 74)
    return lines.enumerated().map { ($0 == 0 ? "  " : "      ") + $1 + "\n" }.joined()
  }

  // MARK: JSON

  /// The report for other programs; the same bytes for the same lessons.
  func json() throws -> [UInt8] {
    try JSONEncoder.document(self)
  }
}
