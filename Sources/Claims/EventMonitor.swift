import Catalogue
import Program
import Trace

/// Why an expression has no value at a moment; words are made from it only when they are wanted.
enum Absence: Error, Hashable, Sendable {
  /// The query in a cell has no answer yet.
  case unanswered(TraceQuery)
  /// A result does not fit into 64 bits.
  case overflow
  /// Division by zero.
  case zeroDivisor
  /// It speaks of a task, CPU or device that this trace does not have.
  case nobody

  /// Whether the expression is wrong as arithmetic, rather than too early.
  var isArithmetic: Bool { self == .overflow || self == .zeroDivisor }
}

/// A state expression whose queries are cells of a monitor.
indirect enum CompiledExpression: Sendable {
  case constant(Int64)
  case observable(Observable)
  case not(CompiledExpression)
  case negate(CompiledExpression)
  case binary(BinaryOperator, CompiledExpression, CompiledExpression)
  case query(cell: Int)
}

/// What a monitor knows of one event set, up to the event it observed last.
struct SetRecord: Sendable {
  /// Whether the last event observed is in the set.
  var matches = false
  /// How many events are in it.
  var count = 0
  /// Step of the first.
  var first: Int?
  /// Step of the last.
  var last: Int?
  /// Time of the last.
  var lastTime: Int64 = 0
  /// Whether there is a last but one.
  fileprivate var hasPrevious = false
  fileprivate var timeBefore: Int64 = 0
  /// The first arithmetic error that a state of this set met, with its step.
  var problem: (absence: Absence, step: Int)?
}

/// Follows a trace event by event and knows, after each, which of its event sets the event is in
/// and what its expressions are worth.
///
/// Sets and queries are cells in an array, each kept once however often claims speak of it, parts
/// before the whole; one event is one walk along the array.
struct EventMonitor: Sendable {
  /// What a cell is; positions are those of other cells, which come before.
  private enum Cell: Sendable {
    case pattern(CompiledPattern)
    case during(Int, CompiledExpression)
    case because(Int, Int)
    case within(Int, Int64, Int)
    case either(Int, Int)
    case query(QueryCell)
  }

  private var cells: [Cell] = []
  private(set) var records: [SetRecord] = []
  /// A bit for each kind of event that a cell can take notice of.
  private var watchedKinds = EventKindSet()
  /// Whether any expression looks at the machine; its state is not followed for nobody.
  private var followsState = false
  /// Whether the last event observed was of such a kind: only then can a record say that it matches.
  private var hasMatches = false
  private var setCells: [EventSet: Int] = [:]
  private var queryCells: [TraceQuery: Int] = [:]
  /// Per cell that is the second part of a `because`: for each step whether that event, or one of
  /// its causes, is in the set.
  private var ancestry: [Int: [Bool]] = [:]
  private var ancestryCells: [Int] = []
  /// Cells of patterns whose text the trace has not met yet, and those patterns.
  private var unresolved: [Int] = []
  private var patterns: [Int: EventPattern] = [:]
  /// The machine after the last event observed, as far as any expression looks at it.
  private(set) var state: MachineState
  /// How many events have been observed.
  private(set) var eventCount = 0
  private let pageBytes: Int64
  private let pids: [Int64]

  init(header: TraceHeader) {
    state = MachineState(header: header)
    pageBytes = header.architecture.pageBytes
    pids = header.tasks.map(\.pid)
  }

  // MARK: Building; all of it before the first event.

  /// The cell of a set.
  mutating func add(_ set: EventSet, _ strings: borrowing StringTable) -> Int {
    if let known = setCells[set] { return known }
    let cell: Cell
    switch set {
    case .pattern(let pattern):
      let compiled = CompiledPattern(pattern, strings)
      watchedKinds.formUnion(compiled.kinds)
      cell = .pattern(compiled)
      if let text = pattern.text, strings.find(text) == nil {
        unresolved.append(cells.count)
        patterns[cells.count] = pattern
      }
    case .during(let inner, let expression):
      cell = .during(add(inner, strings), compile(expression, strings))
    case .because(let inner, let origin):
      let effect = add(inner, strings)
      let cause = add(origin, strings)
      if ancestry[cause] == nil {
        ancestry[cause] = []
        ancestryCells.append(cause)
      }
      cell = .because(effect, cause)
    case .within(let inner, let nanoseconds, let origin):
      cell = .within(add(inner, strings), nanoseconds, add(origin, strings))
    case .either(let left, let right):
      cell = .either(add(left, strings), add(right, strings))
    }
    setCells[set] = cells.count
    cells.append(cell)
    records.append(SetRecord())
    return cells.count - 1
  }

