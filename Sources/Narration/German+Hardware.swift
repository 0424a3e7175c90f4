import Catalogue
import Trace

// What the CPU and its MMU do, in German.
extension German {
  func entry(_ event: TraceEvent) -> String {
    switch EntryReason(rawValue: event.object) {
    case .syscall: "durch seinen Systemaufruf in den Kern ein"
    case .fault: "durch eine Ausnahme in den Kern ein"
    case .interrupt: "in den Kern ein, weil eine Unterbrechung kam, während er rechnete"
    case nil: "in den Kern ein"
    }
  }

  func fault(_ event: TraceEvent) -> String {
    let task = name(Int64(event.task))
    guard let kind = ExceptionKind(rawValue: UInt8(truncatingIfNeeded: event.object)) else {
      return "Ein Befehl von \(task) löst eine Ausnahme aus."
    }
    let name = language.phrase(architecture.facts(of: kind).name)
    switch kind {
    case .divideError: return "\(task) dividiert durch null: \(name)."
    case .invalidOpcode: return "\(task) führt einen Befehl aus, den es nicht gibt: \(name)."
    case .generalProtection:
      return "\(task) tut, was nur der Kern darf"
        + (architecture.protectsAddresses ? ", oder benutzt eine unmögliche Adresse" : "")
        + ": \(name)."
    case .addressError:
      return "\(task) benutzt eine Adresse, die er nicht einmal nennen darf, "
        + "\(names.hex(event.a)): \(name)."
    case .pageFault:
      let report = architecture.faultStatus.decode(UInt64(bitPattern: event.b))
      let access =
        switch report.access {
        case .execute: "beim Holen eines Befehls"
        case .write: "beim Schreiben"
        case .read: "beim Lesen"
        }
      let why =
        switch report.isPresent {
        case true: "die Seite dort erlaubt es nicht"
        case false: "dort ist keine Seite"
        case nil: "die Seitentabelle erlaubt es nicht"
        }
      let who = event.mode == .user ? task : "Der Kern, der für \(task) arbeitet,"
      return "\(who) löst bei \(names.hex(event.a)) \(access) einen Seitenfehler aus "
        + "(\(language.phrase(report.name))): \(why)."
    }
  }

  func resolvedFault(_ event: TraceEvent) -> String {
    let how =
      switch PageFaultKind(rawValue: event.object) {
      case .minor: "ein kleiner Seitenfehler, ohne die Platte behoben"
      case .major: "ein großer Seitenfehler, die Platte wurde gebraucht"
      case .cow: "Kopieren beim Schreiben, die Seite gehört ihm jetzt allein"
      case .stack: "der Stapel ist gewachsen"
      case nil: "behoben"
      }
    return "Die Seite bei \(names.hex(event.a)) ist jetzt da, in Rahmen \(names.hex(event.b)): "
      + "\(how)."
  }

  func role(_ event: TraceEvent) -> String {
    let roles = architecture.roles
    let number = UInt8(truncatingIfNeeded: event.object)
    if number == roles.number { return ", die Nummer des Systemaufrufs" }
    if let position = roles.arguments.firstIndex(of: number) {
      return ", Argument \(position + 1)"
    }
    return ""
  }

  func systemCallInstruction(_ event: TraceEvent) -> String {
    var acts: [String] = []
    let saved = architecture.savedBySyscall
    switch saved.programCounter {
    case .nowhere(let how):
      acts.append("keine Rücksprungadresse wird gesichert, sie ist \(language.phrase(how))")
    case .stack: break
    case .register, .special:
      acts.append(
        "\(place(saved.programCounter)) ← \(architecture.programCounter) \(names.hex(event.a))"
          + (architecture.savesOwnAddress ? ", die eigene Adresse" : ""))
    }
    switch saved.flags {
    case .stack: break
    case .nowhere(let how):
      if case .nowhere = saved.programCounter { break }
      acts.append(language.phrase(how))
    case .special where saved.flags == saved.programCounter:
      acts.append("\(architecture.flagsRegister) \(names.hex(event.b)) daneben")
    case .register, .special:
      acts.append("\(place(saved.flags)) ← \(architecture.flagsRegister) \(names.hex(event.b))")
    }
    if let cause = architecture.syscallCause { acts.append(language.phrase(cause)) }
    acts.append("Unterbrechungen gesperrt")
    acts.append("\(userMode) → \(kernelMode)")
    acts.append(
      "\(architecture.programCounter) ← \(language.phrase(architecture.entryPointHolder)) "
        + names.hex(architecture.syscallEntry))
    let held = event.object == 0 ? "" : " \(event.object)"
    return "`\(architecture.syscallInstruction)\(held)`: \(acts.joined(separator: ", "))."
  }

