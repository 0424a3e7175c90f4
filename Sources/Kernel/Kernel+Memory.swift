import Catalogue
import Machine
import Program
import Trace

/// User memory: copies in both directions.
extension Kernel {
  /// The stack grows to at most this many bytes: RLIMIT_STACK's default.
  static let stackLimit: Int64 = 8 << 20
  /// Bytes of the stack that are mapped at the start, without pages: as execve leaves it.
  static let firstStackBytes: Int64 = 132 << 10
  /// How much must stay unmapped below the stack (stack_guard_gap).
  static let guardGap: Int64 = 1 << 20
  /// Bytes of a copy that the trace keeps as text.
  private static let keptBytes: Int64 = 256

  /// `access_ok`: whether a range lies in the user half, whatever is mapped there.
  func isUserRange(_ address: Int64, _ count: Int64) -> Bool {
    let (end, overflow) = address.addingReportingOverflow(count)
    return address >= 0 && count >= 0 && !overflow
      && UInt64(bitPattern: end) <= machine.architecture.userEnd
  }

  /// Whether kernel-mode code that just uses an address would reach user memory: never where the
  /// kernel has an address space of its own, since there the same address means something else.
  func leadsToUser(_ address: Int64) -> Bool {
    if case .separate = machine.architecture.kernelSpace { return false }
    return isUserRange(address, 1)
  }

  /// Translates an address of the running task's user memory, in kernel mode: the one way in which
  /// kernel routines reach it.
  ///
  /// A routine that goes on for several steps opens the way to user pages beforehand; for one access
  /// it is opened and closed here.
  mutating func translateUser(_ address: Int64, _ access: AccessKind) -> Translation {
    let wasOpen = machine.cpus[cpu].mayAccessUser
    openUserAccess()
    machine.cpus[cpu].usesUserSpace = true
    let translation = machine.translate(address, access, cpu: cpu, &trace)
    machine.cpus[cpu].usesUserSpace = false
    if !wasOpen { closeUserAccess() }
    return translation
  }

  /// `user_access_begin`: kernel mode may touch user pages from here on (`stac`), where a protection
  /// bars them.
  mutating func openUserAccess() {
    guard machine.barsUserAccess, !machine.cpus[cpu].mayAccessUser else { return }
    machine.cpus[cpu].mayAccessUser = true
    trace.record(.opensUserAccess, object: 0)
  }

  /// `user_access_end`: from here on it may not (`clac`).
  mutating func closeUserAccess() {
    guard machine.cpus[cpu].mayAccessUser else { return }
    machine.cpus[cpu].mayAccessUser = false
    trace.record(.closesUserAccess, object: 0)
  }

  /// On the way in by an exception or interrupt: what comes now must not touch user pages.
  /// - Returns: 1 when they were open, for ``resumeUserAccess(_:)``.
  mutating func suspendUserAccess() -> Int64 {
    guard machine.cpus[cpu].mayAccessUser else { return 0 }
    machine.cpus[cpu].mayAccessUser = false
    trace.record(.closesUserAccess, object: 1)
    return 1
  }

  /// On the way back: as it was before.
  mutating func resumeUserAccess(_ wasOpen: Int64) {
    guard wasOpen != 0, !machine.cpus[cpu].mayAccessUser else { return }
    machine.cpus[cpu].mayAccessUser = true
    trace.record(.opensUserAccess, object: 1)
  }

  /// A copy in kernel mode met a page that is not there: the fault is handled on the same stack.
  mutating func faultInCopy(_ f: Int, _ fault: MemoryFault) {
    frames[f].step = 1
    trace.record(
      .faults, object: UInt32(fault.exception.rawValue), a: fault.address,
      b: Int64(bitPattern: fault.errorCode))
    trace.spent &+= scenario.machine.costs.interrupt
    let wasOpen = suspendUserAccess()
    push(.pageFault, fault.address, Int64(fault.access.rawValue), 0, wasOpen)
  }

