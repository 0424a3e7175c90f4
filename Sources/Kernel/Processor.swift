import Catalogue
import Machine
import Trace

/// What the kernel keeps about one CPU, besides the hardware's own state.
///
/// CPUs run at the same time, each by its own clock. ``Kernel/step(deadline:)`` always advances the
/// one that is furthest behind, the lowest number first, so that time never goes back and every run
/// is the same.
struct Processor: Sendable {
  /// The task that it runs.
  var current: Int
  /// Its idle task.
  let idle: Int
  /// When it is ready for its next step, in nanoseconds.
  var clock: Int64 = 0
  /// Runnable tasks that wait for this CPU, in the order in which they will get it.
  var runQueue: [Int] = []
  /// The running task is to give way on its way to user mode.
  var needsReschedule = false
  /// A timer tick is on its way.
  var tickIsPending = false
  /// Interrupts of other CPUs that are on their way, by the events that sent them: one a vector.
  var interProcessorCauses: [UInt32] = [TraceEvent.noCause, TraceEvent.noCause]
  /// Pages that the one about translations is to tell of.
  var pagesToForget: [Int64] = []
  /// Deferred halves of interrupts that wait to be run: a bit per ``SoftirqKind``.
  var raisedSoftirqs: UInt32 = 0
  /// Whether it runs them now: they do not nest.
  var isInSoftirq = false
  /// Hard interrupts that it handles now, one inside the other.
  var interruptDepth = 0
  /// It has executed the instruction that waits for an interrupt.
  var isHalted = false
  /// Requests that a disk has finished and the softirq has not yet completed.
  var finishedRequests: [FinishedRequest] = []
  /// Answers that a network card has put into memory and the softirq has not yet looked at.
  var receivedPackets: [UInt32] = []
  /// Packets that a network card has sent and whose memory is not yet given back.
  var sentPackets = 0
  /// The one that the softirq is completing, page by page.
  var completing: FinishedRequest?
  /// Timers of the kernel itself that have run out and whose softirq has not yet run.
  var dueKernelTimers: [UInt32] = []
  /// Tasks whose own timers have run out and whose interrupt is being handled.
  var dueTimers: [Int] = []
  /// Tasks whose alarms are due and whose interrupt is being handled.
  var dueAlarms: [Int] = []
  /// The event that the next one on this CPU follows from, while another CPU is being stepped.
  var flow = TraceEvent.noCause
}

/// A request that a disk is done with.
struct FinishedRequest: Sendable {
  var disk: Int
  var request: DiskRequest
  var failed: Bool
}

/// The CPUs: which one is stepped, what it runs, and how they speak to each other.
extension Kernel {
  /// The task on the CPU that is being stepped.
  var current: Int {
    get { processors[cpu].current }
    set { processors[cpu].current = newValue }
  }

  /// Whether the running task is to give way on its way to user mode.
  var needsReschedule: Bool {
    get { processors[cpu].needsReschedule }
    set { processors[cpu].needsReschedule = newValue }
  }

  /// The idle task of the CPU that is being stepped.
  var idleTask: Int { processors[cpu].idle }

  /// Whether a CPU has nothing to do.
  func isIdle(_ cpu: Int) -> Bool {
    processors[cpu].current == processors[cpu].idle && processors[cpu].runQueue.isEmpty
  }

  /// Whether code runs that must not sleep: the handler of an interrupt or its deferred half.
  var isInInterrupt: Bool { processors[cpu].interruptDepth > 0 || processors[cpu].isInSoftirq }

  /// When a CPU does something next, as things stand; `Int64.max` when it only idles.
  ///
  /// Inlined, as ``earliestProcessor()`` is: a call that only looks at the kernel would first copy
  /// all of it, at every step.
  @inline(__always)
  func nextMoment(of cpu: Int) -> Int64 {
    // Asked at every step: the record is read where it lies, since a copy retains all its arrays.
    let task = processors[cpu].current
    let clock = processors[cpu].clock
    let pending = machine.queues[cpu].earliestTime
    let moment: Int64
    if processors[cpu].isHalted {
      moment = pending
    } else if tasks[task].depth > 0 {
      moment = clock
    } else if task == processors[cpu].idle {
      moment = processors[cpu].runQueue.isEmpty ? pending : clock
    } else if tasks[task].burst > 0 {
      let (end, overflow) = clock.addingReportingOverflow(tasks[task].burst)
      moment = min(overflow ? Int64.max : end, max(clock, pending))
    } else {
      moment = clock
    }
    // An idle CPU's clock stands still while the others' go on.
    return max(moment, trace.now)
  }

  /// The CPU that is furthest behind, and its moment.
  @inline(__always)
  func earliestProcessor() -> (cpu: Int, moment: Int64) {
    var found = (cpu: 0, moment: nextMoment(of: 0))
    for other in processors.indices.dropFirst() {
      let moment = nextMoment(of: other)
      if moment < found.moment { found = (other, moment) }
    }
    return found
  }

