import Catalogue
import Machine
import Trace

@testable import Kernel

/// What must be true of page frames, page tables and memory maps between any two steps.
enum MemoryInvariants {
  /// What is broken, or `nil`.
  static func broken(_ kernel: borrowing Kernel) -> String? {
    var held: [Int32: Int] = [:]
    var users: [Int32: Set<FrameUser>] = [:]
    // Who holds each slot of the swap area.
    var slots: [Int64: Int] = [:]
    for slot in kernel.cache.pages where slot.mapping != Int.min {
      held[slot.frame.rawValue, default: 0] += 1
      if slot.mapping == PageCache.swapMapping { slots[slot.index, default: 0] += 1 }
      if kernel.cache.slot(of: slot.frame).map({ kernel.cache.pages[$0].frame }) != slot.frame {
        return "the page cache does not find frame \(slot.frame.rawValue)"
      }
    }
    for pipe in kernel.pipes.values {
      for slot in pipe.slots { held[slot.frame.rawValue, default: 0] += 1 }
    }
    // A page that a write to a pipe is just filling.
    for task in kernel.tasks.indices {
      for depth in 0..<kernel.tasks[task].depth {
        let frame = kernel.frames[task * Kernel.stackFrames + depth]
        guard frame.routine == .pipeWrite, frame.step == 1, frame.x5 == 2 else { continue }
        held[Int32(truncatingIfNeeded: frame.x6), default: 0] += 1
      }
    }
    for frame in kernel.vdsoFrames + kernel.vvarFrames { held[frame.rawValue, default: 0] += 1 }
    for module in kernel.modules {
      for frame in module?.frames ?? [] { held[frame.rawValue, default: 0] += 1 }
    }
    for task in kernel.tasks.indices {
      if let broken = brokenMap(kernel.tasks[task].space) { return "task \(task): \(broken)" }
      guard kernel.tasks[task].root != kernel.machine.kernelRoot else { continue }
      guard kernel.tasks[task].root.rawValue != 0 else { continue }
      var resident: Int64 = 0
      let end = Int64(clamping: kernel.machine.architecture.userEnd)
      for (page, entry) in kernel.entries(in: 0..<end, of: task) {
        guard let index = kernel.tasks[task].space.region(at: page) else {
          return "task \(task) has a page outside of its regions at \(String(page, radix: 16))"
        }
        let region = kernel.tasks[task].space.regions[index]
        if let slot = entry.swapSlot {
          if region.isShared { return "task \(task) has a shared page in the swap area" }
          slots[slot, default: 0] += 1
          continue
        }
        let frame = kernel.machine.memory.frame(at: entry.frameAddress)
        if frame == kernel.zeroFrame {
          if entry.permission.contains(.write) { return "the page of zeros is writable" }
          continue
        }
        resident += 1
        held[frame.rawValue, default: 0] += 1
        users[frame.rawValue, default: []].insert(FrameUser(task: task, page: page))
        if entry.isPresent, entry.permission.contains(.write) {
          if !region.protection.contains(.write) {
            return "task \(task) may write what it must not"
          }
          if !region.isShared, !kernel.isSole(frame) {
            return "task \(task) may write a page that others have: frame \(frame.rawValue)"
          }
        }
      }
      if resident != kernel.tasks[task].space.residentPages {
        return
          "task \(task) has \(resident) pages, counted \(kernel.tasks[task].space.residentPages)"
      }
    }
    for index in kernel.pageFrames.references.indices {
      let frame = FrameNumber(rawValue: Int32(index))
      guard frame != kernel.zeroFrame else { continue }
      let count = kernel.pageFrames.count(of: frame)
      if count != held[frame.rawValue, default: 0] {
        return
          "frame \(index) counts \(count) and is held \(held[frame.rawValue, default: 0]) times"
      }
      if count > 0, !kernel.machine.memory.isTaken(frame) {
        return "frame \(index) is free and held"
      }
      if Set(kernel.pageFrames.users(of: frame)) != users[frame.rawValue, default: []] {
        return "the reverse mapping of frame \(index) is wrong"
      }
    }
    return brokenSwap(kernel, slots) ?? brokenOrder(kernel)
  }

  /// Each slot's use count equals the page-table entries and pages of the swap cache that hold it.
  private static func brokenSwap(
    _ kernel: borrowing Kernel, _ held: [Int64: Int]
  ) -> String? {
    guard let swap = kernel.swap else {
      return held.isEmpty ? nil : "slots without a swap area: \(held.keys.sorted())"
    }
    for slot in 0..<Int64(swap.uses.count) where swap.count(of: slot) != held[slot, default: 0] {
      return
        "slot \(slot) counts \(swap.count(of: slot)) and is held \(held[slot, default: 0]) times"
    }
    if swap.usedCount != Int64(held.count) {
      return "\(held.count) slots are in use, counted \(swap.usedCount)"
    }
    return nil
  }

  /// Every frame that somebody holds is in the list of replacement once.
  private static func brokenOrder(_ kernel: borrowing Kernel) -> String? {
    var listed: Set<FrameNumber> = []
    var next = kernel.pageFrames.first
    while let frame = next {
      if !listed.insert(frame).inserted { return "frame \(frame.rawValue) is listed twice" }
      if kernel.pageFrames.count(of: frame) == 0 {
        return "frame \(frame.rawValue) is listed, and free"
      }
      next = kernel.pageFrames.frame(after: frame)
    }
    let held = kernel.pageFrames.references.count { $0 > 0 }
    if listed.count != held { return "\(held) frames are held and \(listed.count) listed" }
    if let hand = kernel.pageFrames.hand, !listed.contains(hand) {
      return "the clock's hand is at a frame that is not listed"
    }
    return nil
  }

  private static func brokenMap(_ space: AddressSpace) -> String? {
    for (index, region) in space.regions.enumerated() {
      if region.start >= region.end { return "a region is empty" }
      if index > 0, space.regions[index - 1].end > region.start { return "regions overlap" }
    }
    return nil
  }
}
