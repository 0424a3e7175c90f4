public import Trace

/// The regions of a process's memory map at a moment, read off the trace.
public struct MapAccount: Sendable {
  /// A region of the map.
  public struct Region: Sendable, Hashable {
    /// Its first address.
    public var start: UInt64
    /// One past its last address.
    public var end: UInt64
    /// What it is: `text`, `[stack]`.
    public var name: String
  }

  /// The regions in order of their addresses.
  public private(set) var regions: [Region] = []

  /// The map of a task after some events.
  public init(of task: TaskID, in trace: Trace, after eventCount: Int) {
    for event in trace.events.prefix(max(0, eventCount)) where event.taskID == task {
      switch event.kind {
      case .mapsRegion:
        add(
          Region(
            start: UInt64(bitPattern: event.a), end: UInt64(bitPattern: event.b),
            name: trace.header.strings[event.string]))
      case .exits, .isKilled: regions = []
      default: break
      }
    }
    regions.sort { $0.start < $1.start }
  }

  /// Puts a region into the map; what it overlaps gives way.
  private mutating func add(_ region: Region) {
    remove(region.start..<max(region.start, region.end))
    if region.start < region.end { regions.append(region) }
  }

  private mutating func remove(_ range: Range<UInt64>) {
    regions = regions.flatMap { region -> [Region] in
      guard region.start < range.upperBound, range.lowerBound < region.end else { return [region] }
      var left = region
      var right = region
      left.end = range.lowerBound
      right.start = range.upperBound
      return [left, right].filter { $0.start < $0.end }
    }
  }

  /// The map as `/proc/PID/maps` writes it, a line for each region.
  public var lines: [String] {
    regions.map { region in
      let range = "\(Self.address(region.start))-\(Self.address(region.end))"
      return range + String(repeating: " ", count: max(1, 26 - range.utf8.count)) + region.name
    }
  }

  /// At least eight digits, as the kernel writes them.
  private static func address(_ address: UInt64) -> String {
    let digits = String(address, radix: 16)
    return String(repeating: "0", count: max(0, 8 - digits.utf8.count)) + digits
  }
}