  /// Puts an expression's queries into cells.
  mutating func compile(
    _ expression: StateExpression, _ strings: borrowing StringTable
  ) -> CompiledExpression {
    switch expression {
    case .constant(let value, _): return .constant(value)
    case .observable(let seen):
      followsState = true
      return .observable(seen)
    case .not(let inner): return .not(compile(inner, strings))
    case .negate(let inner): return .negate(compile(inner, strings))
    case .binary(let symbol, let left, let right):
      let first = compile(left, strings)
      return .binary(symbol, first, compile(right, strings))
    case .query(let query): return .query(cell: add(query, strings))
    }
  }

  /// An expression whose queries all have their cells already; others have no value.
  func lookUp(_ expression: StateExpression) -> CompiledExpression {
    switch expression {
    case .constant(let value, _): .constant(value)
    case .observable(let seen): .observable(seen)
    case .not(let inner): .not(lookUp(inner))
    case .negate(let inner): .negate(lookUp(inner))
    case .binary(let symbol, let left, let right): .binary(symbol, lookUp(left), lookUp(right))
    case .query(let query): .query(cell: queryCells[query] ?? -1)
    }
  }

  private mutating func add(_ query: TraceQuery, _ strings: borrowing StringTable) -> Int {
    if let known = queryCells[query] { return known }
    var cell = QueryCell(query)
    switch query {
    case .count(let set), .time(let set): cell.end = add(set, strings)
    case .between(let start, let end):
      cell.start = add(start, strings)
      cell.end = add(end, strings)
    case .cpuTime(_, let from, let until):
      if let from { cell.start = add(from, strings) }
      if let until { cell.end = add(until, strings) }
    case .result, .callDuration: break
    }
    switch query {
    case .result: watchedKinds.insert(.systemCallReturns)
    case .callDuration:
      watchedKinds.insert(.callsSystemCall)
      watchedKinds.insert(.systemCallReturns)
    // The others follow what their sets' cells say.
    case .count, .time, .between: break
    case .cpuTime: followsState = true
    }
    queryCells[query] = cells.count
    cells.append(.query(cell))
    records.append(SetRecord())
    return cells.count - 1
  }

  /// Looks for the patterns' texts that are still unknown; strings come up while a trace grows.
  mutating func resolveTexts(_ strings: borrowing StringTable) {
    var open: [Int] = []
    for index in unresolved {
      guard case .pattern = cells[index], let pattern = patterns[index] else { continue }
      cells[index] = .pattern(CompiledPattern(pattern, strings))
      if let text = pattern.text, strings.find(text) == nil { open.append(index) }
    }
    unresolved = open
  }

  // MARK: Following.

  /// Goes one event on.
  /// - Complexity: O(cells).
  mutating func observe(_ event: TraceEvent) {
    let step = eventCount
    eventCount += 1
    if followsState { state.apply(event) }
    // Most events are of kinds that no claim speaks of. What has an origin has them among its causes.
    guard watchedKinds.contains(event.kind) || !ancestryCells.isEmpty else {
      if hasMatches { for index in records.indices { records[index].matches = false } }
      hasMatches = false
      return
    }
    hasMatches = true
    for index in cells.indices {
      let isIn: Bool
      switch cells[index] {
      case .pattern(let pattern):
        isIn = pattern.matches(event)
      case .during(let inner, let expression):
        if records[inner].matches {
          do throws(Absence) {
            isIn = try value(expression) != 0
          } catch {
            if error.isArithmetic, records[index].problem == nil {
              records[index].problem = (error, step)
            }
            isIn = false
          }
        } else {
          isIn = false
        }
      case .because(let effect, let origin):
        isIn = records[effect].matches && hasAncestor(event, at: step, in: origin)
      case .within(let inner, let nanoseconds, let origin):
        // `origin` may hold this very event: it is the ones before that count.
        if records[inner].matches, let time = earlierTime(origin, at: step) {
          let (span, overflow) = event.time.subtractingReportingOverflow(time)
          isIn = !overflow && span <= nanoseconds
        } else {
          isIn = false
        }
      case .either(let left, let right):
        isIn = records[left].matches || records[right].matches
      case .query(var query):
        observe(event, &query)
        cells[index] = .query(query)
        continue
      }
      records[index].note(isIn, step: step, time: event.time)
    }
    for cell in ancestryCells {
      let isIn = records[cell].matches || hasAncestor(event, at: step, in: cell)
      ancestry[cell]?.append(isIn)
    }
  }

