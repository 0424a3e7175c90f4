import Catalogue
import Program
import SourceText
import Trace

/// The names of a scenario that claims and inline values may speak of.
public struct ScenarioScope: Sendable {
  /// A process.
  struct Process: Sendable {
    var name: String
    var id: TaskID
    var program: Int?
    var range: SourceRange
  }

  /// What a name of a program stands for in memory.
  struct ProgramNames: Sendable {
    var name: String
    var range: SourceRange
    var symbols: [ProgramImage.Symbol]
  }

  var architecture: Architecture
  var cpuCount: Int
  var processes: [Process]
  var programs: [ProgramNames]
  var devices: [TraceDevice]
  /// The names of modules.
  var modules: [String]
  var texts: SourceTexts

  /// The names of the processes, in the order in which they are started.
  public var processNames: [String] { processes.map(\.name) }

  /// The names of the devices: timer, disks, console.
  public var deviceNames: [String] { devices.map(\.name) }

  func process(_ name: String) -> Process? { processes.first { $0.name == name } }

  func program(_ name: String) -> ProgramNames? { programs.first { $0.name == name } }

  func device(_ name: String) -> (id: DeviceID, kind: DeviceKind)? {
    devices.firstIndex { $0.name == name }.map {
      (DeviceID(rawValue: UInt32(truncatingIfNeeded: $0)), devices[$0].kind)
    }
  }

  /// The address of a name of a process's program.
  func address(of name: String, in process: Process) -> Int64? {
    guard let program = process.program, programs.indices.contains(program) else { return nil }
    return programs[program].symbols.first { $0.name == name }?.address
  }

  /// The number of a CPU called `cpu0`, `cpu1`...
  func cpu(_ name: String) -> UInt8? {
    guard name.hasPrefix("cpu"), let number = UInt8(name.dropFirst(3)),
      Int(number) < cpuCount
    else { return nil }
    return number
  }
}

/// Words that claims need for something else, so that no process or device may have them as names.
enum ReservedWords {
  private static let meanings: [(String, String)] =
    [
      ("kernel", "the kernel"), ("user", "user mode"), ("timer", "the timer"),
      ("console", "the console"), ("memory", "the machine's memory"),
      ("time", "the moment of the simulation"), ("idle", "the idle task"),
      ("machine", "the machine"), ("module", "a kernel module"), ("page_fault", "a page fault"),
      ("page", "the page cache"), ("TLB", "the TLB"), ("errno", "the last error"),
      ("true", "a truth value"), ("false", "a truth value"),
    ]
    + TaskCondition.allCases.map { ($0.name, "a process's state") }
    + ExecutionContext.allCases.map { ($0.name, "what a CPU does") }

  /// What a word means already; `nil` for a free one.
  static func meaning(of word: String) -> String? {
    if let found = meanings.first(where: { $0.0 == word }) { return found.1 }
    if word.hasPrefix("cpu"), word.utf8.count > 3, word.utf8.dropFirst(3).allSatisfy(isDigit) {
      return "a CPU"
    }
    if let constant = NamedConstant.named(word) { return "one of the \(constant.family.rawValue)" }
    return nil
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
