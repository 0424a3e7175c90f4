public import Trace

/// Traces in the trace-event format, which Perfetto and Chrome's tracing page open.
///
/// The format is described in "Trace Event Format" (the Chromium project, 2016). A document is an
/// object with one member, `traceEvents`, one event a line, in order of time; the same run gives the
/// same bytes. There is
///
/// - a process for each simulated one, with its number, and in it two threads: what it is doing
///   (`user`, `kernel`, `interrupt`, `asleep`, `runnable`), with the steps as instants, and its
///   kernel stack: system calls, exceptions and interrupts with the kernel routines inside them;
/// - a process `machine` with a thread for each CPU (who has it, and in which mode) and each device
///   that works on requests;
/// - counters: free frames and runnable tasks, unfinished requests of each device, the resident pages
///   of each process;
/// - arrows from what wakes to who is woken, from requests to their interrupts, from the sending of
///   signals to those who get them, from parents to children.
///
/// Several scenarios stand in one document, each at its own time 0. The processes of the scenario at
/// position *n*, from 0, have 1,000,000 × *n* added to their numbers and the scenario's name before
/// their own.
///
/// Times are microseconds with three decimals, so that no nanosecond is lost. There is no
/// `displayTimeUnit`: some versions of Perfetto take it for the unit of the times.
public struct TraceEventJSON {
  private var lines = TraceEventLines()
  private var position: Int64 = 0
  private let zoom: Zoom
  private let areScenariosNamed: Bool

  /// An empty document.
  ///
  /// - Parameters:
  ///   - zoom: Which steps are shown as instants; slices, counters and arrows are always all there.
  ///   - areScenariosNamed: Whether names of processes begin with their scenario's.
  public init(zoom: Zoom, areScenariosNamed: Bool) {
    self.zoom = zoom
    self.areScenariosNamed = areScenariosNamed
  }

  /// Adds a scenario.
  ///
  /// - Parameter sink: Gets the next part of the document, now and then, so that a long trace never
  ///   stands in memory as text.
  public mutating func add(
    scenario name: String, trace: Trace, narrator: Narrator, to sink: ([UInt8]) throws -> Void
  ) rethrows {
    var tracks = TraceEventTracks(
      trace, narrator, zoom: zoom, prefix: areScenariosNamed ? "\(name): " : "",
      position: position)
    try tracks.write(to: &lines, sink)
    position += 1
  }

  /// Hands over what is left, and the document's end.
  public mutating func finish(to sink: ([UInt8]) throws -> Void) rethrows {
    lines.end()
    try sink(lines.take())
  }
}

/// A row of the picture: a thread of a process.
struct TraceEventTrack: Hashable {
  var pid: Int64
  var tid: Int64
}

/// The events of a document, one on a line.
struct TraceEventLines {
  private var bytes = Array("{\"traceEvents\": [".utf8)
  private var isEmpty = true

  /// How many bytes wait to be taken.
  var count: Int { bytes.count }

  /// Adds an event.
  ///
  /// - Parameters:
  ///   - phase: What kind of event, in one letter.
  ///   - time: Nanoseconds; `nil` for names, which have no time.
  mutating func add(
    _ phase: String, on track: TraceEventTrack, at time: Int64?, name: String? = nil,
    category: String? = nil, id: Int64? = nil
  ) {
    add(
      phase, on: track, at: time, name: name, category: category,
      rest: { json in
        if let id { json.member("id", id) }
        // An arrow's end belongs to what is going on there, not to what begins next.
        if phase == "f" { json.member("bp", "e") }
      })
  }

  /// Adds an event with arguments.
  ///
  /// - Parameter arguments: Writes the members of `args`.
  mutating func add(
    _ phase: String, on track: TraceEventTrack, at time: Int64?, name: String? = nil,
    category: String? = nil, arguments: (inout JSONWriter) -> Void
  ) {
    add(
      phase, on: track, at: time, name: name, category: category,
      rest: { json in
        // An instant is one of its thread, and drawn in its row.
        if phase == "i" { json.member("s", "t") }
        json.key("args")
        json.object(arguments)
      })
  }

  private mutating func add(
    _ phase: String, on track: TraceEventTrack, at time: Int64?, name: String?, category: String?,
    rest: (inout JSONWriter) -> Void
  ) {
    bytes += Array((isEmpty ? "\n" : ",\n").utf8)
    isEmpty = false
    var json = JSONWriter(continuing: bytes, flatDepth: 0)
    bytes = []
    json.object { json in
      json.member("ph", phase)
      json.member("pid", track.pid)
      json.member("tid", track.tid)
      if let time {
        json.key("ts")
        json.microseconds(time)
      }
      if let name { json.member("name", name) }
      if let category { json.member("cat", category) }
      rest(&json)
    }
    bytes = json.bytes
  }

  mutating func end() { bytes += Array("\n]}\n".utf8) }

  mutating func take() -> [UInt8] {
    defer { bytes = [] }
    return bytes
  }
}
