import Catalogue
import Program
import Trace
import WalkSemantics

/// The chapters of the reference that are read off the catalogues: `show=reference part=calls`.
enum Reference: String, CaseIterable {
  case calls
  case errors
  case constants
  case signals
  case events
  case patterns
  case architectures
  case exceptions
  case routines
  case machine
  case policies
  case protections
  case libraries
  case mechanisms
  case simplifications

  /// What the part shows.
  var blocks: [ExhibitBlock] {
    switch self {
    case .calls: Self.theCalls
    case .errors: [Self.theErrors]
    case .constants: Self.theConstants
    case .signals: Self.theSignals
    case .events: Self.theEvents
    case .patterns: Self.thePatterns
    case .architectures: [Self.theArchitectures]
    case .exceptions: [Self.theExceptions]
    case .routines: [Self.theRoutines]
    case .machine: [Self.theMachine]
    case .policies: Self.thePolicies
    case .protections: Self.theProtections
    case .libraries: Self.theLibraries
    case .mechanisms: [Self.theMechanisms]
    case .simplifications: Self.theSimplifications
    }
  }

  private static func table(
    _ caption: String, _ head: [String], _ rows: [ExhibitTable.Row]
  ) -> ExhibitBlock {
    .table(ExhibitTable(caption: caption, head: head, rows: rows))
  }

  private static func row(_ title: String, _ cells: String...) -> ExhibitTable.Row {
    ExhibitTable.Row(title, cells.map { [$0] })
  }

  private static func capitalised(_ text: String) -> String {
    text.prefix(1).uppercased() + text.dropFirst()
  }

  // MARK: System calls

  private static var served: [SystemCall] { SystemCall.all.filter(\.isServed) }

  private static var theCalls: [ExhibitBlock] {
    let names = Architecture.all.map(\.name)
    let numbers = table(
      "Numbers of the system calls on each architecture", ["Call"] + names,
      served.map { call in
        ExhibitTable.Row(
          "`\(call.name)`", names.map { [call.numbers[$0].map { "\($0)" } ?? "–"] })
      })
    return [numbers] + served.flatMap(page)
  }

  private static func page(_ call: SystemCall) -> [ExhibitBlock] {
    let parameters = call.parameters.map { $0.isOptional ? "[\($0.name)]" : $0.name }
    var blocks: [ExhibitBlock] = [
      .heading(level: 1, "`\(call.name)`"),
      .paragraph(
        "`\(call.name)(\(parameters.joined(separator: ", ")))` \(call.summary). "
          + "It follows \(call.source)."),
    ]
    if !call.parameters.isEmpty {
      blocks.append(
        table(
          "Parameters of `\(call.name)`", ["Parameter", "What it is"],
          call.parameters.map {
            row("`\($0.name)`", $0.type.words + ($0.isOptional ? "; may be left out" : ""))
          }))
    }
    if let replacement = call.replacement {
      let lacking = Architecture.all.filter { call.numbers[$0.name] == nil }.map(\.name)
      if !lacking.isEmpty {
        blocks.append(
          .paragraph(
            "On \(lacking.joined(separator: ", ")) there is no such call: libc makes "
              + "`\(replacement.call)` instead."))
      }
    }
    if call.errors.isEmpty {
      blocks.append(.paragraph("It has no errors."))
    } else {
      blocks.append(
        table(
          "Errors of `\(call.name)`", ["Error", "Number", "When"],
          call.errors.sorted { $0.errno.name < $1.errno.name }.map {
            row("`\($0.errno.name)`", "\($0.errno.rawValue)", $0.when)
          }))
    }
    return blocks
  }

  private static var theErrors: ExhibitBlock {
    table(
      "Errors", ["Error", "Number", "Meaning", "Calls that can give it"],
      Errno.allCases.sorted { $0.name < $1.name }.map { errno in
        let calls = served.filter { $0.errors.contains { $0.errno == errno } }
        return row(
          "`\(errno.name)`", "\(errno.rawValue)", errno.meaning,
          calls.isEmpty ? "–" : calls.map { "`\($0.name)`" }.joined(separator: ", "))
      })
  }

  private static var theConstants: [ExhibitBlock] {
    NamedConstant.Family.allCases.compactMap { family in
      // Errors and signals have tables of their own.
      let members = NamedConstant.all.filter {
        $0.family == family && family != .errno && family != .signal
      }
      guard !members.isEmpty else { return nil }
      return table(
        capitalised(family.rawValue), ["Constant", "Value"],
        members.map { row("`\($0.name)`", number($0.value)) })
    }
  }