  /// Goes on with another CPU: the circumstances of events become its own.
  mutating func select(_ other: Int) {
    guard other != cpu else { return }
    processors[cpu].flow = trace.cause
    cpu = other
    trace.cpu = UInt8(truncatingIfNeeded: other)
    trace.task = UInt16(truncatingIfNeeded: current)
    trace.mode = machine.cpus[other].mode
    trace.depth = UInt8(truncatingIfNeeded: tasks[current].depth)
    trace.cause = processors[other].flow
  }

  /// Puts a runnable task on one CPU's queue: the one it ran on, if that idles; else one that idles;
  /// else the one it ran on, or for a new task the one with the shortest queue.
  ///
  /// - Parameter isNew: Whether it has never run.
  mutating func enqueue(_ task: Int, isNew: Bool = false) {
    var target = tasks[task].cpu
    if !isIdle(target) {
      if let idle = processors.indices.first(where: { isIdle($0) }) {
        target = idle
      } else if isNew {
        let load = processors.indices.map { processors[$0].runQueue.count }
        target = load.indices.min { load[$0] < load[$1] } ?? 0
      }
    }
    let wakesCPU = target != cpu && processors[target].current == processors[target].idle
    tasks[task].cpu = target
    processors[target].runQueue.append(task)
    if wakesCPU, !isNew { sendInterProcessorInterrupt(to: target, for: .reschedule) }
  }

  /// The vector of an interrupt between CPUs: the position of its pending bit.
  private static func position(of purpose: InterProcessorPurpose) -> Int {
    purpose == .invalidate ? 1 : 0
  }

  /// Interrupts another CPU. One that is pending there with the same vector already will do.
  mutating func sendInterProcessorInterrupt(to target: Int, for purpose: InterProcessorPurpose) {
    let position = Self.position(of: purpose)
    guard processors[target].interProcessorCauses[position] == TraceEvent.noCause else { return }
    let flow = trace.cause
    processors[target].interProcessorCauses[position] = trace.record(
      .sendsInterProcessorInterrupt, object: purpose.rawValue, a: Int64(target))
    trace.cause = flow
    machine.queues[target].schedule(
      .interProcessor, at: trace.now, payload: UInt32(cpu) | purpose.rawValue << 16)
  }

  /// Another CPU's interrupt has arrived: whoever runs is borrowed.
  mutating func interProcessorInterruptArrives(_ payload: UInt32) {
    let purpose = InterProcessorPurpose(rawValue: payload >> 16) ?? .reschedule
    let position = Self.position(of: purpose)
    let cause = processors[cpu].interProcessorCauses[position]
    processors[cpu].interProcessorCauses[position] = TraceEvent.noCause
    takeInterrupt(from: Int(payload & 0xFFFF), for: purpose, cause: cause)
  }

  /// Makes another CPU that runs with a page table forget one page of it. The translation is dropped
  /// at once; the CPU is told by an instruction that reaches all TLBs, or by an interrupt.
  mutating func makeForget(_ page: Int64, cpu other: Int) {
    machine.invalidatePage(page, cpu: other)
    guard machine.architecture.invalidationVector != nil else {
      trace.record(.invalidatesTranslation, object: UInt32(other), a: page)
      return
    }
    // An idle CPU keeps the table but does not use it (lazy TLB): it is not disturbed.
    guard processors[other].current != processors[other].idle else { return }
    if processors[other].pagesToForget.count < Self.flushCeiling {
      processors[other].pagesToForget.append(page)
    }
    sendInterProcessorInterrupt(to: other, for: .invalidate)
  }

  /// Up to so many pages are told one by one (`tlb_single_page_flush_ceiling`).
  private static let flushCeiling = 33

  /// 0: forget the next page of those that the sender named; then go back.
  mutating func stepCallFunctionInterrupt(_ f: Int) {
    if frames[f].step == 0 {
      trace.record(.acknowledgesInterProcessorInterrupt)
      frames[f].step = 1
    }
    guard !processors[cpu].pagesToForget.isEmpty else { return finish(0) }
    let page = processors[cpu].pagesToForget.removeFirst()
    trace.record(.invalidatesTranslation, object: UInt32(cpu), a: page)
  }

  /// The next task for the CPU that is being stepped: the first of its queue, or one that waits for
  /// the CPU with the longest queue; the idle task when nobody waits.
  mutating func takeNext() -> Int {
    if !processors[cpu].runQueue.isEmpty { return processors[cpu].runQueue.removeFirst() }
    let busiest = processors.indices.max {
      let (left, right) = (processors[$0].runQueue.count, processors[$1].runQueue.count)
      return left != right ? left < right : $0 > $1
    }
    // One that is about to leave its CPU is still on that CPU's kernel stack.
    guard let busiest,
      let place = processors[busiest].runQueue.firstIndex(where: { task in
        !processors.contains { $0.current == task }
      })
    else { return idleTask }
    let task = processors[busiest].runQueue.remove(at: place)
    tasks[task].cpu = cpu
    return task
  }

  /// 0: look at the run queue on the way back.
  mutating func stepRescheduleInterrupt(_ f: Int) {
    trace.record(.acknowledgesInterProcessorInterrupt)
    if current != idleTask, !processors[cpu].runQueue.isEmpty {
      needsReschedule = true
      trace.record(.setsNeedResched)
    }
    finish(0)
  }
}
