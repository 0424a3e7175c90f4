public import Catalogue
import Program
import SourceText
import Trace
public import WalkSyntax

/// An event pattern as it was understood.
public struct PatternReading: Sendable {
  /// What a word of a pattern is.
  public enum Part: Sendable, Hashable {
    /// A word of the form itself: a verb, a preposition.
    case word
    /// The name of a process.
    case process
    /// `cpu0`.
    case cpu
    /// The name of a device.
    case device
    /// The name of a system call.
    case call
    /// A number or an address.
    case number
    /// `ENOENT`.
    case error
    /// `SIGSEGV`.
    case signal
    /// A name of `data` or `bss`.
    case memory
    /// A kernel routine.
    case routine
    /// The name of a module.
    case module
    /// A string.
    case text
  }

  /// The form that it has.
  public let form: EventPatternForm
  /// What each of its words is.
  public let parts: [Part]
}

/// A word by which an event pattern may go on.
public struct PatternContinuation: Sendable {
  /// The word.
  public let text: String
  /// What it is.
  public let part: PatternReading.Part
  /// The form that it belongs to.
  public let form: EventPatternForm
}

extension EventPatternForm.Piece {
  /// What a word is that stands for it.
  var part: PatternReading.Part {
    switch self {
    case .word, .choice, .optional: .word
    case .process: .process
    case .cpu: .cpu
    case .device, .disk: .device
    case .call: .call
    case .number, .address: .number
    case .errno: .error
    case .signal: .signal
    case .symbol: .memory
    case .routine: .routine
    case .module: .module
    case .text: .text
    }
  }
}

extension ScenarioScope {
  /// The forms that a pattern with this subject may have, and what the subject is.
  func forms(for pattern: PatternSyntax) -> (forms: [EventPatternForm], kind: String) {
    guard case .word(let subject)? = pattern.words.first else { return ([], "events") }
    var second = ""
    if pattern.words.count > 1, case .word(let name) = pattern.words[1] { second = name.text }
    func beginning(with piece: EventPatternForm.Piece) -> [EventPatternForm] {
      EventPatternForm.byFirstPiece[piece] ?? []
    }
    let own = beginning(with: .word(subject.text))
    var forms = own
    var kind = "`\(subject.text)`"
    if let device = device(subject.text), device.kind != .console {
      forms += beginning(with: .device)
      if device.kind == .disk { forms += beginning(with: .disk) }
      kind =
        switch device.kind {
        case .disk: "a disk"
        case .nic: "a network card"
        case .serial: "a serial line"
        case .keyboard: "a keyboard"
        case .timer, .console: "the timer"
        }
    } else if own.isEmpty, cpu(subject.text) != nil {
      forms = beginning(with: .cpu("CPU"))
      kind = "a CPU"
    } else if own.isEmpty,
      second == "by" || SystemCall.named(subject.text) != nil && process(subject.text) == nil
    {
      forms = beginning(with: .call)
      kind = "a system call"
    } else if process(subject.text) != nil {
      // A process may have a word of some form as its name: `server answers` is the file server.
      forms = beginning(with: .process("P")) + own
      kind = "a process"
    }
    return (forms, kind)
  }

  /// How a pattern is understood; `nil` when it means nothing.
  public func reading(of pattern: PatternSyntax) -> PatternReading? {
    var matcher = PatternMatcher(pattern, in: self)
    guard let (form, details) = matcher.match(forms(for: pattern).forms) else { return nil }
    return PatternReading(form: form, parts: details.pieces.map(\.part))
  }

  /// The words by which a pattern may go on, in the order of the table of forms, each once.
  public func continuations(of pattern: PatternSyntax) -> [PatternContinuation] {
    var found: [PatternContinuation] = []
    var seen: Set<String> = []
    for form in forms(for: pattern).forms {
      var matcher = PatternMatcher(pattern, in: self)
      _ = matcher.match([form])
      guard matcher.failure.index == pattern.words.count else { continue }
      for (piece, _) in matcher.failure.wanted {
        for text in words(for: piece, matcher, pattern) where seen.insert(text).inserted {
          found.append(PatternContinuation(text: text, part: piece.part, form: form))
        }
      }
    }
    return found
  }

  /// The words that fit a piece; none for numbers and texts.
  private func words(
    for piece: EventPatternForm.Piece, _ matcher: PatternMatcher, _ pattern: PatternSyntax
  ) -> [String] {
    switch piece {
    case .word(let word): return [word]
    case .choice(let words): return words
    case .process: return processNames
    case .cpu: return cpuNames
    case .device: return devices.filter { $0.kind != .console }.map(\.name)
    case .disk: return devices.filter { $0.kind == .disk }.map(\.name)
    case .call: return SystemCall.all.map(\.name)
    case .errno: return Errno.allCases.map(\.name)
    case .signal: return Signal.allCases.map(\.name)
    case .routine: return KernelRoutine.allCases.map { architecture.name(of: $0) }
    case .module: return modules
    case .symbol:
      var details = PatternDetails()
      for case .word(let name) in pattern.words {
        guard let process = process(name.text) else { continue }
        details.tasks["P"] = process.id
        break
      }
      return matcher.symbols(details).map(\.name)
    case .number, .address, .text, .optional: return []
    }
  }

  /// The names of the CPUs: `cpu0`, `cpu1`...
  public var cpuNames: [String] { (0..<cpuCount).map { "cpu\($0)" } }

  /// The kernel routine that the machine's Linux calls by a name.
  public func routine(named name: String) -> KernelRoutine? {
    KernelRoutine.allCases.first { architecture.name(of: $0) == name }
  }

  /// What can be seen of something with a name: `mode` and `faults.minor` of a process; empty where it is no
  /// name of such a thing.
  public func members(of name: String) -> [String] {
    name == "kernel"
      ? ["text", "entry", "memory", "modules"] : ClaimChecker(scope: self).members(of: name)
  }

  /// The words that stand for a value by themselves: `user`, `running`, `time`.
  public static let valueWords: [String] = ClaimChecker.valueWords.map(\.0) + ["time"]

  /// The functions that may be asked of a trace, with how they are written.
  public static let functions: [(name: String, form: String)] = ClaimChecker.signatures.map {
    ($0.name, $0.text)
  }

  /// The first of the words that can stand before all forms of events with no name: `kernel`, `page_fault`.
  public static let subjects: [String] = EventPatternForm.all.reduce(into: []) { found, form in
    if case .word(let word)? = form.pieces.first, !found.contains(word) { found.append(word) }
  }
}