  private static func number(_ value: Int64) -> String {
    (0..<10).contains(value) || value < 0 ? "\(value)" : Quantity.hexadecimal(value)
  }

  // MARK: Signals

  private static var theSignals: [ExhibitBlock] {
    let raised = { (signal: Signal) -> String in
      var reasons: [String] = []
      for architecture in Architecture.all {
        for facts in architecture.exceptions where facts.signal == signal {
          if !reasons.contains(facts.name) { reasons.append(facts.name) }
        }
      }
      return reasons.isEmpty ? "–" : reasons.joined(separator: ", ")
    }
    return [
      table(
        "Signals", ["Signal", "Number", "Exceptions that force it"],
        Signal.allCases.map { row("`\($0.name)`", "\($0.rawValue)", raised($0)) }),
      table(
        "Reasons of a signal (`si_code`)", ["Reason", "Number"],
        SignalCode.allCases.map { row("`\($0.name)`", "\($0.number)") }),
    ]
  }

  // MARK: Events

  private static var theEvents: [ExhibitBlock] {
    Zoom.allCases.map { zoom in
      table(
        "Events seen at zoom \(zoom.name)", ["Event", "What happens", "What is recorded"],
        EventKind.allCases.map(\.facts).filter { $0.zoom == zoom }.sorted { $0.name < $1.name }
          .map { facts in
            let fields = [facts.object, facts.a, facts.b].compactMap { $0 }
            return row(
              "`\(facts.name)`", capitalised(facts.meaning) + ".",
              fields.isEmpty
                ? "–" : fields.map { "`\($0.name)`" }.joined(separator: ", "))
          })
    }
  }

  private static var thePatterns: [ExhibitBlock] {
    [
      table(
        "Events as claims write them", ["Pattern", "When it matches", "Also a state"],
        EventPatternForm.all.map {
          row("`\($0.text)`", capitalised($0.meaning) + ".", $0.isLasting ? "yes" : "no")
        }),
      table(
        "Words in capitals", ["Word", "What stands there"],
        EventPatternForm.placeholders.map { row("`\($0.name)`", $0.meaning) }),
    ]
  }

  // MARK: Machines

  private static var theArchitectures: ExhibitBlock {
    let all = Architecture.all
    func row(_ title: String, _ cell: (Architecture) -> String) -> ExhibitTable.Row {
      ExhibitTable.Row(title, all.map { [cell($0)] })
    }
    func code(_ text: String) -> String { text.contains("`") ? text : "`\(text)`" }
    func registers(_ numbers: [UInt8], of architecture: Architecture) -> String {
      numbers.map { number in
        let name =
          architecture.registers.indices.contains(Int(number))
          ? architecture.registers[Int(number)] : "?"
        return "`\(name)`"
      }.joined(separator: " ")
    }
    return table(
      "Architectures", [""] + all.map(\.name),
      [
        row("User and kernel mode") { "\($0.userModeName), \($0.kernelModeName)" },
        row("System call instruction") { code($0.syscallInstruction) },
        row("Number of the call in") { registers([$0.roles.number], of: $0) },
        row("Arguments in") { registers($0.roles.arguments, of: $0) },
        row("Result in") { registers([$0.roles.result], of: $0) },
        row("Entry address held in") { $0.entryPointHolder },
        row("Entry routine") { code($0.entrySyscallName) },
        row("Kernel stack found by") { $0.stackSwitch },
        row("Back from a system call") { code($0.syscallReturnInstruction) },
        row("Back from an exception") { code($0.interruptReturnInstruction) },
        row("Page-table base") { $0.pageTableBase },
        row("Page-table levels") { $0.pageTable.map(\.name).joined(separator: ", ") },
        row("End of user addresses") { code(Quantity.hexadecimal($0.userEnd)) },
        row("Privileged instructions") {
          $0.privilegedInstructions.map { "`\($0)`" }.joined(separator: " ")
        },
        row("Source") { $0.source },
      ])
  }

  private static var theExceptions: ExhibitBlock {
    table(
      "Exceptions that a program can raise",
      ["Architecture", "Exception", "Number", "Error code", "Entry routine", "Signal", "si_code"],
      Architecture.all.flatMap { architecture in
        architecture.exceptions.map { facts in
          row(
            architecture.name, facts.name, "\(facts.vector)", facts.hasErrorCode ? "yes" : "no",
            "`\(facts.entryName)`", "`\(facts.signal.name)`", "`\(facts.code.name)`")
        }
      })
  }

