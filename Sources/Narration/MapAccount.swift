import Catalogue
public import Trace

/// A process's memory map at a moment, as `/proc/PID/maps` would print it then.
public struct MapAccount: Sendable {
  /// The lines of the map, without their ends, in order of addresses.
  public let lines: [String]

  /// The map of a task after some events.
  public init(of task: TaskID, in trace: Trace, after eventCount: Int) {
    let tasks = trace.state(after: eventCount).tasks
    let index = Int(task.rawValue)
    let architecture = trace.header.architecture
    lines = (tasks.indices.contains(index) ? tasks[index].regions : []).map { region in
      var line = MapsLine(
        start: UInt64(bitPattern: region.start), end: UInt64(bitPattern: region.end),
        rights: region.rights.text, name: trace.header.strings[region.name])
      if region.inode != 0 {
        line.offset = UInt64(clamping: region.rights.page * architecture.pageBytes)
        line.device = region.device
        line.inode = region.inode
      }
      return line.text(is64Bit: architecture.is64Bit)
    }
  }
}
