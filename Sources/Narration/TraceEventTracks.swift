import Catalogue
import Trace

/// Writes one scenario's trace as trace events, in one pass.
struct TraceEventTracks {
  /// Numbers of one scenario lie within this range, beginning at a multiple of it.
  private static let numbersPerScenario: Int64 = 1_000_000
  /// Processes whose own number is taken, or no process's, are numbered from here by task.
  private static let firstSpareNumber: Int64 = 200_000
  /// A process's kernel stack is this far from the process.
  private static let stackDistance: Int64 = 400_000
  private static let firstIdleStack: Int64 = 700_000
  private static let machineNumber: Int64 = 900_000
  private static let firstCPU: Int64 = 900_001
  private static let firstDevice: Int64 = 910_000
  /// So much text is handed over at a time.
  private static let portion = 1 << 16

  /// What is drawn of a task.
  private struct Lane {
    var name: String
    /// What it is doing; `nil` for an idle task, which is seen on its CPU only.
    var main: TraceEventTrack?
    var stack: TraceEventTrack
    var activity = Activity.absent
    var slices: [Slice] = []
    var residentPages: Int64 = 0
  }

  /// Something on a kernel stack that has begun.
  private struct Slice {
    var kind: Kind
    /// The result of a system call, once it is known.
    var result: String?

    enum Kind {
      case call
      case exception
      case interrupt
      case routine
    }
  }

  private let trace: Trace
  private let narrator: Narrator
  private let zoom: Zoom
  private let prefix: String
  private let position: Int64
  private let base: Int64
  private var tracker: ActivityTracker
  private var lanes: [Lane] = []
  private var cpus: [(activity: Activity, task: TaskID)] = []
  private var busyDevices: Set<Int> = []
  private var freeFrames: Int64?
  private var runnableTasks: Int64 = 0
  private var shownRunnableTasks: Int64?
  private var now: Int64 = 0

  init(_ trace: Trace, _ narrator: Narrator, zoom: Zoom, prefix: String, position: Int64) {
    self.trace = trace
    self.narrator = narrator
    self.zoom = zoom
    self.prefix = prefix
    self.position = position
    base = position &* Self.numbersPerScenario
    tracker = ActivityTracker(header: trace.header)
    var taken: Set<Int64> = []
    for (index, task) in trace.header.tasks.enumerated() {
      let id = TaskID(rawValue: UInt16(truncatingIfNeeded: index))
      if trace.header.isIdle(id) {
        let stack = TraceEventTrack(
          pid: base + Self.machineNumber, tid: base + Self.firstIdleStack + Int64(index))
        lanes.append(Lane(name: task.name, stack: stack))
        continue
      }
      // Numbers of ended processes may be given again; each task has a row of its own.
      let isOwn = (1..<Self.firstSpareNumber).contains(task.pid) && taken.insert(task.pid).inserted
      let pid = base + (isOwn ? task.pid : Self.firstSpareNumber + Int64(index))
      lanes.append(
        Lane(
          name: task.name, main: TraceEventTrack(pid: pid, tid: pid),
          stack: TraceEventTrack(pid: pid, tid: pid + Self.stackDistance)))
    }
    cpus = tracker.state.cpus.map { _ in (.idle, .idle) }
  }

  /// Writes everything, and hands over what is there whenever it has become much.
  mutating func write(to lines: inout TraceEventLines, _ sink: ([UInt8]) throws -> Void) rethrows {
    let arrows = arrows()
    now = trace.events.first?.time ?? 0
    writeNames(to: &lines)
    for cpu in cpus.indices { lines.add("B", on: track(ofCPU: cpu), at: now, name: "idle") }
    for (step, event) in trace.events.enumerated() {
      now = max(now, event.time)
      let cpu = Int(event.cpu)
      let isKnown = cpus.indices.contains(cpu)
      let previous = isKnown ? tracker.state.cpus[cpu].current : event.taskID
      tracker.apply(event)
      writeStack(event, step, to: &lines)
      var concerned = [event.taskID, previous]
      if isKnown { concerned.append(tracker.state.cpus[cpu].current) }
      if event.kind == .forks, let child = UInt16(exactly: event.a) {
        concerned.append(TaskID(rawValue: child))
      }
      for task in concerned { writeActivity(of: task, to: &lines) }
      if isKnown { writeCPU(cpu, to: &lines) }
      writeDevice(event, step, to: &lines)
      writeArrows(event, step, arrows[step] ?? [], to: &lines)
      if event.zoom <= zoom, let track = track(of: event) {
        lines.add(
          "i", on: track, at: now, name: event.kind.facts.name, category: "step"
        ) { json in
          json.member("step", step)
          json.member("text", narrator.sentence(event, at: step))
        }
      }
      writeCounters(event, to: &lines)
      if lines.count > Self.portion { try sink(lines.take()) }
    }
    writeEnds(to: &lines)
  }

