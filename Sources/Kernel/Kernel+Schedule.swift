import Catalogue
import Machine
import Program
import Trace

/// Who runs: sleeping, waking, ticks, context switches.
extension Kernel {
  /// Ticks that a task may run before it must give way.
  private var ticksOfQuantum: Int64 {
    let machine = scenario.machine
    return max(1, (machine.quantum + machine.tick - 1) / machine.tick)
  }

  /// Sets the next tick, at a multiple of the tick's length.
  mutating func armTick() {
    guard !processors[cpu].tickIsPending, scenario.machine.policy == .roundRobin else { return }
    let tick = max(1, scenario.machine.tick)
    machine.queues[cpu].schedule(.tick, at: (trace.now / tick + 1) * tick, payload: UInt32(cpu))
    processors[cpu].tickIsPending = true
  }

  /// A tick has nothing to do on an idle CPU: it is stopped (NO_HZ).
  private mutating func stopTick() {
    guard processors[cpu].tickIsPending else { return }
    machine.queues[cpu].remove { $0.kind == .tick }
    processors[cpu].tickIsPending = false
  }

  /// 0: charge the tick; when the slice is used up and somebody waits, mark the task.
  mutating func stepTimerTick(_ f: Int) {
    tasks[current].ticksLeft -= 1
    trace.record(.accountsTick, a: max(0, tasks[current].ticksLeft))
    if tasks[current].ticksLeft <= 0 {
      if processors[cpu].runQueue.isEmpty {
        tasks[current].ticksLeft = ticksOfQuantum
      } else {
        needsReschedule = true
        trace.record(.setsNeedResched)
      }
    }
    finish(0)
  }

  /// Takes the running task off the run queue until `wake(key:)` names what it waits for.
  ///
  /// Only the running task can sleep: an interrupt handler or softirq, which merely borrows its
  /// stack, must not (``isInInterrupt``). A signal ends an interruptible sleep; one that ends the
  /// process, a killable one, too. Who may be woken by a signal looks at ``signalIsPending`` before
  /// and after.
  mutating func sleep(
    on object: WaitObject, key: Int64, interruptible: Bool, killable: Bool = false
  ) {
    guard !isInInterrupt else { return schedulingWhileAtomic() }
    tasks[current].condition = .sleeping
    tasks[current].isInterruptible = interruptible
    tasks[current].isKillable = killable
    tasks[current].voluntarySwitches += 1
    tasks[current].waitKey = key
    tasks[current].waitObject = object
    tasks[current].sleepsSince = trace.now
    trace.record(.sleeps, object: object.rawValue, a: interruptible ? 1 : 0, b: key)
  }

  /// Makes everybody runnable who waits for something, in the order of their numbers.
  mutating func wake(key: Int64) {
    if limits.sabotage == .wakeUpIsLost { return }
    for task in tasks.indices
    where tasks[task].condition == .sleeping && tasks[task].waitKey == key {
      wake(task: task)
    }
  }

  mutating func wake(task: Int) {
    let before = trace.cause
    tasks[task].wakeEvent = trace.record(
      .wakes, about: TaskID(rawValue: UInt16(task)), depth: UInt8(tasks[task].depth),
      object: tasks[task].waitObject.rawValue, a: trace.now - tasks[task].sleepsSince)
    // The waker goes on from where it was, not from the wake-up.
    trace.cause = before
    makeRunnable(task)
  }

  /// Lets a task that slept or was stopped go on. One that has not left its CPU yet just stays.
  mutating func makeRunnable(_ task: Int) {
    if processors.contains(where: { $0.current == task }) {
      tasks[task].condition = .running
      tasks[task].wakeEvent = nil
    } else {
      tasks[task].condition = .runnable
      enqueue(task)
    }
  }

  /// x0: 0 when the task sleeps, 1 when it stays runnable. 0: choose and switch. 1: back again.
  mutating func stepSchedule(_ f: Int) {
    guard frames[f].step == 0 else { return finish(0) }
    if frames[f].x0 == 0, current != idleTask, tasks[current].condition == .running {
      // Something woke it before it had left.
      return finish(0)
    }
    frames[f].step = 1
    switchToNext()
  }

  /// Chooses the next task and gives it the CPU; returns when the present one is chosen again.
  mutating func switchToNext() {
    needsReschedule = false
    let runnable = Int64(processors[cpu].runQueue.count)
    let next = takeNext()
    trace.record(.picksNext, object: UInt32(next), a: runnable)
    let previous = current
    if next == previous {
      tasks[next].condition = .running
      tasks[next].ticksLeft = ticksOfQuantum
      return
    }
    trace.record(.switchesContext, a: Int64(previous), b: Int64(next))
    trace.spent &+= scenario.machine.costs.contextSwitch
    // The idle task has no user half of its own and keeps the table that is in use.
    if next != idleTask { machine.setPageTable(tasks[next].root, cpu: cpu, &trace) }
    tasks[previous].flow = trace.cause
    if limits.sabotage == .kernelStackIsLost, tasks[previous].condition == .sleeping {
      tasks[previous].depth = min(tasks[previous].depth, 1)
    }
    let switchEvent = trace.cause

    current = next
    let pointer = Int(machine.architecture.roles.stackPointer)
    machine.cpus[cpu].registers[pointer] = savedRegistersAddress(next)
    trace.task = UInt16(next)
    trace.depth = UInt8(tasks[next].depth)
    trace.cause = tasks[next].wakeEvent ?? switchEvent
    tasks[next].wakeEvent = nil
    tasks[next].condition = .running
    tasks[next].ticksLeft = ticksOfQuantum
    machine.cpus[cpu].takesInterrupts = true
    tasks[next].cpu = cpu
    trace.record(next == idleTask ? .idles : .runs, a: Int64(previous))
    if next == idleTask { stopTick() } else { armTick() }
    if !tasks[next].hasRun {
      tasks[next].hasRun = true
      push(.retFromFork)
    }
  }

