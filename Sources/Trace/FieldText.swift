import Catalogue

extension TraceHeader {
  /// A field's value as words, by the type that the catalogue gives it.
  ///
  /// Names are resolved; a number that stands for nothing in this trace is printed as a number.
  public func text(_ value: Int64, _ type: FieldType) -> String {
    switch type {
    case .integer, .event, .returnKind, .access, .pageFaultKind, .entryReason, .softirq,
      .pageTableChange, .privilegedEffect, .interProcessorPurpose, .victimReason:
      return Self.name(value, type) ?? String(value)
    case .bytes: return Quantity.bytes(value)
    case .nanoseconds: return Quantity.duration(value)
    case .address, .physicalAddress, .bits: return Quantity.hexadecimal(value)
    case .octal: return Quantity.octal(value)
    case .result: return Self.resultText(value)
    case .flag: return value == 0 ? "no" : "yes"
    case .task: return UInt16(exactly: value).map { task(TaskID(rawValue: $0)).name } ?? "\(value)"
    case .device:
      return UInt32(exactly: value).map { device(DeviceID(rawValue: $0)).name } ?? "\(value)"
    case .string:
      return UInt32(exactly: value).map { Quantity.quoted(strings[bytes: StringID(rawValue: $0)]) }
        ?? "\(value)"
    case .systemCall: return callName(value) ?? "an unknown system call"
    case .routine: return routineName(value) ?? "routine \(value)"
    case .protection:
      return RegionRights(rawValue: UInt32(truncatingIfNeeded: value)).text
    case .register: return registerName(value) ?? "register \(value)"
    case .signal: return UInt8(exactly: value).flatMap(Signal.init(rawValue:))?.name ?? "\(value)"
    case .signalCode:
      return UInt8(exactly: value).flatMap(SignalCode.init(rawValue:))?.name ?? "\(value)"
    case .waitObject:
      return UInt32(exactly: value).map { text(WaitObject(rawValue: $0)) } ?? "\(value)"
    case .exception:
      guard let kind = UInt8(exactly: value).flatMap(ExceptionKind.init(rawValue:)) else {
        return "\(value)"
      }
      return architecture.facts(of: kind).name
    case .pageTableLevel: return levelName(value) ?? "level \(value)"
    }
  }

  /// What a sleeping task waits for: `sda`, `a page from sda`, `a timer`.
  public func text(_ object: WaitObject) -> String {
    switch object.reason {
    case .device: device(object.device).name
    case .page: "a page from \(device(object.device).name)"
    case .timer: "a timer"
    case .lock: "a lock"
    case .signal: "a signal"
    case .child: "a child"
    case .pipe: "a pipe"
    case .nothing: "nothing"
    }
  }

  /// A raw result of a system call: the number, or the error's name.
  public static func resultText(_ result: Int64) -> String {
    Errno(returned: result)?.name ?? String(result)
  }

  /// The Linux name of a system call; `nil` for a number outside of the catalogue.
  public func callName(_ id: Int64) -> String? {
    UInt32(exactly: id).flatMap { SystemCall[SystemCallID(rawValue: $0)] }?.name
  }

  /// The name of a kernel routine on this trace's architecture.
  public func routineName(_ number: Int64) -> String? {
    UInt8(exactly: number).flatMap(KernelRoutine.init(rawValue:)).map(architecture.name(of:))
  }

  /// The name of a register on this trace's architecture.
  public func registerName(_ number: Int64) -> String? {
    Int(exactly: number).flatMap {
      architecture.registers.indices.contains($0) ? architecture.registers[$0] : nil
    }
  }

  /// The name of a page-table level, counted from the root.
  public func levelName(_ position: Int64) -> String? {
    Int(exactly: position).flatMap {
      architecture.pageTable.indices.contains($0) ? architecture.pageTable[$0].name : nil
    }
  }

  /// The scripts' names of the small enumerations.
  private static func name(_ value: Int64, _ type: FieldType) -> String? {
    guard let raw = UInt32(exactly: value) else { return nil }
    return switch type {
    case .access: AccessKind(rawValue: raw)?.name
    case .pageFaultKind: PageFaultKind(rawValue: raw)?.name
    case .entryReason: EntryReason(rawValue: raw)?.name
    case .softirq: SoftirqKind(rawValue: raw)?.name
    case .returnKind: ReturnKind(rawValue: raw)?.name
    case .pageTableChange: PageTableChange(rawValue: raw)?.name
    case .privilegedEffect: PrivilegedEffect(rawValue: raw)?.name
    case .victimReason: VictimReason(rawValue: raw)?.name
    case .interProcessorPurpose: InterProcessorPurpose(rawValue: raw)?.name
    default: nil
    }
  }
}

extension ReturnKind {
  /// The name in JSON.
  public var name: String {
    switch self {
    case .syscallReturn: "syscall_return"
    case .interruptReturn: "interrupt_return"
    }
  }
}