  private func hasAncestor(_ event: TraceEvent, at step: Int, in cell: Int) -> Bool {
    // Causes point backwards; anything else ends the chain.
    guard event.cause != TraceEvent.noCause, Int(event.cause) < step, let bits = ancestry[cell]
    else { return false }
    return bits.indices.contains(Int(event.cause)) && bits[Int(event.cause)]
  }

  /// Time of the last event of a set before `step`.
  private func earlierTime(_ cell: Int, at step: Int) -> Int64? {
    let record = records[cell]
    if record.last == step { return record.previousTime }
    return record.last.map { _ in record.lastTime }
  }

  private func observe(_ event: TraceEvent, _ cell: inout QueryCell) {
    switch cell.query {
    case .count, .time:
      if let end = cell.end, records[end].matches {
        cell.count += 1
        if cell.answer == nil { cell.answer = event.time }
      }
    case .result(let call, let task):
      if cell.answer == nil, event.kind == .systemCallReturns, event.task == task.rawValue,
        event.object == call.rawValue
      {
        cell.answer = event.a
      }
    case .callDuration(let call, let task):
      guard cell.answer == nil, event.task == task.rawValue, event.object == call.rawValue
      else { return }
      if event.kind == .callsSystemCall {
        cell.begin = event.time
      } else if event.kind == .systemCallReturns, let begin = cell.begin {
        cell.answer = event.time &- begin
      }
    case .between:
      guard cell.answer == nil, let start = cell.start, let end = cell.end else { return }
      if let begin = cell.begin {
        if records[end].matches { cell.answer = event.time &- begin }
      } else if records[start].matches {
        cell.begin = event.time
      }
    case .cpuTime(let task, _, _):
      guard cell.answer == nil, state.tasks.indices.contains(Int(task.rawValue)) else { return }
      let now = state.tasks[Int(task.rawValue)].cpuTime(at: state.time)
      if let start = cell.start, cell.begin == nil {
        if records[start].matches { cell.begin = now }
      } else if let end = cell.end, records[end].matches {
        cell.answer = now &- (cell.begin ?? 0)
      }
    }
  }

  // MARK: Values at the moment after the last event observed.

  /// The value of an expression now.
  func value(_ expression: CompiledExpression) throws(Absence) -> Int64 {
    switch expression {
    case .constant(let value): return value
    case .observable(let seen):
      guard let value = value(of: seen) else { throw .nobody }
      return value
    case .not(let inner): return try value(inner) == 0 ? 1 : 0
    case .negate(let inner):
      let (result, overflow) = Int64(0).subtractingReportingOverflow(try value(inner))
      guard !overflow else { throw .overflow }
      return result
    case .query(let cell): return try answer(cell)
    case .binary(.and, let left, let right):
      if try value(left) == 0 { return 0 }
      return try value(right) != 0 ? 1 : 0
    case .binary(.or, let left, let right):
      if try value(left) != 0 { return 1 }
      return try value(right) != 0 ? 1 : 0
    case .binary(.implies, let left, let right):
      if try value(left) == 0 { return 1 }
      return try value(right) != 0 ? 1 : 0
    case .binary(let symbol, let left, let right):
      let first = try value(left)
      return try symbol.apply(first, value(right))
    }
  }

  private func answer(_ cell: Int) throws(Absence) -> Int64 {
    guard cells.indices.contains(cell), case .query(let query) = cells[cell] else { throw .nobody }
    switch query.query {
    case .count: return query.count
    case .cpuTime(let task, let from, let until):
      guard state.tasks.indices.contains(Int(task.rawValue)) else { throw .nobody }
      if let answer = query.answer { return answer }
      guard until == nil, from == nil || query.begin != nil else {
        throw .unanswered(query.query)
      }
      return state.tasks[Int(task.rawValue)].cpuTime(at: state.time) &- (query.begin ?? 0)
    case .time, .result, .callDuration, .between:
      guard let answer = query.answer else { throw .unanswered(query.query) }
      return answer
    }
  }

