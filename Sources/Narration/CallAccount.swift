public import Catalogue
public import Trace

/// One system call on its way into the kernel and back, in words: who puts what where.
///
/// Everything is read off the trace of the run and its header, so it says what this machine did.
public struct CallAccount: Sendable {
  /// The questions that it answers, in the order of events.
  public enum Part: Sendable, CaseIterable {
    case instruction
    case number
    case arguments
    case hardware
    case entry
    case software
    case exit
    case result

    /// What the answers are about.
    public func title(in language: Language) -> String {
      switch language {
      case .english:
        switch self {
        case .instruction: "Instruction"
        case .number: "Number of the call"
        case .arguments: "Arguments"
        case .hardware: "What the hardware does"
        case .entry: "Where the kernel begins"
        case .software: "What the entry code does"
        case .exit: "The way back"
        case .result: "Result"
        }
      case .german:
        switch self {
        case .instruction: "Befehl"
        case .number: "Nummer des Aufrufs"
        case .arguments: "Argumente"
        case .hardware: "Was die Hardware tut"
        case .entry: "Wo der Kern beginnt"
        case .software: "Was der Eintrittscode tut"
        case .exit: "Der Weg zurück"
        case .result: "Ergebnis"
        }
      }
    }
  }

  /// The call as the script has it: `open("foo", O_RDONLY)`.
  public let title: String
  private var lines: [Part: [String]] = [:]
  private let language: Language

  /// The sentences that answer a question, with `code` in backquotes; none where this machine has
  /// nothing to say, because the call was never made, or never returned.
  public subscript(part: Part) -> [String] { lines[part] ?? [] }

  /// The step of the call number `ordinal` (from 0) that a task makes.
  public static func step(ofCall ordinal: Int, by task: TaskID, in trace: Trace) -> Int? {
    var left = ordinal
    for (step, event) in trace.events.enumerated()
    where event.kind == .callsSystemCall && event.taskID == task {
      if left == 0 { return step }
      left -= 1
    }
    return nil
  }

  /// The account of a call.
  ///
  /// - Parameters:
  ///   - step: The step of a ``EventKind/callsSystemCall``.
  ///   - narrator: The narrator of the trace.
  public init(call step: Int, in trace: Trace, narrator: Narrator) {
    let events = trace.events
    language = narrator.language
    guard events.indices.contains(step) else {
      title = ""
      return
    }
    let call = events[step]
    title = narrator.callAsWritten(call)
    let own = events.indices.dropFirst(step + 1).filter { events[$0].task == call.task }
    func first(_ kind: EventKind, from place: Int = 0) -> Int? {
      own[min(place, own.count)...].firstIndex { events[$0].kind == kind }
    }
    writeRegisters(before: step, call, trace)
    let entry = first(.entersKernel) ?? own.count
    let dispatch = first(.dispatches, from: entry) ?? own.count
    let sentence = { (index: Int) in narrator.sentence(events[index], at: index) }
    lines[.hardware] = own[..<entry].filter { events[$0].zoom == .mechanism }.map(sentence)
    let isRoutine = { (index: Int) in
      [.callsRoutine, .routineReturns].contains(events[index].kind)
    }
    if entry < own.count {
      writeEntry(events[own[entry]], routine: own[entry...].first(where: isRoutine), trace)
      lines[.software] = own[entry..<dispatch].filter {
        events[$0].zoom == .mechanism && !isRoutine($0)
      }.map(sentence)
    }
    guard
      let result = own.firstIndex(where: {
        events[$0].kind == .systemCallReturns && Int(events[$0].b) == step
      })
    else { return }
    lines[.result, default: []].append(sentence(own[result]))
    let end = first(.returnsToUser, from: result) ?? own.count
    lines[.exit] = own[result..<end].filter {
      events[$0].zoom == .mechanism && !isRoutine($0)
    }.map(sentence)
  }

  /// Instruction, number and arguments: what the program has put into registers.
  private mutating func writeRegisters(before step: Int, _ call: TraceEvent, _ trace: Trace) {
    let architecture = trace.header.architecture
    let pc = Quantity.hexadecimal(call.b)
    let at =
      switch language {
      case .english: "at"
      case .german: "bei"
      }
    lines[.instruction] = ["`\(architecture.syscallInstruction)` \(at) `\(pc)`"]
    var loads: [UInt8: Int64] = [:]
    for event in trace.events[..<step].reversed() where event.task == call.task {
      if [.callsSystemCall, .returnsToUser].contains(event.kind) { break }
      if event.kind == .loadsRegister {
        let register = UInt8(truncatingIfNeeded: event.object)
        if loads[register] == nil { loads[register] = event.a }
      }
    }
    func name(_ register: UInt8) -> String { trace.header.text(Int64(register), .register) }
    let id = SystemCallID(rawValue: call.object)
    let called = SystemCall[id].map { " (`\($0.name)`)" } ?? ""
    let number = architecture.roles.number
    let inInstruction =
      switch language {
      case .english: "in the instruction"
      case .german: "im Befehl"
      }
    lines[.number] = [
      loads[number] == nil
        ? "\(call.a)\(called), \(inInstruction)" : "`\(name(number))` = \(call.a)\(called)"
    ]
    let parameters = SystemCall[id]?.parameters ?? []
    lines[.arguments] = zip(architecture.roles.arguments, parameters).compactMap {
      register, parameter in
      loads[register].map {
        "`\(name(register))` = `\(Quantity.hexadecimal($0))` (\(parameter.name))"
      }
    }
  }

  private mutating func writeEntry(_ event: TraceEvent, routine: Int?, _ trace: Trace) {
    let architecture = trace.header.architecture
    let address = Quantity.hexadecimal(event.b)
    let holder = language.phrase(architecture.entryPointHolder)
    var line =
      switch language {
      case .english: "at `\(address)`, held in \(holder)"
      case .german: "bei `\(address)`; die Adresse liefert \(holder)"
      }
    if let routine {
      line += ": `\(trace.header.text(Int64(trace.events[routine].object), .routine))`"
    }
    lines[.entry] = [line]
  }
}
