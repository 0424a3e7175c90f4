import Catalogue
import Machine
import Program
import Trace

/// Faults of the kernel's own: an oops ends the task, a panic the machine.
extension Kernel {
  /// Kernel-mode code has done what nothing mends: the task ends where it is, with all that it holds.
  ///
  /// In an interrupt, in the idle task and in process 1 there is no task to end: the machine stops.
  mutating func oops(
    _ f: Int, _ kind: ExceptionKind, address: Int64, pc: Int64, access: AccessKind = .read
  ) {
    let message = message(kind, address: address, access: access)
    let text = trace.strings.intern(message)
    trace.record(.oopses, object: text.rawValue, a: address, b: pc)
    oopsCount += 1
    log(
      "Oops: [#\(oopsCount)] CPU: \(cpu) PID: \(tasks[current].pid) Comm: \(taskNames[current].name)"
    )
    let owner = module(at: pc).flatMap { modules[$0] }
    let place = owner.map { "\($0.name)+\(Self.hex(pc - $0.text.lowerBound))" } ?? Self.hex(pc)
    log("\(machine.architecture.programCounter.uppercased()): \(place)")
    let stack = kernelStack(of: TaskID(rawValue: UInt16(truncatingIfNeeded: current)))
    let architecture = machine.architecture
    let names = stack.reversed().map { architecture.name(of: $0) }
    log("Call Trace: \(names.joined(separator: " "))")
    if limits.sabotage == .oopsIsForgiven { return finish(0) }
    if isInInterrupt { return panic("Fatal exception in interrupt") }
    if current == idleTask { return panic("Attempted to kill the idle task!") }
    if tasks[current].pid == 1 { return panic("Attempted to kill init!") }
    if !machine.cpus[cpu].takesInterrupts {
      log("note: \(taskNames[current].name)[\(tasks[current].pid)] exited with irqs disabled")
      unmask()
    }
    if tasks[current].isExiting {
      // It cannot be taken apart once more: it stays as it is, asleep, and so does what it holds.
      log("Fixing recursive fault but reboot is needed!")
      sleep(on: WaitObject(.nothing), key: Int64.min + Int64(current), interruptible: false)
      return call(f, then: 9, .schedule, 0)
    }
    call(f, then: 9, .doExit, 0, Int64(Signal.SIGKILL.rawValue))
  }

  private func message(
    _ kind: ExceptionKind, address: Int64, access: AccessKind
  ) -> String {
    let place = Self.hex(address)
    switch kind {
    case .pageFault where access == .execute && leadsToUser(address):
      return machine.architecture.complaint(aboutUserPageAt: place, isExecuted: true)
    case .pageFault where (0..<4096).contains(address):
      return "BUG: kernel NULL pointer dereference, address: \(place)"
    case .pageFault where machine.barsUserAccess && leadsToUser(address):
      return machine.architecture.complaint(aboutUserPageAt: place, isExecuted: false)
    case .pageFault: return "BUG: unable to handle page fault for address: \(place)"
    case .divideError: return "divide error"
    case .invalidOpcode: return "invalid opcode"
    case .generalProtection: return "general protection fault"
    case .addressError: return "address error: \(place)"
    }
  }

  private static func hex(_ value: Int64) -> String {
    "0x" + String(UInt64(bitPattern: value), radix: 16)
  }

  /// The machine stops.
  mutating func panic(_ message: String) {
    let text = trace.strings.intern(message)
    trace.record(.panics, object: text.rawValue)
    stopped = .panic(message)
  }

  /// Something in an interrupt wants to sleep: whoever was interrupted would sleep in its place.
  mutating func schedulingWhileAtomic() {
    log(
      "BUG: scheduling while atomic: \(taskNames[current].name)/\(tasks[current].pid)/0x00010000")
    panic("Fatal exception in interrupt")
  }
}