  private static var theRoutines: ExhibitBlock {
    let architecture = Architecture.all.first ?? .x86_64
    return table(
      "Routines of the kernel (entry code as on \(architecture.name))",
      ["Routine", "What it is for"],
      KernelRoutine.allCases.map {
        row("`\(architecture.name(of: $0))`", "It \($0.purpose).")
      })
  }

  private static var theMachine: ExhibitBlock {
    table(
      "Items of `machine`", ["Item", "Written", "Meaning", "Without it"],
      MachineItem.all.map { row("`\($0.name)`", "`\($0.form)`", $0.meaning, $0.standard) })
  }

  private static var thePolicies: [ExhibitBlock] {
    let plain = MachineConfiguration(architecture: .x86_64)
    func standard(_ isStandard: Bool) -> String { isStandard ? "yes" : "no" }
    let isolations = Isolation.allCases.map { kind in
      let places = Architecture.all.filter { kind == .shared || $0.kernelIsolation != nil }
      return row(
        "`\(kind.rawValue)`", capitalised(kind.meaning) + ".",
        places.count == Architecture.all.count
          ? "all architectures" : places.map(\.name).joined(separator: ", "),
        standard(kind == plain.isolation))
    }
    return [
      table(
        "Schedulers: who runs next", ["Policy", "The CPU goes to", "Without a choice"],
        SchedulerPolicy.allCases.map {
          row("`\($0.rawValue)`", $0.meaning, standard($0 == plain.policy))
        }),
      table(
        "Page replacement: which page leaves memory when it is full",
        ["Policy", "It is", "Without a choice"],
        ReplacementPolicy.allCases.map {
          row("`\($0.rawValue)`", $0.meaning, standard($0 == plain.replacement))
        }),
      table(
        "Isolation of the kernel's page table",
        ["Kind", "What is mapped", "Where there is it", "Without a choice"], isolations),
    ]
  }

  /// What CPUs refuse even to kernel mode, and how copies lift it.
  private static var theProtections: [ExhibitBlock] {
    let protections = MemoryProtection.allCases.map { protection in
      row(
        "`\(protection.rawValue)`", capitalised(protection.meaning) + ".",
        protection.isForExecution ? "executing user pages" : "reading and writing user pages",
        Architecture.all.filter { $0.protections.contains(protection) }.map(\.name)
          .joined(separator: ", "))
    }
    let windows = Architecture.all.map { architecture -> ExhibitTable.Row in
      guard let window = architecture.userAccessWindow else {
        let reason = architecture.noProtections ?? "nothing bars user pages here"
        return row(architecture.name, "–", "–", "–", capitalised(reason) + ".")
      }
      return row(
        architecture.name, window.flag, "`\(window.openInstruction)`",
        "`\(window.closeInstruction)`",
        capitalised(window.closedAtEntry) + "; " + window.openedAtReturn + ".")
    }
    return [
      table(
        "What the CPU refuses to kernel mode", ["Name", "Meaning", "What is refused", "Where"],
        protections),
      table(
        "How copies reach user pages",
        ["Architecture", "Flag", "Opened by", "Closed by", "When an interrupt or fault comes"],
        windows),
    ]
  }

  private static var theLibraries: [ExhibitBlock] {
    LibraryFunction.libraries.map { library in
      table(
        "Functions of \(library)", ["Function", "What it does", "It enters the kernel"],
        LibraryFunction.all.filter { $0.library == library }.map { function in
          let parameters = function.parameters.map(\.name).joined(separator: ", ")
          return row(
            "`\(function.name)(\(parameters))`", capitalised(function.summary) + ".",
            function.entersKernel)
        })
    }
  }

  private static var theMechanisms: ExhibitBlock {
    table(
      "Mechanisms", ["Number", "Mechanism"], Mechanism.all.map { row($0.id, $0.title) })
  }

  // MARK: Simplifications

  private static var theSimplifications: [ExhibitBlock] {
    Simplification.all.flatMap { entry -> [ExhibitBlock] in
      let names = entry.mechanisms.compactMap(Mechanism.named).map { "\($0.title) (\($0.id))" }
      let touched = names.isEmpty ? "" : " This touches \(names.joined(separator: "; "))."
      return [
        .heading(level: 1, entry.title),
        .paragraph("Linux: \(entry.linux)"),
        .paragraph("Here: \(entry.here)\(touched)"),
      ]
    }
  }
}
