import Foundation

/// Reads a document of the trace-event format as a viewer does, and says what is wrong with it.
///
/// The rules are those of "Trace Event Format" (the Chromium project, 2016), and beyond it that all
/// times stand in order and every row has a name.
public struct TraceEventChecker {
  /// A slice that has begun and ended.
  public struct Slice {
    /// Its row: the number of the process and the thread.
    public var pid, tid: Int
    /// What it is called.
    public var name: String
    /// How many slices of its row it lies in.
    public var depth: Int
    /// When it begins and ends, in nanoseconds.
    public var start, end: Int
    /// What its beginning and its end say.
    public var arguments: [String: Any]
  }

  /// An arrow between two slices.
  public struct Arrow {
    /// What it is called.
    public var name: String
    /// The slices it leaves and reaches.
    public var from, to: String
    /// The processes of both ends.
    public var fromProcess, toProcess: String
  }

  /// What is wrong, one sentence each.
  public private(set) var problems: [String] = []
  /// The names of the processes, and of threads by process and thread.
  public private(set) var processes: [Int: String] = [:]
  /// The names of the threads.
  public private(set) var threads: [Int: String] = [:]
  /// All slices, in the order of their ends.
  public private(set) var slices: [Slice] = []
  /// All arrows.
  public private(set) var arrows: [Arrow] = []
  /// The last value of each counter.
  public private(set) var counters: [String: Double] = [:]
  /// The names of instants, in order.
  public private(set) var instants: [String] = []

  private var open: [Int: [Slice]] = [:]
  private var flows: [Int: (pid: Int, slice: String)] = [:]
  private var owners: [Int: Int] = [:]
  private var now: [Int: Int] = [:]

  /// Reads a document.
  public init(_ document: String) {
    guard
      let object = try? JSONSerialization.jsonObject(with: Data(document.utf8)) as? [String: Any],
      let events = object["traceEvents"] as? [[String: Any]]
    else {
      problems.append("no JSON object with an array traceEvents")
      return
    }
    for (index, event) in events.enumerated() { read(event, index) }
    for (tid, slices) in open where !slices.isEmpty {
      problems.append("thread \(tid) ends inside \(slices.map(\.name))")
    }
    for id in flows.keys { problems.append("flow \(id) has no end") }
    for (tid, pid) in owners {
      if threads[tid] == nil { problems.append("thread \(tid) has no name") }
      if processes[pid] == nil { problems.append("process \(pid) has no name") }
    }
  }

  private mutating func read(_ event: [String: Any], _ index: Int) {
    func problem(_ text: String) { problems.append("event \(index): \(text)") }
    guard let phase = event["ph"] as? String, let pid = event["pid"] as? Int,
      let tid = event["tid"] as? Int, pid > 0, tid > 0, pid < Int(UInt32.max)
    else { return problem("no ph, pid or tid") }
    if let owner = owners[tid], owner != pid {
      problem("thread \(tid) belongs to processes \(owner) and \(pid)")
    }
    owners[tid] = pid
    let arguments = event["args"] as? [String: Any] ?? [:]
    let name = event["name"] as? String ?? ""
    if phase == "M" {
      switch name {
      case "process_name": processes[pid] = arguments["name"] as? String
      case "thread_name": threads[tid] = arguments["name"] as? String
      case "process_sort_index", "thread_sort_index":
        if arguments["sort_index"] as? Int == nil { problem("no sort_index") }
      default: problem("metadata \(name)")
      }
      return
    }
    guard let microseconds = event["ts"] as? Double else { return problem("no ts") }
    let time = Int((microseconds * 1_000).rounded())
    if time < now[tid] ?? Int.min { problem("time falls") }
    now[tid] = time
    switch phase {
    case "B":
      if name.isEmpty { problem("a slice has no name") }
      let depth = open[tid]?.count ?? 0
      open[tid, default: []].append(
        Slice(
          pid: pid, tid: tid, name: name, depth: depth, start: time, end: time,
          arguments: arguments))
    case "E":
      guard var slice = open[tid]?.popLast() else { return problem("an end without beginning") }
      slice.end = time
      slice.arguments.merge(arguments) { $1 }
      slices.append(slice)
    case "i":
      instants.append(name)
      if event["s"] as? String != "t" { problem("an instant's scope") }
    case "C":
      for (key, value) in arguments {
        guard let number = value as? Double else { return problem("a counter is no number") }
        counters["\(pid) \(name) \(key)"] = number
      }
    case "s":
      guard let id = event["id"] as? Int, let slice = open[tid]?.last?.name else {
        return problem("an arrow begins in no slice")
      }
      if flows.updateValue((pid, slice), forKey: id) != nil { problem("flow \(id) begins twice") }
    case "f":
      guard let id = event["id"] as? Int, let start = flows.removeValue(forKey: id) else {
        return problem("an arrow ends that has not begun")
      }
      guard event["bp"] as? String == "e", let slice = open[tid]?.last?.name else {
        return problem("an arrow ends in no slice")
      }
      arrows.append(
        Arrow(
          name: name, from: start.slice, to: slice, fromProcess: processes[start.pid] ?? "",
          toProcess: processes[pid] ?? ""))
    default: problem("phase \(phase)")
    }
  }
}
