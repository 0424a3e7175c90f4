import Catalogue
import Program
import Trace

@testable import Kernel
@testable import Machine

/// What must be true of any world at any step, and when it has come to its end.
///
/// Checked after every step: time does not go back, each runnable task is on one queue, user mode
/// means an empty kernel stack and the right page table (``RandomProgramTests/broken(_:)``). After
/// every step that has changed a translation: what a CPU may use in user mode
/// (``brokenTranslations(_:cpu:)``). After one step in eight, and when a run ends: whether each sleeper
/// has somebody or something that could wake it (``lostSleeper(_:)``). After steps that have changed who holds a frame, one in
/// `frameInterval`, since it takes a look at all of memory: each frame's count
/// (``MemoryInvariants``).
enum WorldInvariants {
  /// Every frame that a CPU's TLB holds, against the kernel's books and the page tables in memory,
  /// without the code that filled it.
  ///
  /// User mode may use pages of the user half alone, and those lie in frames that the kernel has given
  /// to somebody: never in its page tables, its stacks or its image. And no translation outlives the
  /// entry that it was made from.
  static func brokenTranslations(_ kernel: borrowing Kernel, cpu: Int) -> String? {
    let architecture = kernel.machine.architecture
    let table = PageTable(architecture: architecture, root: kernel.machine.cpus[cpu].root)
    for (page, entry) in kernel.machine.cpus[cpu].tlb.filled {
      // What a kernel with an address space of its own has there, user mode cannot even name.
      if page & (1 << 62) != 0 { continue }
      let address = page &* UInt64(architecture.pageBytes)
      let isUserHalf = address < architecture.userEnd
      let place = "cpu\(cpu), page \(String(address, radix: 16))"
      guard entry.permission.contains(.user) else {
        if isUserHalf { return "\(place): a page of the user half that user mode may not use" }
        continue
      }
      if !isUserHalf { return "\(place): user mode may use a page of the kernel" }
      let frame = kernel.machine.memory.frame(at: entry.frameAddress)
      if frame != kernel.zeroFrame, kernel.pageFrames.count(of: frame) == 0 {
        return "\(place): user mode may use frame \(frame.rawValue), which is nobody's page"
      }
      guard let known = table.lookup(address, in: kernel.machine.memory), known.isPresent else {
        return "\(place): the translation has outlived its entry"
      }
      if known.frameAddress != entry.frameAddress {
        return "\(place): the translation leads to another frame than the entry"
      }
      for right in [PagePermission.write, .execute]
      where entry.permission.contains(right) && !known.permission.contains(right) {
        return "\(place): the translation allows more than the entry"
      }
      // What the process itself is told of its memory.
      let current = kernel.processors[cpu].current
      guard kernel.uses(kernel.tasks[current].root, cpu: cpu) else { continue }
      guard let index = kernel.tasks[current].space.region(at: Int64(bitPattern: address)) else {
        return "\(place): it is in no region of task \(current)"
      }
      let region = kernel.tasks[current].space.regions[index]
      if entry.permission.contains(.write), !region.protection.contains(.write) {
        return "\(place): it may be written, and its region not"
      }
    }
    return nil
  }

  /// Whether an event can have changed what a CPU's TLB holds, or what it ought to hold.
  static func concernsTranslations(_ event: TraceEvent) -> Bool {
    switch event.kind {
    case .fillsTLB, .invalidatesTranslation, .writesPageTableBase, .setsProtection,
      .unmapsRegion, .mapsRegion, .forks, .copiesPage, .reclaimsPage:
      true
    default: false
    }
  }

  /// Who sleeps, and nothing and nobody could wake it: what it waits for is not on its way.
  ///
  /// Who waits for a signal or for somebody to type waits for the world outside. A deadlock is no
  /// excuse: then, too, each sleeper waits for another one, in the end for the world outside.
  static func lostSleeper(_ kernel: borrowing Kernel) -> String? {
    for task in kernel.tasks.indices
    where kernel.tasks[task].condition == .sleeping && !kernel.tasks[task].isKernelThread {
      let object = kernel.tasks[task].waitObject
      let what = "task \(task) sleeps for a \(object.reason)"
      switch object.reason {
      case .signal: continue
      case .nothing:
        if !kernel.tasks[task].isExiting { return what }
      case .timer:
        if !hasTimer(kernel, task) { return "\(what), and none is set" }
      case .lock:
        if kernel.lockHolders[kernel.tasks[task].waitKey] == nil {
          return "\(what), which nobody has"
        }
      case .pipe:
        if !kernel.pipes.values.contains(where: { $0.readers > 0 && $0.writers > 0 }) {
          return "\(what), and none has two ends"
        }
      case .child:
        let hasChild = kernel.tasks.indices.contains { other in
          let isAlive = kernel.isThere(other) && kernel.tasks[other].condition != .zombie
          return isAlive
            && (kernel.tasks[other].parent == task || kernel.tasks[other].vforkParent == task)
        }
        if !hasChild { return "\(what), and has none that could end" }
      case .page where kernel.cache.pages.contains(where: { $0.isLocked || $0.isWriteback }):
        // Who has locked it is about to ask for it.
        continue
      case .device where kernel.tasks[task].waitKey == Kernel.shrinkKey:
        // The flusher has been woken for it, and must be at work.
        guard let flusher = kernel.flusherTask, isAtWork(kernel, flusher) else {
          return "\(what), for the flusher, and that has nothing to do"
        }
      case .device, .page:
        // Whoever sends pages to a file server wakes those who wait for them, when it has its answer.
        let isSent = kernel.tasks.indices.contains { $0 != task && isSendingPages(kernel, $0) }
        if !isSent, !isWorking(kernel, object.device) { return "\(what) that has nothing to do" }
      }
    }
    return nil
  }

