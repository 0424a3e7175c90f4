public import SourceText

/// What module code may ask the kernel for: the symbols that the kernel exports.
///
/// Arguments are in the registers of system calls' arguments, the result in that of results.
public enum KernelService: Int32, Sendable, CaseIterable {
  /// Not a function: module code is done, its result in the result register.
  case done
  /// `printk(text, values…)`: writes to the kernel log. `%d` and `%x` stand for the values.
  case printk
  /// `msleep(nanoseconds)`: sleeps, which only process context may.
  case msleep
  /// `copy_from_user(to, from, count)`: returns how many bytes were *not* copied.
  case copyFromUser
  /// `copy_to_user(to, from, count)`: returns how many bytes were *not* copied.
  case copyToUser
  /// `kmalloc(count)`: the address of kernel memory, or 0.
  case kmalloc
  /// `kfree(address)`.
  case kfree
  /// `current_pid()`: the process on whose behalf the code runs, or that an interrupt borrowed.
  case currentPID
  /// `panic(text)`: the machine stops.
  case panic

  /// The name that modules import; `nil` for ``done``.
  public var symbol: String? {
    switch self {
    case .done: nil
    case .printk, .msleep, .kmalloc, .kfree, .panic: "\(self)"
    case .copyFromUser: "copy_from_user"
    case .copyToUser: "copy_to_user"
    case .currentPID: "current_pid"
    }
  }

  /// How many arguments it takes.
  public var argumentCounts: ClosedRange<Int> {
    switch self {
    case .done, .currentPID: 0...0
    case .printk: 1...6
    case .msleep, .kmalloc, .kfree, .panic: 1...1
    case .copyFromUser, .copyToUser: 3...3
    }
  }

  /// The service with a symbol's name.
  public static func named(_ symbol: String) -> KernelService? {
    allCases.first { $0.symbol == symbol }
  }
}

/// The functions of a device's driver that the kernel calls for a process's system calls.
public enum DeviceOperation: String, Sendable, CaseIterable {
  /// For `open`; the result is 0 or a negated error number.
  case open
  /// For `read`: the user's buffer, the count and the offset are its arguments.
  case read
  /// For `write`: the same.
  case write
  /// For the last `close`.
  case release
}

/// The functions of a type of file system that the kernel calls.
public enum FileSystemOperation: String, Sendable, CaseIterable {
  /// For `mount`; the result is 0 or a negated error number.
  case mount
  /// For `umount2`, when the file system is in use no more.
  case unmount
}

/// A compiled kernel module, not yet loaded: text, data, and what the loader must fill in.
public struct ModuleImage: Sendable, Hashable {
  /// What an address in the image is counted from.
  public enum Section: String, Sendable, Hashable {
    case text
    case data
  }

  /// A word of the text that holds an address, unknown before the module has its place.
  public struct Relocation: Sendable, Hashable {
    /// Offset in the text of the 8 bytes to be filled in.
    public var offset: Int64
    /// The section that the address lies in.
    public var section: Section
    /// Its offset there.
    public var addend: Int64

    /// Makes a relocation.
    public init(offset: Int64, section: Section, addend: Int64) {
      self.offset = offset
      self.section = section
      self.addend = addend
    }
  }

  /// What a module brings into the kernel once it is live.
  public enum Provision: Sendable, Hashable {
    /// A type of file system that `mount` knows from then on, with the offsets in the text of the
    /// operations it has; it keeps its files in memory.
    case fileSystem(String, operations: [FileSystemOperation: Int64] = [:])
    /// A device file with its permission bits, and the offsets in the text of the operations it has.
    case device(path: String, mode: Int64 = 0o600, operations: [DeviceOperation: Int64])
    /// The offset of a function that is called whenever a device interrupts.
    case interrupt(device: String, handler: Int64)
  }

  /// Its name.
  public var name: String
  /// Where its declaration stands.
  public var range: SourceRange
  /// The code with its literals; padded with zeros to the size that the script gives it.
  public var text: [UInt8]
  /// The source of each instruction.
  public var ranges: [SourceRange]
  /// Strings and variables; padded in the same way.
  public var data: [UInt8]
  /// The addresses to be filled in.
  public var relocations: [Relocation]
  /// Offset of `init` in the text; `nil` when it has none and just becomes live.
  public var initOffset: Int64?
  /// Offset of `exit`; `nil` makes it permanent: it cannot be removed.
  public var exitOffset: Int64?
  /// The kernel's symbols it wants, in order of their names. One that is no ``KernelService`` makes
  /// loading fail with ENOENT.
  public var imports: [String]
  /// Its licence, as `/proc/modules` and the taint flag see it.
  public var license: String
  /// The kernel that it is said to be built for, where that is not this one.
  public var version = ModuleFile.kernelVersion
  /// What it brings.
  public var provides: [Provision]

  /// Makes an image.
  public init(
    name: String, range: SourceRange, text: [UInt8] = [], ranges: [SourceRange] = [],
    data: [UInt8] = [], relocations: [Relocation] = [], initOffset: Int64? = nil,
    exitOffset: Int64? = nil, imports: [String] = [], license: String = "GPL",
    provides: [Provision] = []
  ) {
    self.name = name
    self.range = range
    self.text = text
    self.ranges = ranges
    self.data = data
    self.relocations = relocations
    self.initOffset = initOffset
    self.exitOffset = exitOffset
    self.imports = imports
    self.license = license
    self.provides = provides
  }

  /// Where its file lies.
  public var path: String { "/lib/modules/\(name).ko" }
}