  /// What is seen now; `nil` when the trace has no such task, CPU or device.
  func value(of seen: Observable) -> Int64? {
    func task(_ id: TaskID) -> TaskState? {
      state.tasks.indices.contains(Int(id.rawValue)) ? state.tasks[Int(id.rawValue)] : nil
    }
    func cpu(_ number: UInt8) -> CPUState? {
      state.cpus.indices.contains(Int(number)) ? state.cpus[Int(number)] : nil
    }
    func device(_ id: DeviceID) -> DeviceState? {
      state.devices.indices.contains(Int(id.rawValue)) ? state.devices[Int(id.rawValue)] : nil
    }
    switch seen {
    case .taskMode(let id): return task(id).map { Int64($0.mode.rawValue) }
    case .taskCondition(let id): return task(id).map { Int64($0.condition.rawValue) }
    case .taskExit(let id): return task(id).map { $0.exitStatus ?? -1 }
    case .taskSignal(let id): return task(id).map { Int64($0.killedBy?.rawValue ?? 0) }
    case .taskDescriptors(let id): return task(id)?.openDescriptors
    case .taskPID(let id):
      return pids.indices.contains(Int(id.rawValue)) ? pids[Int(id.rawValue)] : nil
    case .taskCPUTime(let id): return task(id)?.cpuTime(at: state.time)
    case .taskMinorFaults(let id): return task(id)?.minorFaults
    case .taskMajorFaults(let id): return task(id)?.majorFaults
    case .taskVoluntarySwitches(let id): return task(id)?.voluntarySwitches
    case .taskInvoluntarySwitches(let id): return task(id)?.involuntarySwitches
    case .taskStackDepth(let id): return task(id).map { Int64($0.frames.count) }
    case .taskRegions(let id): return task(id).map { Int64($0.regions.count) }
    case .taskResident(let id):
      return task(id)?.residentPages.multipliedReportingOverflow(by: pageBytes).partialValue
    case .taskBreak(let id): return task(id)?.breakEnd
    case .taskChildren(let id): return task(id)?.children
    case .taskPending(let id): return task(id).map { Int64($0.pendingSignals.nonzeroBitCount) }
    case .taskHasPending(let id, let signal):
      return task(id).map { $0.pendingSignals & signal.bit == 0 ? 0 : 1 }
    case .cpuMode(let number): return cpu(number).map { Int64($0.mode.rawValue) }
    case .cpuStack(let number): return cpu(number).map { Int64($0.stack.rawValue) }
    case .addressHasRegion(let id, let address):
      return task(id).map {
        $0.regions.contains { $0.start <= address && address < $0.end } ? 1 : 0
      }
    case .pageIsMapped(let page):
      return task(page.task)?.inspectedPages[page.address].map { $0.frameAddress >= 0 ? 1 : 0 }
    case .pageIsAccessible(let page):
      return task(page.task)?.inspectedPages[page.address].map {
        $0.frameAddress >= 0 && $0.permission.contains(.user) ? 1 : 0
      }
    case .pageFrame(let page):
      return task(page.task)?.inspectedPages[page.address].flatMap {
        $0.frameAddress >= 0 ? $0.frameAddress : nil
      }
    case .cpuCurrent(let number): return cpu(number).map { Int64($0.current.rawValue) }
    case .cpuInterrupts(let number): return cpu(number)?.interrupts
    case .cpuContext(let number):
      return state.context(ofCPU: Int(number)).map { Int64($0.rawValue) }
    case .deviceReads(let id): return device(id)?.reads
    case .deviceWrites(let id): return device(id)?.writes
    case .deviceInterrupts(let id): return device(id)?.interrupts
    case .deviceQueue(let id): return device(id)?.outstanding
    case .deviceSent(let id): return device(id)?.sent
    case .deviceReceived(let id): return device(id)?.received
    case .lineReceived(let id): return device(id)?.receivedBytes
    case .liveModules: return state.liveModules
    case .memoryFree:
      return state.freeFrames.multipliedReportingOverflow(by: pageBytes).partialValue
    case .memorySwapped:
      return state.usedSwapSlots.multipliedReportingOverflow(by: pageBytes).partialValue
    case .time: return state.time
    case .taskSleepsOn(let id, let on):
      return task(id).map { $0.condition == .sleeping && $0.waitsFor?.device == on ? 1 : 0 }
    }
  }

  /// The first arithmetic error met by the states of a set, its parts included.
  func problem(_ set: Int) -> (absence: Absence, step: Int)? {
    guard cells.indices.contains(set) else { return nil }
    let own = records[set].problem
    let parts: [Int] =
      switch cells[set] {
      case .pattern, .query: []
      case .during(let inner, _): [inner]
      case .because(let left, let right), .within(let left, _, let right),
        .either(let left, let right):
        [left, right]
      }
    return ([own] + parts.map(problem)).compactMap { $0 }.min { $0.step < $1.step }
  }
}

extension SetRecord {
  /// Time of the last event but one, kept for `within` a set of itself.
  var previousTime: Int64? { hasPrevious ? timeBefore : nil }

