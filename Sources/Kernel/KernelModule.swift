import Machine
import Program

/// A module in the kernel.
struct KernelModule: Sendable {
  /// Where it is in its life; the words are those of `/proc/modules`.
  enum State: String, Sendable {
    /// Its sections are being put in place.
    case unformed = "Unformed"
    /// Its init runs, or never came back.
    case coming = "Loading"
    case live = "Live"
    /// Its exit runs, or never came back.
    case going = "Unloading"
  }

  var name: String
  var state = State.unformed
  /// Its number among all that were ever loaded.
  var sequence: Int64 = 0
  /// Its file; without contents once they are in place.
  var file: ModuleFile
  /// Addresses of its sections.
  var text: Range<Int64> = 0..<0
  var data: Range<Int64> = 0..<0
  /// Frames that hold them, in order of addresses.
  var frames: [FrameNumber] = []
  /// How many open files and mounts use it: it cannot be removed meanwhile.
  var uses = 0

  /// The address of a function of it.
  func address(of function: String) -> Int64? {
    file.offset(of: function).map { text.lowerBound + $0 }
  }
}
