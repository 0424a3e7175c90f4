import Catalogue
import Machine
import Program
import Trace

/// Processes begin and end.
extension Kernel {
  /// Frames of a kernel stack: 16 KiB.
  static let kernelStackFrames = 4

  /// Makes the process at a position of the scenario and puts it on the run queue.
  mutating func startProcess(_ position: Int) {
    guard scenario.processes.indices.contains(position) else { return }
    let configuration = scenario.processes[position]
    let task = position + 1
    guard tasks[task].condition == .absent,
      scenario.programs.indices.contains(configuration.program),
      scenario.users.indices.contains(configuration.user)
    else { return }
    let user = scenario.users[configuration.user]
    let id = TaskID(rawValue: UInt16(task))
    let program = scenario.programs[configuration.program]
    let flow = trace.cause
    trace.cause = 0

    tasks[task].pid = taskNames[task].pid
    tasks[task].group = tasks[task].pid
    tasks[task].uid = user.uid
    tasks[task].gids = user.gids
    tasks[task].program = configuration.program
    tasks[task].condition = .runnable
    let name = trace.strings.intern(program.name)
    trace.record(
      .processStarts, about: id, depth: 0, object: name.rawValue, a: tasks[task].pid, b: user.uid)

    let directory = resolveQuietly(configuration.directory)
    tasks[task].directory = directory >= 0 ? directory : fileSystems.first?.root ?? 0
    let before = machine.memory.freeCount
    let isLoaded = load(configuration.program, task: task)
    trace.record(
      .loadsProgram, about: id, depth: 0, object: name.rawValue,
      a: Int64(before - machine.memory.freeCount), b: Int64(machine.memory.freeCount))
    tellResident(task)
    guard isLoaded else {
      trace.record(.runsOutOfMemory, about: id, depth: 0, a: Int64(machine.memory.freeCount))
      trace.record(.isKilled, about: id, depth: 0, object: UInt32(Signal.SIGKILL.rawValue))
      tasks[task].condition = .zombie
      freeMemory(of: task)
      trace.record(
        .freesMemory, about: id, depth: 0, b: Int64(machine.memory.freeCount))
      trace.cause = flow
      return
    }
    for descriptor in 0..<3 {
      tasks[task].descriptors.append(0)
      openFiles[0].references += 1
      trace.record(
        .installsDescriptor, about: id, depth: 0, object: 0, a: Int64(descriptor),
        b: 0)
    }
    tasks[task].flow = trace.cause
    tasks[task].wakeEvent = trace.cause
    enqueue(task, isNew: true)
    trace.cause = flow
  }

  /// Builds the address space: text, data, bss, stack, and the kernel stack with the registers that
  /// user mode begins with.
  private mutating func load(_ program: Int, task: Int) -> Bool {
    let architecture = machine.architecture
    let pageBytes = architecture.pageBytes
    guard execAddressSpace(of: task, program: program) else { return false }
    guard let stack = machine.memory.allocate(contiguous: Self.kernelStackFrames) else {
      return false
    }
    tasks[task].kernelStack = stack
    tasks[task].kernelStackTop =
      Int64(
        bitPattern: architecture.directMapBase &+ UInt64(machine.memory.address(of: stack)))
      &+ Int64(Self.kernelStackFrames) * pageBytes

    guard populate(task) else { return false }
    let stackTop = Int64(architecture.userStackTop)
    var registers = [Int64](repeating: 0, count: architecture.registers.count)
    registers[Int(architecture.roles.stackPointer)] = stackTop - 64
    save(
      RegisterFrame(
        registers: registers, programCounter: Int64(architecture.programBase),
        flags: architecture.userFlags),
      of: task)
    return true
  }

  /// Gives back a dead task's page frames, page tables and kernel stack.
  mutating func freeMemory(of task: Int) {
    destroyAddressSpace(of: task)
    if let stack = tasks[task].kernelStack {
      for offset in 0..<Int32(Self.kernelStackFrames) {
        machine.memory.free(FrameNumber(rawValue: stack.rawValue + offset))
      }
    }
    tasks[task].kernelStack = nil
  }

  /// x0: status.
  mutating func stepSysExitGroup(_ f: Int) {
    call(f, then: 1, .doExit, frames[f].x0 & 0xFF, 0)
  }

  /// x0: status, x1: the signal that kills, or 0. 0: close files. 1: give memory back. 2: end.
  mutating func stepDoExit(_ f: Int) {
    switch frames[f].step {
    case 0:
      tasks[current].isExiting = true
      cancelAlarm(of: current)
      for file in tasks[current].descriptors where file >= 0 {
        if let inode = unsentFile(Int(file)) {
          return call(f, then: 0, .nfsWritePages, Int64(inode))
        }
      }
      for descriptor in tasks[current].descriptors.indices
      where tasks[current].descriptors[descriptor] >= 0 {
        close(descriptor: descriptor)
      }
      for inode in inodes.indices where inodes[inode].links == 0 { evictIfUnused(inode) }
      frames[f].step = 1
      if !tasks[current].releases.isEmpty { call(f, then: 1, .fput) }
    case 1:
      let before = machine.memory.freeCount
      freeMemory(of: current)
      trace.record(
        .freesMemory, a: Int64(machine.memory.freeCount - before),
        b: Int64(machine.memory.freeCount))
      frames[f].step = 2
    default:
      let (status, signal) = (frames[f].x0, frames[f].x1)
      tasks[current].depth = 0
      trace.depth = 0
      if signal == 0 {
        trace.record(.exits, a: status)
      } else {
        trace.record(.isKilled, object: UInt32(truncatingIfNeeded: signal))
      }
      let isGone = leaveFamily(status: status, signal: signal)
      let dead = current
      if isGone {
        let parent = tasks[dead].parent
        reap(dead, by: tasks.indices.contains(parent) ? tasks[parent].pid : Self.initPID)
      }
      leaveForEver(as: isGone ? .gone : .zombie)
    }
  }

  /// Tells a task's parent about it. Timeline processes have none that would listen.
  mutating func tellParent(of task: Int, _ code: SignalCode, status: Int64) {
    let parent = tasks[task].parent
    guard tasks.indices.contains(parent), isThere(parent) else { return }
    let isAboutStop = code == .CLD_STOPPED || code == .CLD_CONTINUED
    let action = tasks[parent].signals[.SIGCHLD]
    if isAboutStop, action.flags & SignalActionFlags.noChildStop != 0 { return }
    send(
      SignalInfo(
        signal: .SIGCHLD, code: code, pid: tasks[task].pid, uid: tasks[task].uid, status: status),
      to: parent)
  }
}
