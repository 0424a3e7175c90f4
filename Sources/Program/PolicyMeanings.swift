// What each choice of the `machine` statement means, for the manual and the reference.

extension SchedulerPolicy {
  /// Who runs next, as the end of a sentence that begins with "The CPU goes to".
  public var meaning: String {
    switch self {
    case .roundRobin:
      "everybody in turn; who has run for a quantum while others wait goes to the end of the queue"
    case .fifo: "everybody in turn, each until it sleeps, yields or ends"
    }
  }
}

extension ReplacementPolicy {
  /// Which page leaves memory, as the end of a sentence that begins with "It is".
  public var meaning: String {
    switch self {
    case .clock: "the next one, round and round, that was not used since the hand last passed it"
    case .fifo: "the one that came first"
    case .lru: "the one that was not used for the longest time"
    case .random: "any one, chosen by a generator with a fixed seed"
    }
  }
}

extension Isolation {
  /// What is mapped while user mode runs, one sentence without full stop.
  public var meaning: String {
    switch self {
    case .shared: "one page table holds both halves; the kernel's pages are for kernel mode alone"
    case .kpti:
      "a process has two page tables; the one for user mode holds no more of the kernel than the way in and out"
    }
  }
}