  /// Whether a kernel thread has been given something to do: it is not waiting for its next turn.
  private static func isAtWork(_ kernel: borrowing Kernel, _ task: Int) -> Bool {
    kernel.tasks[task].condition != .sleeping || kernel.tasks[task].waitObject.reason != .timer
  }

  private static func isSendingPages(_ kernel: borrowing Kernel, _ task: Int) -> Bool {
    (0..<kernel.tasks[task].depth).contains {
      kernel.frames[task * Kernel.stackFrames + $0].routine == .nfsWritePages
    }
  }

  private static func hasTimer(_ kernel: borrowing Kernel, _ task: Int) -> Bool {
    for queue in kernel.machine.queues.indices {
      for event in kernel.machine.queues[queue].pending
      where event.kind == .timer && event.payload == UInt32(task) {
        return true
      }
    }
    return kernel.processors.contains { $0.dueTimers.contains(task) }
  }

  /// Whether a device has requests, or their ends are still to be told.
  private static func isWorking(_ kernel: borrowing Kernel, _ device: DeviceID) -> Bool {
    let disk = Int(device.rawValue) - 1
    if kernel.diskQueues.indices.contains(disk) {
      return kernel.machine.disks[disk].current != nil || !kernel.diskQueues[disk].isEmpty
        || kernel.processors.contains { !$0.finishedRequests.isEmpty || $0.completing != nil }
    }
    // Somebody may always type.
    return kernel.lines.contains { $0.device == device } || !kernel.remoteCalls.isEmpty
  }

  /// What is left of a world in which all processes have ended and all dirty pages are written.
  static func leak(_ kernel: borrowing Kernel, freeAtBoot: Int, usedModules: Bool) -> String? {
    let idle = Set(kernel.processors.map(\.idle))
    // Who has oopsed while it was taken apart keeps what it has, for ever.
    let isStuck = kernel.tasks.contains {
      $0.condition == .sleeping && $0.waitObject.reason == .nothing
    }
    if isStuck { return MemoryInvariants.broken(kernel) }
    for task in kernel.tasks.indices
    where !idle.contains(task) && !kernel.tasks[task].isKernelThread {
      let what = "task \(task), which is \(kernel.tasks[task].condition),"
      switch kernel.tasks[task].condition {
      case .absent, .gone: break
      case .zombie:
        let parent = kernel.tasks[task].parent
        if kernel.tasks[task].wasForked, parent < 0 { return "\(what) is a zombie of init" }
      case .running, .runnable, .sleeping, .stopped:
        return "\(what) is \(kernel.tasks[task].condition) after SIGKILL"
      }
      if kernel.tasks[task].depth > 0 { return "\(what) has frames on its kernel stack" }
      if kernel.tasks[task].kernelStack != nil { return "\(what) has a kernel stack" }
      if kernel.tasks[task].openCount > 0 { return "\(what) has descriptors" }
      if kernel.tasks[task].alarm != nil { return "\(what) has an alarm" }
    }
    for queue in kernel.machine.queues.indices {
      for event in kernel.machine.queues[queue].pending
      where event.kind == .timer || event.kind == .alarm {
        return "a timer of task \(event.payload) is still set"
      }
    }
    for (index, file) in kernel.openFiles.enumerated().dropFirst() where file.references != 0 {
      return "open file \(index) has \(file.references) descriptors, and nobody lives"
    }
    if kernel.openFiles.first?.references != 1 { return "the console's open file is miscounted" }
    if !kernel.pipes.isEmpty { return "a pipe is left" }
    for (slot, module) in kernel.modules.enumerated() where kernel.oopsCount == 0 {
      let mounts = kernel.fileSystems.count { $0.covers >= 0 && $0.module == slot }
      if let module, module.uses != mounts {
        return "\(module.name) has \(module.uses) users and \(mounts) mounts, and nobody lives"
      }
    }
    // A task that an oops has ended keeps its locks, as in Linux.
    if kernel.oopsCount == 0, !kernel.lockHolders.isEmpty { return "a lock is never given back" }
    var cached = 0
    for page in kernel.cache.pages where page.mapping != Int.min {
      cached += 1
      if page.isLocked || page.isWriteback { return "page \(page.index) stays locked" }
      if page.pins > 0, kernel.oopsCount == 0 { return "page \(page.index) stays pinned" }
    }
    if let broken = MemoryInvariants.broken(kernel) { return broken }
    let held =
      kernel.modules.reduce(0) { $0 + ($1?.frames.count ?? 0) }
      + kernel.allocations.values.reduce(0) { $0 + $1.count }
      + kernel.processors.count { kernel.tasks[$0.idle].kernelStack != nil }
      * Kernel.kernelStackFrames
    let missing = freeAtBoot - cached - held - kernel.machine.memory.freeCount
    // Page tables for modules stay for the next one.
    if missing < 0 || missing > (usedModules ? 4 : 0) { return "\(missing) frames leaked" }
    return nil
  }
}
