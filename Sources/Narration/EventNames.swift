import Catalogue
import Program
import SourceText
import Trace

/// The names and numbers in an event, resolved; knows no human language.
struct EventNames: Sendable {
  let header: TraceHeader
  let scenario: Scenario?
  let sources: SourceSet?

  var architecture: Architecture { header.architecture }

  func task(_ event: TraceEvent) -> String { header.task(event.taskID).name }

  func task(_ number: Int64) -> String { header.text(number, .task) }

  func isIdle(_ event: TraceEvent) -> Bool { header.isIdle(event.taskID) }

  func device(_ event: TraceEvent) -> String { header.device(event.device).name }

  func isTimer(_ event: TraceEvent) -> Bool { header.device(event.device).kind == .timer }

  /// An interned string in quotes, without backquotes, which would begin code.
  func quoted(_ event: TraceEvent) -> String {
    let text = Quantity.quoted(header.strings[bytes: event.string])
    guard text.utf8.contains(UInt8(ascii: "`")) else { return text }
    return text.split(separator: "`", omittingEmptySubsequences: false).joined(separator: "\\x60")
  }

  /// The name of a system call in the catalogue.
  func call(_ event: TraceEvent) -> String? { header.callName(Int64(event.object)) }

  /// A system call as the author wrote it, on one line; else its name.
  func callAsWritten(_ event: TraceEvent) -> String? {
    guard let sources, let programs = scenario?.programs,
      case let program = header.task(event.taskID).program, programs.indices.contains(program)
    else { return call(event) }
    let base = Int64(truncatingIfNeeded: architecture.programBase)
    let (distance, overflow) = event.b.subtractingReportingOverflow(base)
    let ranges = programs[program].ranges
    guard !overflow, distance >= 0,
      let index = Int(exactly: distance / Instruction.byteCount), ranges.indices.contains(index),
      ranges[index].byteCount <= Self.longestCall
    else { return call(event) }
    let text = sources.text(ranges[index])
    // A call over several lines, or with a backquote in it, does not fit into a line of code; the
    // call that ends every program stands in no line at all.
    guard text.utf8.contains(UInt8(ascii: "(")),
      text.utf8.allSatisfy({ $0 >= 0x20 && $0 != UInt8(ascii: "`") })
    else { return call(event) }
    return text
  }

  private static let longestCall = 80

  func routine(_ event: TraceEvent) -> String { header.text(Int64(event.object), .routine) }

  func hex(_ value: Int64) -> String { Quantity.hexadecimal(value) }

  func hex(_ value: UInt64) -> String { Quantity.hexadecimal(value) }

  func register(_ number: UInt8) -> String { header.text(Int64(number), .register) }

  /// The flags of `open` by name: `O_RDWR|O_CREAT`.
  func openFlags(_ flags: Int64) -> String {
    var names: [String] = []
    var rest = flags
    let mode = flags & OpenFlags.accessModeMask
    for constant in NamedConstant.openFlags {
      let isMode = constant.value & ~OpenFlags.accessModeMask == 0
      if isMode ? constant.value == mode : flags & constant.value == constant.value {
        names.append(constant.name)
        rest &= ~constant.value
      }
    }
    if rest != 0 { names.append(Quantity.octal(rest)) }
    return names.joined(separator: "|")
  }

  /// One entry of a page table: the table's name with the entry's position in it, `PML4[0]`, and
  /// what it says.
  func tableEntry(_ event: TraceEvent) -> (place: String, entry: TableEntry) {
    let level = Int(event.object)
    let name = header.text(Int64(event.object), .pageTableLevel)
    guard architecture.pageTable.indices.contains(level) else { return (name, .empty) }
    let tableBytes = Int64(8) << Int64(architecture.pageTable[level].bits)
    // A table lies at a multiple of its size, or of a page.
    let index = event.a % max(tableBytes, architecture.pageBytes) / 8
    return (
      "\(name)[\(index)]", architecture.entryFormat.decode(UInt64(bitPattern: event.b), level)
    )
  }
}
