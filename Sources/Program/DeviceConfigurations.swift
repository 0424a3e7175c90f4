/// A network card and the wire to its server.
public struct NICConfiguration: Sendable, Hashable {
  /// Its name.
  public var name: String
  /// Nanoseconds from sending a request until the interrupt of the server's answer.
  public var latency: Int64

  /// Makes a network card.
  public init(name: String, latency: Int64) {
    self.name = name
    self.latency = latency
  }
}

/// A serial line or a keyboard: something that delivers bytes when the world outside wants it to.
///
/// A process reads it as `/dev/NAME`. The kernel brings that file itself, with `/dev/null`,
/// `/dev/zero` and `/dev/console`; none of them is among ``Scenario/nodes``.
public struct InputConfiguration: Sendable, Hashable {
  /// Its name.
  public var name: String

  /// Makes a serial line or a keyboard.
  public init(name: String) { self.name = name }
}

/// Where pages go that memory has no room for.
public struct SwapConfiguration: Sendable, Hashable {
  /// Position of the disk in ``Scenario/disks``; its file system, if any, keeps away from the area.
  public var disk: Int
  /// Size of the swap area; a multiple of the page size.
  public var byteCount: Int64

  /// Makes a swap area.
  public init(disk: Int, byteCount: Int64) {
    self.disk = disk
    self.byteCount = byteCount
  }
}

/// Whether kernel and user mode share a page table.
public enum Isolation: String, Sendable, CaseIterable {
  /// One table holds both halves; the kernel's is supervisor-only.
  case shared
  /// Kernel page-table isolation: in user mode a second table is in use, which of the kernel holds
  /// only the way in and out.
  case kpti
}

/// Which page leaves memory when a frame is needed and none is free.
public enum ReplacementPolicy: String, Sendable, CaseIterable {
  /// The next one, in the order in which they came, that was not used since the last round.
  case clock
  /// The one that came first.
  case fifo
  /// The one that was not used for the longest time.
  case lru
  /// Any, by a generator with a fixed seed.
  case random
}