  fileprivate mutating func note(_ isIn: Bool, step: Int, time: Int64) {
    matches = isIn
    guard isIn else { return }
    hasPrevious = count > 0
    timeBefore = lastTime
    count += 1
    if first == nil { first = step }
    last = step
    lastTime = time
  }
}

/// The growing answer to one query.
struct QueryCell: Sendable {
  let query: TraceQuery
  /// Cell of the set that begins the span.
  var start: Int?
  /// Cell of the set that is counted, or that ends the span.
  var end: Int?
  /// When, or with how much CPU time, the span began.
  var begin: Int64?
  /// The answer, once it is settled.
  var answer: Int64?
  /// Events counted.
  var count: Int64 = 0

  init(_ query: TraceQuery) { self.query = query }
}

/// A set of kinds of events: a bit for each that there can be.
struct EventKindSet: Sendable {
  private var bits: InlineArray<4, UInt64> = [0, 0, 0, 0]

  mutating func insert(_ kind: EventKind) {
    bits[Int(kind.rawValue >> 6)] |= 1 << UInt64(kind.rawValue & 63)
  }

  mutating func formUnion(_ other: EventKindSet) {
    for index in bits.indices { bits[index] |= other.bits[index] }
  }

  @inline(__always)
  func contains(_ kind: EventKind) -> Bool {
    bits[Int(kind.rawValue >> 6)] >> UInt64(kind.rawValue & 63) & 1 != 0
  }
}

/// A pattern ready for comparing: plain numbers, kinds as a bit set, the text as its number.
struct CompiledPattern: Sendable {
  let kinds: EventKindSet
  private let task: UInt16?
  private let cpu: UInt8?
  private var object: UInt32?
  private let a: ClosedRange<Int64>?
  private let b: ClosedRange<Int64>?
  private let waitDevice: DeviceID?
  /// Whether it waits for a text that the trace has not met yet; then nothing matches.
  private var lacksText = false

  init(_ pattern: EventPattern, _ strings: borrowing StringTable) {
    task = pattern.task?.rawValue
    cpu = pattern.cpu
    object = pattern.object
    a = pattern.a
    b = pattern.b
    waitDevice = pattern.waitDevice
    var kinds = EventKindSet()
    for kind in pattern.kinds { kinds.insert(kind) }
    self.kinds = kinds
    if let text = pattern.text {
      if let id = strings.find(text)?.rawValue, object == nil || object == id {
        object = id
      } else {
        lacksText = true
      }
    }
  }

  @inline(__always)
  func matches(_ event: TraceEvent) -> Bool {
    guard kinds.contains(event.kind) else { return false }
    if lacksText { return false }
    if let task, event.task != task { return false }
    if let cpu, event.cpu != cpu { return false }
    if let object, event.object != object { return false }
    if let a, !a.contains(event.a) { return false }
    if let b, !b.contains(event.b) { return false }
    if let waitDevice, WaitObject(rawValue: event.object).device != waitDevice { return false }
    return true
  }
}

extension BinaryOperator {
  /// The operator applied; `and`, `or` and `implies` without their shortcut.
  func apply(_ left: Int64, _ right: Int64) throws(Absence) -> Int64 {
    let (value, overflow): (Int64, Bool)
    switch self {
    case .equal: return left == right ? 1 : 0
    case .notEqual: return left != right ? 1 : 0
    case .less: return left < right ? 1 : 0
    case .lessOrEqual: return left <= right ? 1 : 0
    case .greater: return left > right ? 1 : 0
    case .greaterOrEqual: return left >= right ? 1 : 0
    case .and: return left != 0 && right != 0 ? 1 : 0
    case .or: return left != 0 || right != 0 ? 1 : 0
    case .implies: return left == 0 || right != 0 ? 1 : 0
    case .add: (value, overflow) = left.addingReportingOverflow(right)
    case .subtract: (value, overflow) = left.subtractingReportingOverflow(right)
    case .multiply: (value, overflow) = left.multipliedReportingOverflow(by: right)
    case .divide:
      guard right != 0 else { throw .zeroDivisor }
      (value, overflow) = left.dividedReportingOverflow(by: right)
    case .remainder:
      guard right != 0 else { throw .zeroDivisor }
      // The remainder by -1 is 0, also where the quotient would overflow.
      if right == -1 { return 0 }
      (value, overflow) = left.remainderReportingOverflow(dividingBy: right)
    }
    guard !overflow else { throw .overflow }
    return value
  }
}
