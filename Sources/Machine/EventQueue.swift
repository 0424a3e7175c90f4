/// What a pending event will do.
public enum PendingKind: UInt8, Sendable {
  /// A disk finishes its current request; `payload` is the disk's position among the disks.
  case deviceDone
  /// Bytes wait in a serial line or keyboard; `payload` is its position among them.
  case input
  /// The server's answer to a remote call reaches the network card; `payload` is the call.
  case packet
  /// A network card has sent a packet; `payload` is its position among the cards.
  case packetSent
  /// A timer of the kernel itself runs out; `payload` tells which.
  case kernelTimer
  /// The periodic tick of a CPU; `payload` is the CPU.
  case tick
  /// A task's own timer; `payload` is the task.
  case timer
  /// A task's alarm; `payload` is the task.
  case alarm
  /// An act of the timeline; `payload` is its position.
  case timeline
  /// Another CPU's interrupt arrives; `payload` is the sender.
  case interProcessor
}

/// An event that has not happened yet.
public struct PendingEvent: Sendable, Hashable {
  /// When, in nanoseconds.
  public var time: Int64
  /// Order among those of one instant.
  var sequence: UInt32
  /// What.
  public var kind: PendingKind
  /// For whom.
  public var payload: UInt32

  @inline(__always)
  func comes(before other: PendingEvent) -> Bool {
    time != other.time ? time < other.time : sequence < other.sequence
  }
}

/// Everything that will happen: a binary heap by time, then by order of scheduling.
public struct EventQueue: Sendable {
  private var heap: [PendingEvent] = []
  private var nextSequence: UInt32 = 0

  /// An empty queue.
  public init() {}

  /// The time of the earliest event; `Int64.max` when nothing is pending.
  public var earliestTime: Int64 { heap.first?.time ?? Int64.max }

  /// How many events are pending.
  public var count: Int { heap.count }

  /// All pending events, in no useful order.
  public var pending: [PendingEvent] { heap }

  /// Adds an event.
  /// - Complexity: O(log *n*).
  public mutating func schedule(_ kind: PendingKind, at time: Int64, payload: UInt32) {
    var index = heap.count
    let event = PendingEvent(time: time, sequence: nextSequence, kind: kind, payload: payload)
    nextSequence &+= 1
    heap.append(event)
    while index > 0 {
      let parent = (index - 1) / 2
      guard event.comes(before: heap[parent]) else { break }
      heap[index] = heap[parent]
      index = parent
    }
    heap[index] = event
  }

  /// Removes and returns the earliest event; those of one instant come in the order in which they
  /// were scheduled, so a run is the same on every machine.
  /// - Complexity: O(log *n*).
  public mutating func popEarliest() -> PendingEvent? {
    guard let first = heap.first, let last = heap.popLast() else { return nil }
    guard !heap.isEmpty else { return first }
    var index = 0
    while true {
      var child = 2 * index + 1
      guard child < heap.count else { break }
      if child + 1 < heap.count, heap[child + 1].comes(before: heap[child]) { child += 1 }
      guard heap[child].comes(before: last) else { break }
      heap[index] = heap[child]
      index = child
    }
    heap[index] = last
    return first
  }

  /// Removes and returns what is served first of everything that has come due: the lowest rank, then
  /// the earliest.
  /// - Complexity: O(*n*).
  public mutating func popDue(by now: Int64, rank: (PendingEvent) -> Int) -> PendingEvent? {
    guard earliestTime <= now else { return nil }
    var best = 0
    var bestRank = rank(heap[0])
    for index in heap.indices.dropFirst() where heap[index].time <= now {
      let other = rank(heap[index])
      if other < bestRank || other == bestRank && heap[index].comes(before: heap[best]) {
        (best, bestRank) = (index, other)
      }
    }
    if best == 0 { return popEarliest() }
    let found = heap[best]
    remove { $0.sequence == found.sequence }
    return found
  }

  /// Removes all events that a test picks out.
  /// - Complexity: O(*n* log *n*).
  public mutating func remove(where matches: (PendingEvent) -> Bool) {
    let kept = heap.filter { !matches($0) }.sorted { $0.comes(before: $1) }
    heap = kept
  }
}
