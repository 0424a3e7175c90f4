import Catalogue
import Machine
import Program
import Trace

/// Isolation kpti: the page table is exchanged on every way in and out of the kernel.
extension Kernel {
  /// Entry code, still on the trampoline: the whole kernel is mapped from here on.
  mutating func enterKernelTable() {
    guard limits.sabotage != .pageTableIsKept,
      machine.enterKernelTable(tasks[current].root, cpu: cpu, &trace)
    else { return }
    trace.spent &+= scenario.machine.costs.pageTableSwitch
  }

  /// Exit code, on the trampoline again: of the kernel only that stays mapped.
  mutating func enterUserTable() {
    guard limits.sabotage != .pageTableIsKept, machine.enterUserTable(cpu: cpu, &trace) else {
      return
    }
    trace.spent &+= scenario.machine.costs.pageTableSwitch
  }

  /// One past the highest address of the stack that the CPU itself takes when it is interrupted in
  /// user mode. With isolation it is mapped in both tables; the entry code goes on to the task's own.
  var interruptStackTop: Int64 {
    guard machine.userTable(of: tasks[current].root) != nil,
      let facts = machine.architecture.kernelIsolation
    else { return tasks[current].kernelStackTop }
    return facts.entryStackTop(ofCPU: cpu, pageBytes: machine.architecture.pageBytes)
  }
}
