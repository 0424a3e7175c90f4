import Machine
import Program
import Trace

/// How one policy of `replacement` chooses the page that leaves memory.
///
/// All policies choose among the same pages: those for which ``Kernel/mayLeave(_:cleanOnly:)`` holds.
/// They lie in ``FrameTable/first`` and behind it, in the order in which their frames were taken. To
/// add a policy is to add its case to ``ReplacementPolicy`` and its row here.
struct ReplacementRule {
  /// The policy that it stands for.
  let policy: ReplacementPolicy
  /// What is told of the page that it chooses.
  let reason: VictimReason
  /// The frame, and how many were looked at and spared on the way; `nil` when none may leave.
  let choose: (_ kernel: inout Kernel, _ cleanOnly: Bool) -> (frame: FrameNumber, spared: Int)?

  /// One row for each policy.
  static func all() -> [ReplacementRule] {
    [
      ReplacementRule(policy: .clock, reason: .notUsedSinceLastRound) { kernel, cleanOnly in
        kernel.sweepClock(cleanOnly)
      },
      ReplacementRule(policy: .fifo, reason: .cameFirst) { kernel, cleanOnly in
        kernel.leavers(cleanOnly).first.map { ($0, 0) }
      },
      ReplacementRule(policy: .lru, reason: .unusedForLongest) { kernel, cleanOnly in
        var found: FrameNumber?
        for frame in kernel.leavers(cleanOnly) {
          let use = kernel.machine.memory.lastUse(of: frame)
          if let known = found, kernel.machine.memory.lastUse(of: known) <= use { continue }
          found = frame
        }
        return found.map { ($0, 0) }
      },
      ReplacementRule(policy: .random, reason: .drawnAtRandom) { kernel, cleanOnly in
        let all = kernel.leavers(cleanOnly)
        guard !all.isEmpty else { return nil }
        return (all[Int(kernel.nextRandom() % UInt64(all.count))], 0)
      },
    ]
  }

  /// The row of a policy.
  static func rule(of policy: ReplacementPolicy) -> ReplacementRule? {
    all().first { $0.policy == policy }
  }
}

extension Kernel {
  /// All pages that may leave memory, the one that came first at the front.
  fileprivate func leavers(_ cleanOnly: Bool) -> [FrameNumber] {
    var found: [FrameNumber] = []
    var next = pageFrames.first
    while let frame = next {
      if mayLeave(frame, cleanOnly: cleanOnly) { found.append(frame) }
      next = pageFrames.frame(after: frame)
    }
    return found
  }

  /// The clock, or second chance: the hand goes round over all pages. One that was used since it came
  /// by last is spared, and its accessed bits are cleared; the first that was not is the victim. After
  /// one whole round all bits are clear, so the second round finds one if there is any.
  fileprivate mutating func sweepClock(_ cleanOnly: Bool) -> (frame: FrameNumber, spared: Int)? {
    var spared = 0
    var next = pageFrames.hand ?? pageFrames.first
    for _ in 0..<2 * pageFrames.listedCount {
      guard let frame = next ?? pageFrames.first else { return nil }
      next = pageFrames.frame(after: frame)
      guard mayLeave(frame, cleanOnly: cleanOnly) else { continue }
      if clearAccessed(frame) {
        spared += 1
        continue
      }
      pageFrames.hand = next
      return (frame, spared)
    }
    return nil
  }

  /// Whether a page was used since this was asked last: by a CPU, which has then set the accessed bit
  /// of a page-table entry, or by a copy of the kernel's. Clears what it finds.
  private mutating func clearAccessed(_ frame: FrameNumber) -> Bool {
    var wasUsed = false
    if let slot = cache.slot(of: frame), cache.pages[slot].isReferenced {
      cache.setReferenced(slot, false)
      wasUsed = true
    }
    for user in pageFrames.users(of: frame) {
      guard var known = entry(user.page, of: user.task), known.isPresent, known.isAccessed else {
        continue
      }
      known.isAccessed = false
      _ = pageTable(of: user.task).set(UInt64(bitPattern: user.page), known, in: &machine.memory)
      // A CPU that still has the translation would use the page without setting the bit again.
      forgetTranslation(user.page, of: user.task)
      wasUsed = true
    }
    if wasUsed { tell(.sparesPage, of: owner(of: frame), a: machine.memory.address(of: frame)) }
    return wasUsed
  }

  /// The next number of a generator that begins with the same seed in each run (SplitMix64).
  fileprivate mutating func nextRandom() -> UInt64 {
    randomState &+= 0x9E37_79B9_7F4A_7C15
    var mixed = randomState
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
