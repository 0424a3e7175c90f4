import Catalogue
import SourceText
public import Trace

/// The names by which steps are linked to: `editor-sleeps`, `editor-sleeps-2`.
///
/// A name says who does what, so that it stays the same when steps are added elsewhere in the run.
/// The second step of a name in the run has the number 2.
public struct StepAnchors {
  private let header: TraceHeader
  /// The names so far, each with how many steps have had it.
  private var entries: [(name: Name, count: Int)] = []
  private var placeOfKey: [Key: Int] = [:]
  /// By the name's text: two names that read alike are one.
  private var placeOfText: [String: Int] = [:]

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

  /// The name of the next step in order, which of the names it is, and how many steps of the run have
  /// had it by now.
  public mutating func next(_ event: TraceEvent) -> (name: Name, place: Int, count: Int) {
    let key = Key(kind: event.kind, task: event.task, cpu: event.cpu, object: event.object)
    let place = placeOfKey[key] ?? makePlace(key, Self.name(event, header))
    entries[place].count += 1
    return (entries[place].name, place, entries[place].count)
  }

  private mutating func makePlace(_ key: Key, _ name: Name) -> Int {
    let text = name.anchor(1)
    let place = placeOfText[text] ?? entries.count
    if place == entries.count {
      entries.append((name, 0))
      placeOfText[text] = place
    }
    placeOfKey[key] = place
    return place
  }

  /// The anchor of a step of a run; `nil` when there is no such step.
  ///
  /// Names begin with what is done, so steps of other kinds have other names and need not be looked at.
  public static func anchor(of step: Int, in trace: Trace) -> String? {
    guard trace.events.indices.contains(step) else { return nil }
    var anchors = StepAnchors(trace.header)
    let kind = trace.events[step].kind
    var anchor: String?
    for event in trace.events[...step] where event.kind == kind {
      let named = anchors.next(event)
      anchor = named.name.anchor(named.count)
    }
    return anchor
  }

  /// How many steps of a run have each name.
  public static func counts(in trace: Trace) -> [String: Int] {
    var anchors = StepAnchors(trace.header)
    for event in trace.events { _ = anchors.next(event) }
    return anchors.placeOfText.mapValues { anchors.entries[$0].count }
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
    let isPlain = word.utf8.allSatisfy { byte in
      switch byte {
      case 0x61...0x7A, 0x30...0x39: true
      default: false
      }
    }
    if isPlain, !word.isEmpty { return word }
    var out = String.UnicodeScalarView()
    for scalar in word.lowercased().unicodeScalars {
      if scalar.isASCII {
        switch scalar.value {
        case 0x61...0x7A, 0x30...0x39: out.append(scalar)
        default: if let last = out.last, last != "-" { out.append("-") }
        }
      } else if scalar.properties.isAlphabetic || scalar.properties.numericType != nil {
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
    var lists: [(name: String, steps: [Int])] = []
    for (step, event) in trace.events.enumerated() {
      let (name, place, _) = names.next(event)
      if place == lists.count { lists.append((name.anchor(1), [])) }
      lists[place].steps.append(step)
    }
    for list in lists { steps[list.name] = list.steps }
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