  // MARK: Rows

  private func track(ofCPU cpu: Int) -> TraceEventTrack {
    TraceEventTrack(pid: base + Self.machineNumber, tid: base + Self.firstCPU + Int64(cpu))
  }

  private func track(ofDevice device: Int) -> TraceEventTrack {
    TraceEventTrack(pid: base + Self.machineNumber, tid: base + Self.firstDevice + Int64(device))
  }

  /// Where an event is shown: with its process while that does something, else on its CPU.
  private func track(of event: TraceEvent) -> TraceEventTrack? {
    let task = Int(event.task)
    if lanes.indices.contains(task), let main = lanes[task].main, Self.isDrawn(lanes[task].activity)
    {
      return main
    }
    return cpus.indices.contains(Int(event.cpu)) ? track(ofCPU: Int(event.cpu)) : nil
  }

  private static func isDrawn(_ activity: Activity) -> Bool {
    switch activity {
    case .user, .kernel, .interrupt, .asleep, .runnable: true
    case .absent, .idle, .ended: false
    }
  }

  /// Names for all rows that have something in them.
  private func writeNames(to lines: inout TraceEventLines) {
    var seen = [Bool](repeating: false, count: lanes.count)
    var devices: Set<Int> = []
    for event in trace.events {
      if seen.indices.contains(Int(event.task)) { seen[Int(event.task)] = true }
      if event.kind == .forks, let child = Int(exactly: event.a), seen.indices.contains(child) {
        seen[child] = true
      }
      if [.startsRequest, .startsWrite].contains(event.kind) { devices.insert(Int(event.object)) }
    }
    func name(_ kind: String, _ track: TraceEventTrack, _ text: String) {
      lines.add("M", on: track, at: nil, name: kind) { $0.member("name", text) }
    }
    func place(_ kind: String, _ track: TraceEventTrack, _ index: Int) {
      lines.add("M", on: track, at: nil, name: kind) { $0.member("sort_index", index) }
    }
    let machine = TraceEventTrack(pid: base + Self.machineNumber, tid: base + Self.firstCPU)
    name("process_name", machine, prefix + "machine")
    place("process_sort_index", machine, Int(base))
    for cpu in cpus.indices {
      name("thread_name", track(ofCPU: cpu), "cpu\(cpu)")
      place("thread_sort_index", track(ofCPU: cpu), cpu)
    }
    for device in trace.header.devices.indices where devices.contains(device) {
      name("thread_name", track(ofDevice: device), trace.header.devices[device].name)
      place("thread_sort_index", track(ofDevice: device), 1_000 + device)
    }
    for (index, lane) in lanes.enumerated() where seen[index] {
      guard let main = lane.main else {
        name("thread_name", lane.stack, "kernel stack of \(lane.name)")
        place("thread_sort_index", lane.stack, 100_000 + index)
        continue
      }
      name("process_name", main, prefix + lane.name)
      place("process_sort_index", main, Int(base) + 1 + index)
      name("thread_name", main, lane.name)
      place("thread_sort_index", main, 0)
      name("thread_name", lane.stack, "kernel stack")
      place("thread_sort_index", lane.stack, 1)
    }
  }

  // MARK: Slices

  /// What a task is doing.
  private mutating func writeActivity(of task: TaskID, to lines: inout TraceEventLines) {
    let index = Int(task.rawValue)
    guard lanes.indices.contains(index), let main = lanes[index].main else { return }
    let (old, new) = (lanes[index].activity, tracker.activity(of: task))
    guard old != new else { return }
    lanes[index].activity = new
    if old == .runnable { runnableTasks -= 1 }
    if new == .runnable { runnableTasks += 1 }
    if Self.isDrawn(old) { lines.add("E", on: main, at: now) }
    guard Self.isDrawn(new) else { return }
    let object = new == .asleep ? tracker.state.tasks[index].waitsFor : nil
    lines.add("B", on: main, at: now, name: new.name, category: "mode") { json in
      if let object { json.member("on", trace.header.text(object)) }
    }
  }

