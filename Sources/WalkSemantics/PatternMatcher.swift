import Catalogue
import Program
import SourceText
import Trace
import WalkSyntax

/// Holds the words of a pattern against the table of forms.
struct PatternMatcher {
  let scope: ScenarioScope
  let pattern: PatternSyntax

  /// Where the attempts came to, and what they wanted there.
  struct Failure {
    /// The position of the word that did not fit; `words.count` when one was missing.
    var index = -1
    /// What would have fitted.
    var wanted: [(piece: EventPatternForm.Piece, form: EventPatternForm)] = []
  }

  var failure = Failure()

  init(_ pattern: PatternSyntax, in scope: ScenarioScope) {
    self.pattern = pattern
    self.scope = scope
  }

  /// The first of some forms that fits all words, with what they say.
  mutating func match(_ forms: [EventPatternForm]) -> (EventPatternForm, PatternDetails)? {
    for form in forms {
      if let details = match(form.pieces[...], 0, PatternDetails(), form) {
        return (form, details)
      }
    }
    return nil
  }

  private mutating func match(
    _ pieces: ArraySlice<EventPatternForm.Piece>, _ index: Int, _ details: PatternDetails,
    _ form: EventPatternForm
  ) -> PatternDetails? {
    guard let piece = pieces.first else {
      if index == pattern.words.count { return details }
      note(index, nil, form)
      return nil
    }
    let rest = pieces.dropFirst()
    if case .optional(let inner) = piece {
      if let found = match(ArraySlice(inner + rest), index, details, form) { return found }
      return match(rest, index, details, form)
    }
    guard index < pattern.words.count else {
      note(index, piece, form)
      return nil
    }
    // Most forms fail at their verb: nothing is copied for that.
    if case .word(let wanted) = piece {
      guard case .word(let name) = pattern.words[index], name.text == wanted else {
        note(index, piece, form)
        return nil
      }
    }
    var details = details
    guard read(piece, pattern.words[index], &details) else {
      note(index, piece, form)
      return nil
    }
    details.pieces.append(piece)
    return match(rest, index + 1, details, form)
  }

  private mutating func note(
    _ index: Int, _ piece: EventPatternForm.Piece?, _ form: EventPatternForm
  ) {
    if index > failure.index { failure = Failure(index: index) }
    if index == failure.index, let piece { failure.wanted.append((piece, form)) }
  }

  /// Whether a word is what a piece wants; its meaning goes into the details.
  private func read(
    _ piece: EventPatternForm.Piece, _ word: PatternWordSyntax, _ details: inout PatternDetails
  ) -> Bool {
    switch (piece, word) {
    case (.word(let wanted), .word(let name)):
      return name.text == wanted
    case (.choice(let choices), .word(let name)):
      details.choice = name.text
      return choices.contains(name.text)
    case (.process(let slot), .word(let name)):
      // The kernel acts for whoever is there: as a process it stands for anyone.
      if name.text == "kernel" { return true }
      if slot != "P", name.text == "idle" {
        details.tasks[slot] = .idle
        return true
      }
      guard let process = scope.process(name.text) else { return false }
      details.tasks[slot] = process.id
      return true
    case (.device, .word(let name)), (.disk, .word(let name)):
      guard let device = scope.device(name.text), device.kind != .console,
        piece == .device || device.kind == .disk
      else { return false }
      details.device = device.id
      return true
    case (.cpu(let slot), .word(let name)):
      details.cpus[slot] = scope.cpu(name.text)
      return details.cpus[slot] != nil
    case (.call, .word(let name)):
      details.call = SystemCall.named(name.text == "exit" ? "exit_group" : name.text)
      return details.call != nil
    case (.number, .number(let value, let unit, _)):
      details.number = value
      return unit?.isTime != true
    case (.address, .number(let value, nil, _)):
      details.addresses = value...value
      return true
    case (.errno, .word(let name)):
      details.errno = Errno(name: name.text)
      return details.errno != nil
    case (.signal, .word(let name)):
      details.signal = Signal(name: name.text)
      return details.signal != nil
    case (.symbol, .word(let name)):
      guard let symbol = symbols(details).first(where: { $0.name == name.text }) else {
        return false
      }
      details.addresses = symbol.address...(symbol.address + max(0, symbol.byteCount - 1))
      return true
    case (.routine, .word(let name)):
      details.routine = KernelRoutine.allCases.first {
        scope.architecture.name(of: $0) == name.text
      }
      return details.routine != nil
    case (.module, .word(let name)):
      details.text = name.text
      return scope.modules.contains(name.text)
    case (.text, .string(let string)):
      details.text = string.text
      return true
    default: return false
    }
  }

  /// The names in memory of the process that was read; of all programs for anyone.
  func symbols(_ details: PatternDetails) -> [ProgramImage.Symbol] {
    if let task = details.tasks["P"],
      let process = scope.processes.first(where: { $0.id == task }),
      let program = process.program, scope.programs.indices.contains(program)
    {
      return scope.programs[program].symbols
    }
    return scope.programs.flatMap(\.symbols)
  }
}