  /// Gives the CPU away for good: the frames of a dead task are never gone on with.
  mutating func leaveForEver(as condition: TaskCondition) {
    let dead = current
    tasks[dead].condition = condition
    tasks[dead].depth = 0
    trace.depth = 0
    switchToNext()
  }

  /// 0: go to the end of the queue. 1: back again.
  mutating func stepSysSchedYield(_ f: Int) {
    if frames[f].step == 0, !processors[cpu].runQueue.isEmpty {
      trace.record(.yields)
      tasks[current].involuntarySwitches += 1
      tasks[current].condition = .runnable
      processors[cpu].runQueue.append(current)
      call(f, then: 1, .schedule, 1)
    } else {
      finish(0)
    }
  }

  /// x0: pointer to the timespec, x1: where the time left goes, if a handler runs.
  /// 0: fetch it. 1: check it and sleep. 2: done.
  mutating func stepSysNanosleep(_ f: Int) {
    switch frames[f].step {
    case 0:
      tasks[current].buffer.removeAll(keepingCapacity: true)
      call(f, then: 1, .copyFromUser, frames[f].x0, 16)
    case 1:
      guard tasks[current].returned == 0 else { return finish(.EFAULT) }
      let words = bufferWords()
      guard words[0] >= 0, (0...999_999_999).contains(words[1]) else { return finish(.EINVAL) }
      let (seconds, overflow) = words[0].multipliedReportingOverflow(by: 1_000_000_000)
      let span = overflow ? Int64.max : seconds.addingReportingOverflow(words[1]).partialValue
      let (deadline, late) = trace.now.addingReportingOverflow(span < 0 ? Int64.max : span)
      call(f, then: 2, .hrtimerSleep, late ? Int64.max - 1 : deadline, frames[f].x1)
    default:
      finish(tasks[current].returned)
    }
  }

  /// Goes on with a sleep that a stop interrupted. 0: sleep again. 1: done.
  mutating func stepSysRestartSyscall(_ f: Int) {
    guard frames[f].step == 0 else { return finish(tasks[current].returned) }
    let deadline = tasks[current].sleepDeadline
    guard deadline > 0 else { return finish(.EINTR) }
    tasks[current].sleepDeadline = 0
    call(f, then: 1, .hrtimerSleep, deadline, tasks[current].sleepRemainder)
  }

  /// x0: when to wake, x1: where the time left goes. 0: set the timer and sleep. 1: awake again.
  /// 2: the time left is written.
  mutating func stepHrtimerSleep(_ f: Int) {
    let (time, remainder) = (frames[f].x0, frames[f].x1)
    switch frames[f].step {
    case 0 where !signalIsPending:
      let timer = trace.record(.startsTimer, a: time)
      machine.queues[cpu].schedule(.timer, at: time, payload: UInt32(current))
      sleep(on: WaitObject(.timer, device: .timer), key: -Int64(current), interruptible: true)
      call(f, then: 1, .schedule, 0)
      // The interrupt that ends the sleep is caused by the timer that was set here.
      tasks[current].timerEvent = timer
    case 0, 1:
      cancelTimer(of: current)
      let left = time - trace.now
      guard signalIsPending, left > 0 else { return finish(0) }
      tasks[current].sleepDeadline = time
      tasks[current].sleepRemainder = remainder
      guard remainder != 0 else { return finish(Interrupted.block) }
      copyStructure(f, then: 2, [left / 1_000_000_000, left % 1_000_000_000], to: remainder)
    default:
      finish(tasks[current].returned == 0 ? Interrupted.block : Errno.EFAULT.returned)
    }
  }

  /// Takes back the timer of a sleep that has ended before its time.
  private mutating func cancelTimer(of task: Int) {
    let payload = UInt32(truncatingIfNeeded: task)
    for queue in machine.queues.indices {
      machine.queues[queue].remove { $0.kind == .timer && $0.payload == payload }
    }
  }

  /// 0: wake those whose timers have run out; the kernel's own timers are left to the softirq.
  mutating func stepHrtimerInterrupt(_ f: Int) {
    if !processors[cpu].dueKernelTimers.isEmpty { raise(.timer) }
    for task in processors[cpu].dueTimers where tasks[task].condition == .sleeping {
      let before = trace.cause
      trace.record(
        .timerFires, about: TaskID(rawValue: UInt16(task)), depth: UInt8(tasks[task].depth))
      wake(task: task)
      trace.cause = before
    }
    processors[cpu].dueTimers.removeAll(keepingCapacity: true)
    for task in processors[cpu].dueAlarms {
      send(SignalInfo(signal: .SIGALRM, code: .SI_KERNEL), to: task)
    }
    processors[cpu].dueAlarms.removeAll(keepingCapacity: true)
    finish(0)
  }
}