  /// Who has a CPU, and within that the mode.
  private mutating func writeCPU(_ cpu: Int, to lines: inout TraceEventLines) {
    let (old, new) = (cpus[cpu], tracker.activity(ofCPU: cpu))
    guard old != new else { return }
    cpus[cpu] = new
    let track = track(ofCPU: cpu)
    if old.activity != .idle { lines.add("E", on: track, at: now) }
    if old.task != new.task {
      lines.add("E", on: track, at: now)
      let owner = new.task == .idle ? "idle" : trace.header.task(new.task).name
      lines.add("B", on: track, at: now, name: owner, category: "cpu")
    }
    if new.activity != .idle {
      lines.add("B", on: track, at: now, name: new.activity.name, category: "mode")
    }
  }

  /// The kernel stack: each frame lies within the one that called it, and the outermost within the
  /// system call, exception or interrupt that it serves.
  private mutating func writeStack(
    _ event: TraceEvent, _ step: Int, to lines: inout TraceEventLines
  ) {
    let task = Int(event.task)
    guard lanes.indices.contains(task) else { return }
    let header = trace.header
    switch event.kind {
    case .callsSystemCall:
      closeStack(of: task, to: &lines)
      let call = narrator.callAsWritten(event)
      open(.call, header.text(Int64(event.object), .systemCall), task, step, to: &lines) {
        $0.member("call", call)
      }
    case .systemCallReturns:
      if let call = lanes[task].slices.lastIndex(where: { $0.kind == .call }) {
        lanes[task].slices[call].result = header.text(event.a, .result)
      }
    case .faults:
      open(
        .exception, "exception " + header.text(Int64(event.object), .exception), task, step,
        to: &lines
      ) {
        $0.member("address", Quantity.hexadecimal(event.a))
      }
    case .interrupts:
      let name = "interrupt \(header.device(event.device).name)"
      open(.interrupt, name, task, step, to: &lines)
    case .receivesInterProcessorInterrupt:
      open(.interrupt, "interrupt from cpu\(event.a)", task, step, to: &lines)
    case .callsRoutine:
      let name = header.text(Int64(event.object), .routine)
      open(.routine, name, task, step, to: &lines)
    case .routineReturns:
      while let kind = lanes[task].slices.last?.kind {
        close(task, to: &lines)
        if kind == .routine { break }
      }
      // The entry routine's return ends what it was entered for.
      if let kind = lanes[task].slices.last?.kind, kind != .routine { close(task, to: &lines) }
    case .returnsToUser, .exits, .isKilled:
      closeStack(of: task, to: &lines)
    default:
      break
    }
  }

  private mutating func open(
    _ kind: Slice.Kind, _ name: String, _ task: Int, _ step: Int,
    to lines: inout TraceEventLines, _ more: (inout JSONWriter) -> Void = { _ in }
  ) {
    lanes[task].slices.append(Slice(kind: kind))
    lines.add("B", on: lanes[task].stack, at: now, name: name, category: "\(kind)") { json in
      json.member("step", step)
      more(&json)
    }
  }

  private mutating func close(_ task: Int, to lines: inout TraceEventLines) {
    guard let slice = lanes[task].slices.popLast() else { return }
    if let result = slice.result {
      lines.add("E", on: lanes[task].stack, at: now) { $0.member("result", result) }
    } else {
      lines.add("E", on: lanes[task].stack, at: now)
    }
  }

  private mutating func closeStack(of task: Int, to lines: inout TraceEventLines) {
    while !lanes[task].slices.isEmpty { close(task, to: &lines) }
  }

  /// The request that a device works on, from its beginning to its interrupt.
  private mutating func writeDevice(
    _ event: TraceEvent, _ step: Int, to lines: inout TraceEventLines
  ) {
    let device = Int(event.object)
    switch event.kind {
    case .startsRequest, .startsWrite:
      guard trace.header.devices.indices.contains(device) else { return }
      if !busyDevices.insert(device).inserted {
        lines.add("E", on: track(ofDevice: device), at: now)
      }
      let name = event.kind == .startsWrite ? "write" : "read"
      lines.add("B", on: track(ofDevice: device), at: now, name: name, category: "device") { json in
        json.member("step", step)
        json.member("request", event.a)
        json.member("block", event.b)
      }
    case .interrupts:
      if busyDevices.remove(device) != nil { lines.add("E", on: track(ofDevice: device), at: now) }
    default:
      return
    }
  }

  /// Ends whatever lasts longer than the trace.
  private mutating func writeEnds(to lines: inout TraceEventLines) {
    for task in lanes.indices {
      closeStack(of: task, to: &lines)
      if let main = lanes[task].main, Self.isDrawn(lanes[task].activity) {
        lines.add("E", on: main, at: now)
      }
    }
    for cpu in cpus.indices {
      if cpus[cpu].activity != .idle { lines.add("E", on: track(ofCPU: cpu), at: now) }
      lines.add("E", on: track(ofCPU: cpu), at: now)
    }
    for device in busyDevices.sorted() { lines.add("E", on: track(ofDevice: device), at: now) }
  }

