import Catalogue
import SourceText
public import Trace

/// The names by which steps are linked to: `editor-sleeps`, `editor-sleeps-2`.
///
/// A name says who does what, so that it stays the same when steps are added elsewhere in the run.
/// The second step of a name in the run has the number 2.
public struct StepAnchors {
  private let header: TraceHeader
  private var counts: [Name: Int] = [:]
  private var names: [Key: Name] = [:]

  /// A name: who, and what.
  public struct Name: Hashable, Sendable {
    /// Who: a process, a device or a CPU.
    public var subject: String
    /// What it does.
    public var verb: String

    /// Makes a name of two words that can stand in an address.
    public init(subject: String, verb: String) {
      self.subject = subject
      self.verb = verb
    }

    /// The name with the number of its step among those that have it.
    public func anchor(_ count: Int) -> String {
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

  /// Begins with the first step of a run.
  public init(_ header: TraceHeader) { self.header = header }

  /// The name of the next step in order, and how many steps of the run have had it by now.
  public mutating func next(_ event: TraceEvent) -> (name: Name, count: Int) {
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
  public static func anchor(of step: Int, in trace: Trace) -> String {
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

/// The steps of a run by their names.
public struct StepIndex: Sendable {
  /// The steps of each name, in order.
  private var steps: [String: [Int]] = [:]

  /// - Complexity: O(*n*) for *n* events.
  public init(_ trace: Trace) {
    var names = StepAnchors(trace.header)
    var bases: [StepAnchors.Name: String] = [:]
    for (step, event) in trace.events.enumerated() {
      let name = names.next(event).name
      let base: String
      if let known = bases[name] {
        base = known
      } else {
        base = name.anchor(1)
        bases[name] = base
      }
      steps[base, default: []].append(step)
    }
  }

  /// How many steps have each name.
  public var counts: [String: Int] { steps.mapValues(\.count) }

  /// The step with an anchor: `editor-sleeps`, `editor-sleeps-2`.
  public func step(_ anchor: String) -> Int? {
    if let first = steps[anchor]?.first { return first }
    guard let (base, number) = Self.split(anchor), let list = steps[base],
      list.indices.contains(number - 1)
    else { return nil }
    return list[number - 1]
  }

  /// Whether one of some names, with how often each is there, is meant by an anchor.
  public static func has(_ anchor: String, in counts: [String: Int]) -> Bool {
    if counts[anchor] != nil { return true }
    guard let (base, number) = split(anchor) else { return false }
    return number <= counts[base, default: 0]
  }

  /// The anchor that is most like one that is not there.
  public static func nearest(to anchor: String, in counts: [String: Int]) -> String? {
    if let (base, _) = split(anchor), let count = counts[base] {
      return count == 1 ? base : "\(base)-\(count)"
    }
    return Nearest.name(to: anchor, among: counts.keys.sorted())
  }

  /// `editor-sleeps-2` as name and number; the first of a name has no number.
  private static func split(_ anchor: String) -> (base: String, number: Int)? {
    guard let hyphen = anchor.lastIndex(of: "-"),
      let number = Int(anchor[anchor.index(after: hyphen)...]), number >= 2
    else { return nil }
    return (String(anchor[..<hyphen]), number)
  }
}
