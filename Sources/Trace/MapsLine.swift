/// One line of `/proc/PID/maps`, as Linux writes it (fs/proc/task_mmu.c, proc_pid_maps(5)).
public struct MapsLine: Sendable, Hashable {
  /// First address.
  public var start: UInt64
  /// One past the last address.
  public var end: UInt64
  /// `r-xp`: reading, writing, executing; private or shared.
  public var rights: String
  /// Where in the file it begins, in bytes.
  public var offset: UInt64 = 0
  /// The file's device: the major number in the upper bits, 8 bits for the minor one; 0 without a
  /// file.
  public var device: UInt32 = 0
  /// The file's inode number; 0 without a file.
  public var inode: Int64 = 0
  /// The last column; nothing for memory that has no name.
  public var name: String

  /// Makes the line of a region without a file.
  public init(start: UInt64, end: UInt64, rights: String, name: String) {
    self.start = start
    self.end = end
    self.rights = rights
    self.name = name
  }

  /// The line without its end. Names stand in one column: the one that leaves room for 64-bit or
  /// 32-bit addresses; a line without name ends in a space.
  public func text(is64Bit: Bool) -> String {
    func hexadecimal(_ value: UInt64, _ width: Int) -> String {
      let digits = String(value, radix: 16)
      return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
    let line =
      "\(hexadecimal(start, 8))-\(hexadecimal(end, 8)) \(rights) \(hexadecimal(offset, 8)) "
      + "\(hexadecimal(UInt64(device >> 8), 2)):\(hexadecimal(UInt64(device & 0xFF), 2)) \(inode) "
    guard !name.isEmpty else { return line }
    let column = 25 + (is64Bit ? 8 : 4) * 6 - 1
    return line + String(repeating: " ", count: max(0, column - line.utf8.count)) + " " + name
  }
}
