public import Catalogue

extension TraceHeader {
  /// A field's value as words, by the type that the catalogue gives it.
  ///
  /// Names are resolved; a number that stands for nothing in this trace is printed as a number.
  public func text(_ value: Int64, _ type: FieldType, in language: Language = .english) -> String {
    switch type {
    case .integer, .event, .returnKind, .access, .pageFaultKind, .entryReason, .softirq,
      .pageTableChange, .privilegedEffect, .interProcessorPurpose, .victimReason:
      return Self.name(value, type) ?? String(value)
    case .bytes: return Quantity.bytes(value, in: language)
    case .nanoseconds: return Quantity.duration(value, in: language)
    case .address, .physicalAddress, .bits: return Quantity.hexadecimal(value)
    case .octal: return Quantity.octal(value)
    case .result: return Self.resultText(value)
    case .flag: return language.truth(value != 0)
    case .task:
      return UInt16(exactly: value).map { name(TaskID(rawValue: $0), in: language) } ?? "\(value)"
    case .device:
      return UInt32(exactly: value).map { device(DeviceID(rawValue: $0)).name } ?? "\(value)"
    case .string:
      return UInt32(exactly: value).map { Quantity.quoted(strings[bytes: StringID(rawValue: $0)]) }
        ?? "\(value)"
    case .systemCall: return callName(value) ?? language.unknownCall
    case .routine: return routineName(value) ?? "\(language.routine) \(value)"
    case .protection:
      return RegionRights(rawValue: UInt32(truncatingIfNeeded: value)).text
    case .register: return registerName(value) ?? "\(language.register) \(value)"
    case .signal: return UInt8(exactly: value).flatMap(Signal.init(rawValue:))?.name ?? "\(value)"
    case .signalCode:
      return UInt8(exactly: value).flatMap(SignalCode.init(rawValue:))?.name ?? "\(value)"
    case .waitObject:
      return UInt32(exactly: value).map { text(WaitObject(rawValue: $0), in: language) }
        ?? "\(value)"
    case .exception:
      guard let kind = UInt8(exactly: value).flatMap(ExceptionKind.init(rawValue:)) else {
        return "\(value)"
      }
      return architecture.facts(of: kind).name
    case .pageTableLevel: return levelName(value) ?? "\(language.level) \(value)"
    }
  }

  /// What a task is called: the idle task by what it does, in other languages than that of scripts.
  private func name(_ task: TaskID, in language: Language) -> String {
    switch language {
    case .english: self.task(task).name
    case .german: isIdle(task) ? "Leerlauf" : self.task(task).name
    }
  }

  /// What a sleeping task waits for: `sda`, `a page from sda`, `a timer`.
  public func text(_ object: WaitObject, in language: Language = .english) -> String {
    let device = device(object.device).name
    return switch language {
    case .english:
      switch object.reason {
      case .device: device
      case .page: "a page from \(device)"
      case .timer: "a timer"
      case .lock: "a lock"
      case .signal: "a signal"
      case .child: "a child"
      case .pipe: "a pipe"
      case .nothing: "nothing"
      }
    case .german:
      switch object.reason {
      case .device: device
      case .page: "eine Seite von \(device)"
      case .timer: "einen Zeitgeber"
      case .lock: "eine Sperre"
      case .signal: "ein Signal"
      case .child: "ein Kind"
      case .pipe: "eine Pipe"
      case .nothing: "nichts"
      }
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

extension Language {
  /// Yes or no.
  public func truth(_ value: Bool) -> String {
    switch self {
    case .english: value ? "yes" : "no"
    case .german: value ? "ja" : "nein"
    }
  }

  fileprivate var unknownCall: String {
    switch self {
    case .english: "an unknown system call"
    case .german: "ein unbekannter Systemaufruf"
    }
  }

  fileprivate var routine: String {
    switch self {
    case .english: "routine"
    case .german: "Routine"
    }
  }

  fileprivate var register: String {
    switch self {
    case .english: "register"
    case .german: "Register"
    }
  }

  fileprivate var level: String {
    switch self {
    case .english: "level"
    case .german: "Stufe"
    }
  }
}

extension TaskCondition {
  /// Where a task is in its life; in English the name in scripts.
  public func name(in language: Language) -> String {
    switch language {
    case .english: name
    case .german:
      switch self {
      case .absent: "nicht vorhanden"
      case .running: "rechnend"
      case .runnable: "bereit"
      case .sleeping: "schlafend"
      case .stopped: "angehalten"
      case .zombie: "Zombie"
      case .gone: "beendet"
      }
    }
  }
}

extension PrivilegeMode {
  /// "user mode" or "kernel mode".
  public func name(in language: Language) -> String {
    switch (self, language) {
    case (.user, .english): "user mode"
    case (.kernel, .english): "kernel mode"
    case (.user, .german): "Benutzermodus"
    case (.kernel, .german): "Kernmodus"
    }
  }
}

extension PrivilegeMode {
  /// The mode without the word mode: in English as in scripts.
  public func word(in language: Language) -> String {
    switch (self, language) {
    case (.user, .english): "user"
    case (.kernel, .english): "kernel"
    case (_, .german): name(in: language)
    }
  }
}

extension ExecutionContext {
  /// What kind of work a CPU does; in English the name in scripts.
  public func name(in language: Language) -> String {
    switch language {
    case .english: name
    case .german:
      switch self {
      case .process: "Prozess"
      case .softirq: "Softirq"
      case .interrupt: "Unterbrechung"
      }
    }
  }
}