  func place(_ place: SavedPlace) -> String {
    switch place {
    case .register(let number): names.register(number)
    case .special(let name): language.phrase(name)
    case .stack: "der Kernstapel"
    case .nowhere(let how): language.phrase(how)
    }
  }

  func stackSwitch(_ event: TraceEvent) -> String {
    language.phrase(
      event.object == EntryReason.syscall.rawValue
        ? architecture.stackSwitch
        : architecture.interruptStackSwitch ?? architecture.stackSwitch)
  }

  /// What the CPU keeps at an exception or interrupt where it pushes nothing.
  func savedState(_ event: TraceEvent) -> String {
    let isInterrupt = event.b == Int64(EntryReason.interrupt.rawValue)
    let saved = isInterrupt ? architecture.savedByInterrupt : architecture.savedByException
    let counter = "\(architecture.programCounter) \(names.hex(event.a))"
    let flags = architecture.flagsRegister
    let kept =
      switch saved.flags {
      case .nowhere(let how):
        "\(place(saved.programCounter)) ← \(counter), \(language.phrase(how))"
      case saved.programCounter: "\(place(saved.programCounter)) ← \(counter) mit \(flags)"
      default: "\(place(saved.programCounter)) ← \(counter), \(place(saved.flags)) ← \(flags)"
      }
    let cause =
      architecture.causeRegister.map { register in
        "; die Ursache nennt \(language.phrase(register))"
          + ", die Adresse \(language.phrase(architecture.faultAddressRegister))"
      } ?? ""
    return
      "Die CPU selbst sichert: \(kept)\(isInterrupt ? "" : cause); nichts kommt auf den Stapel."
  }

  func storedResult(_ event: TraceEvent) -> String {
    let register = names.register(UInt8(truncatingIfNeeded: event.object))
    let saved = "Der Kern schreibt in das gesicherte \(register)"
    switch architecture.errorConvention {
    case .negative: return "\(saved): \(rawResult(event.a))."
    case .flagRegister(let flag) where UInt32(flag) == event.object:
      return "\(saved): \(event.a), das heißt: der Aufruf "
        + (event.a == 0 ? "ist gelungen." : "ist gescheitert.")
    case .conditionBit(let condition, let mask, let name) where UInt32(condition) == event.object:
      return UInt64(bitPattern: event.a) & mask == 0
        ? "Der Kern löscht \(name): der Aufruf ist gelungen."
        : "Der Kern setzt \(name): der Aufruf ist gescheitert."
    case .flagRegister, .conditionBit: return "\(saved): \(event.a)."
    }
  }

  func returnInstruction(_ event: TraceEvent) -> String {
    let instruction =
      ReturnKind(rawValue: event.object) == .interruptReturn
      ? architecture.interruptReturnInstruction : architecture.syscallReturnInstruction
    let stack = names.register(architecture.roles.stackPointer)
    return "`\(instruction)`: \(architecture.programCounter) ← \(names.hex(event.a)), "
      + "\(stack) ist der des Benutzers, \(names.hex(event.b)), \(kernelMode) → \(userMode)."
  }

  func tableEntry(_ event: TraceEvent) -> String {
    let (place, entry) = names.tableEntry(event)
    let table = place.split(separator: "[", maxSplits: 1).map(String.init)
    let name = table.count == 2 ? "\(language.phrase(table[0]))[\(table[1])" : place
    let start = "Die MMU liest \(name) bei \(names.hex(event.a)): \(names.hex(event.b))"
    switch entry {
    case .empty: return "\(start), nicht vorhanden."
    case .withheld: return "\(start), nicht vorhanden: niemand darf die Seite benutzen."
    case .swapped: return "\(start), nicht vorhanden: die Seite ist im Auslagerungsbereich."
    case .table(let next, _): return "\(start) → nächste Tabelle \(names.hex(next))."
    case .page(let address, let permission, _, _):
      let rights =
        (permission.contains(.write) ? "beschreibbar" : "nur lesbar")
        + (permission.contains(.user) ? ", offen für den Benutzermodus" : ", nur für den Kern")
      return "\(start) → Seitenrahmen \(names.hex(address)) (\(rights))."
    }
  }

  func wanted(_ bits: Int64) -> String {
    let verbs = [(4, "lesen"), (2, "schreiben"), (1, "ausführen")] as [(Int64, String)]
    let found = verbs.filter { bits & $0.0 != 0 }.map(\.1)
    return found.isEmpty ? "benutzen" : language.list(found)
  }

  func exitWork(_ bits: Int64) -> String {
    var work: [String] = []
    if bits & 1 != 0 { work.append("ein anderer Prozess soll die CPU bekommen") }
    if bits & 2 != 0 { work.append("ein Signal ist anhängig") }
    if bits & 4 != 0 { work.append("ein Treiber soll von einem letzten Schließen erfahren") }
    return work.isEmpty ? "es steht nichts an" : language.list(work)
  }
}