  // MARK: Arrows

  /// An arrow to an event from the one that made it happen.
  private struct Arrow {
    var target: Int
    var name: String
    /// Whether it begins on the CPU, since the event that it begins with is about its target.
    var leavesFromCPU: Bool
  }

  /// The arrows by the step that they begin with.
  private func arrows() -> [Int: [Arrow]] {
    var arrows: [Int: [Arrow]] = [:]
    for (step, event) in trace.events.enumerated() {
      guard let name = Self.arrowName(event.kind), let source = source(of: step) else { continue }
      let origin = trace.events[source]
      // Both ends need a row that is there at their moment; each CPU has one from start to end.
      guard cpus.indices.contains(Int(event.cpu)), cpus.indices.contains(Int(origin.cpu)) else {
        continue
      }
      arrows[source, default: []].append(
        Arrow(target: step, name: name, leavesFromCPU: origin.task == event.task))
    }
    return arrows
  }

  private static func arrowName(_ kind: EventKind) -> String? {
    switch kind {
    case .wakes: "wake-up"
    case .interrupts, .receivesInterProcessorInterrupt: "interrupt"
    case .receivesSignal, .continues: "signal"
    default: nil
    }
  }

  /// Where the arrow to an event begins: at its cause, or at that one's where it is a device or
  /// another machine at work; nowhere if it is the machine's start, which causes all ticks.
  private func source(of step: Int) -> Int? {
    var effect = step
    while case let cause = Int(trace.events[effect].cause), cause < effect {
      switch trace.events[cause].kind {
      case .transfersData, .fetchesData, .receivesPacket, .serverAnswers: effect = cause
      case .machineStarts: return nil
      default: return cause
      }
    }
    return nil
  }

  private func writeArrows(
    _ event: TraceEvent, _ step: Int, _ leaving: [Arrow], to lines: inout TraceEventLines
  ) {
    for arrow in leaving {
      let row = arrow.leavesFromCPU ? track(ofCPU: Int(event.cpu)) : track(of: event)
      guard let row else { continue }
      lines.add(
        "s", on: row, at: now, name: arrow.name, category: "cause", id: number(arrow.target))
    }
    if let name = Self.arrowName(event.kind), let source = source(of: step),
      cpus.indices.contains(Int(event.cpu)), cpus.indices.contains(Int(trace.events[source].cpu)),
      let row = track(of: event)
    {
      lines.add(
        "f", on: row, at: now, name: name, category: "cause", id: number(step))
    }
    guard event.kind == .forks, let child = Int(exactly: event.a), lanes.indices.contains(child),
      let end = lanes[child].main, Self.isDrawn(lanes[child].activity), let row = track(of: event)
    else { return }
    lines.add("s", on: row, at: now, name: "fork", category: "cause", id: number(step))
    lines.add(
      "f", on: end, at: now, name: "fork", category: "cause", id: number(step))
  }

  /// An arrow's number, which no other arrow of the document has.
  private func number(_ step: Int) -> Int64 { position << 32 | Int64(step) }

  // MARK: Counters

  private mutating func writeCounters(_ event: TraceEvent, to lines: inout TraceEventLines) {
    let machine = TraceEventTrack(pid: base + Self.machineNumber, tid: base + Self.firstCPU)
    let state = tracker.state
    if freeFrames != state.freeFrames {
      freeFrames = state.freeFrames
      lines.add("C", on: machine, at: now, name: "free") { $0.member("frames", state.freeFrames) }
    }
    if shownRunnableTasks != runnableTasks {
      shownRunnableTasks = runnableTasks
      lines.add("C", on: machine, at: now, name: "runnable") { $0.member("tasks", runnableTasks) }
    }
    let device = Int(event.object)
    if [.queuesRequest, .completesRequest].contains(event.kind),
      state.devices.indices.contains(device)
    {
      let name = trace.header.device(event.device).name
      lines.add("C", on: machine, at: now, name: name) {
        $0.member("outstanding requests", state.devices[device].outstanding)
      }
    }
    let task = Int(event.task)
    guard lanes.indices.contains(task), let main = lanes[task].main,
      state.tasks.indices.contains(task),
      case let pages = state.tasks[task].residentPages, pages != lanes[task].residentPages
    else { return }
    lanes[task].residentPages = pages
    lines.add("C", on: main, at: now, name: "resident") { $0.member("pages", pages) }
  }
}