  /// x0: user address, x1: physical address, x2: bytes; x3: bytes done; x4: 1 for a structure. Returns the bytes that were
  /// not copied. 0: next page. 1: a page fault was handled.
  mutating func stepCopyToUser(_ f: Int) {
    copyStep(f, access: .write) { kernel, physical, done, chunk in
      let source = kernel.frames[f].x1 + done
      if (physical | source | chunk) & 7 == 0 {
        for offset in stride(from: 0, to: chunk, by: 8) {
          kernel.machine.memory.store(
            kernel.machine.memory.word(at: source + offset), at: physical + offset)
        }
      } else {
        for offset in 0..<chunk {
          kernel.machine.memory.store(
            byte: kernel.machine.memory.byte(at: source + offset), at: physical + offset)
        }
      }
    } told: { kernel in
      // Of a structure the trace keeps no text.
      let limit = kernel.frames[f].x4 == 1 ? 0 : Self.keptBytes
      let kept = kernel.machine.memory.bytes(
        at: kernel.frames[f].x1, count: Int(min(limit, kernel.frames[f].x3)))
      let text = kernel.trace.strings.intern(kept)
      kernel.trace.record(
        .copiesToUser, object: text.rawValue, a: kernel.frames[f].x0, b: kernel.frames[f].x3)
    }
  }

  /// x0: user address, x1: bytes, x2: 0 to the task's buffer, else a physical address; x3: bytes
  /// done. Returns the bytes that were not copied. 0: next page. 1: a page fault was handled.
  mutating func stepCopyFromUser(_ f: Int) {
    // The same locals as above: bytes wanted in x2, target in x1.
    if frames[f].step == 0, frames[f].x4 == 0 {
      (frames[f].x1, frames[f].x2) = (frames[f].x2, frames[f].x1)
      frames[f].x4 = 1
    }
    copyStep(f, access: .read) { kernel, physical, done, chunk in
      let target = kernel.frames[f].x1
      let task = kernel.current
      for offset in 0..<chunk {
        let byte = kernel.machine.memory.byte(at: physical + offset)
        if target == 0 {
          kernel.tasks[task].buffer.append(byte)
        } else {
          kernel.machine.memory.store(byte: byte, at: target + done + offset)
        }
      }
    } told: { kernel in
      let limit = kernel.frames[f].x5 == 1 ? 0 : Self.keptBytes
      let count = Int(min(limit, kernel.frames[f].x3))
      let kept =
        kernel.frames[f].x1 == 0
        ? Array(kernel.tasks[kernel.current].buffer.suffix(Int(kernel.frames[f].x3)).prefix(count))
        : kernel.machine.memory.bytes(at: kernel.frames[f].x1, count: count)
      let text = kernel.trace.strings.intern(kept)
      kernel.trace.record(
        .copiesFromUser, object: text.rawValue, a: kernel.frames[f].x0, b: kernel.frames[f].x3)
    }
  }

  private mutating func copyStep(
    _ f: Int, access: AccessKind,
    _ move: (inout Kernel, _ physical: Int64, _ done: Int64, _ chunk: Int64) -> Void,
    told: (inout Kernel) -> Void
  ) {
    let total = frames[f].x2
    if frames[f].step == 1 {
      guard tasks[current].returned == 0 else {
        if frames[f].x3 > 0 { told(&self) }
        closeUserAccess()
        let left = total - frames[f].x3
        trace.record(.copyFaults, a: frames[f].x0 &+ frames[f].x3, b: left)
        return finish(left)
      }
      frames[f].step = 0
    }
    let done = frames[f].x3
    guard done < total else {
      if total > 0 { told(&self) }
      closeUserAccess()
      return finish(0)
    }
    let address = frames[f].x0 &+ done
    guard isUserRange(address, 1) else {
      if done > 0 { told(&self) }
      closeUserAccess()
      trace.record(.copyFaults, a: address, b: total - done)
      return finish(total - done)
    }
    openUserAccess()
    switch translateUser(address, access) {
    case .fault(let fault): faultInCopy(f, fault)
    case .physical(let physical):
      let pageBytes = machine.architecture.pageBytes
      let chunk = min(total - done, pageBytes - (address & (pageBytes - 1)))
      move(&self, physical, done, chunk)
      frames[f].x3 = done + chunk
    }
  }
}
