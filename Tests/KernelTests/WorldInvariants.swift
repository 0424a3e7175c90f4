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
/// (``brokenTranslations(_:cpu:)``). After steps that have changed who holds a frame, one in
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

  /// Who sleeps although nothing is pending: each must wait for something that somebody else, who
  /// sleeps as well, or the world outside would have to do.
  static func lostSleeper(_ kernel: borrowing Kernel) -> String? {
    for task in kernel.tasks.indices where kernel.tasks[task].condition == .sleeping {
      guard !kernel.tasks[task].isKernelThread else { continue }
      let what = "task \(task) sleeps for \(kernel.tasks[task].waitObject.reason)"
      switch kernel.tasks[task].waitObject.reason {
      case .signal, .pipe: continue
      case .nothing:
        if !kernel.tasks[task].isExiting { return what }
      case .device, .page:
        // Somebody has to type; nothing else is left to outside.
        let device = kernel.tasks[task].waitObject.device
        if kernel.lines.contains(where: { $0.device == device })
          || kernel.tasks[task].isInterruptible
        {
          continue
        }
        return "\(what), and no request is on its way"
      case .timer: return "\(what), and none is set"
      case .lock:
        let key = kernel.tasks[task].waitKey
        guard let holder = kernel.lockHolders[key] else { return "\(what), which nobody has" }
        if kernel.tasks[holder].condition != .sleeping, kernel.tasks[holder].condition != .stopped,
          kernel.oopsCount == 0
        {
          return "\(what), which task \(holder) has and does not give back"
        }
      case .child:
        let hasChild = kernel.tasks.indices.contains { other in
          let condition = kernel.tasks[other].condition
          return (kernel.tasks[other].parent == task || kernel.tasks[other].vforkParent == task)
            && (condition == .sleeping || condition == .stopped)
        }
        if !hasChild { return "\(what), and has none that could end" }
      }
    }
    return nil
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
      let what = "task \(task)"
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
