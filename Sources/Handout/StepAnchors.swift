import Catalogue
import Trace

/// The names by which steps are linked to: `editor-sleeps`, `editor-sleeps-2`.
///
/// A name says who does what, so that it stays the same when steps are added elsewhere in the run.
/// The second step of a name in the run has the number 2.
struct StepAnchors {
  private let header: TraceHeader
  private var counts: [Name: Int] = [:]
  private var names: [Key: Name] = [:]

  /// A name: who, and what.
  struct Name: Hashable {
    var subject: String
    var verb: String

    /// The name with the number of its step among those that have it.
    func anchor(_ count: Int) -> String {
      count == 1 ? "\(subject)-\(verb)" : "\(subject)-\(verb)-\(count)"
    }
  }

  /// What a name depends on.
  private struct Key: Hashable {
    var kind: EventKind
    var task: UInt16
    var cpu: UInt8
    var object: UInt32
  }

  init(_ header: TraceHeader) { self.header = header }

  /// The name of the next step in order, and how many steps of the run have had it by now.
  mutating func next(_ event: TraceEvent) -> (name: Name, count: Int) {
    let key = Key(kind: event.kind, task: event.task, cpu: event.cpu, object: event.object)
    let name: Name
    if let known = names[key] {
      name = known
    } else {
      name = Self.name(event, header)
      names[key] = name
    }
    let count = counts[name, default: 0] + 1
    counts[name] = count
    return (name, count)
  }

  /// The anchor of one step.
  static func anchor(of step: Int, in trace: Trace) -> String {
    var anchors = StepAnchors(trace.header)
    var last = (name: Name(subject: "", verb: ""), count: 1)
    for event in trace.events.prefix(step + 1) { last = anchors.next(event) }
    return last.name.anchor(last.count)
  }

  private static func name(_ event: TraceEvent, _ header: TraceHeader) -> Name {
    let facts = event.kind.facts
    var subject = header.isIdle(event.taskID) ? "cpu\(event.cpu)" : header.task(event.taskID).name
    var verb = facts.name
    if let field = facts.object {
      switch field.type {
      case .device: subject = header.device(event.device).name
      case .systemCall, .routine, .signal, .pageFaultKind, .exception, .entryReason:
        verb += " " + header.text(Int64(event.object), field.type)
      default: break
      }
    }
    return Name(subject: slug(subject), verb: slug(verb))
  }

  /// Letters and digits, lower case, with hyphens between; what else a name has becomes a hyphen.
  private static func slug(_ word: String) -> String {
    var out = String.UnicodeScalarView()
    for scalar in word.lowercased().unicodeScalars {
      if scalar.properties.isAlphabetic || scalar.properties.numericType != nil {
        out.append(scalar)
      } else if let last = out.last, last != "-" {
        out.append("-")
      }
    }
    while out.last == "-" { out.removeLast() }
    return out.isEmpty ? "step" : String(out)
  }
}
