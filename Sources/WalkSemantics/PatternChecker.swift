import Catalogue
import Program
import SourceText
import Trace
import WalkSyntax

// Event patterns: which form the words have, and what is wrong when they have none.
extension ClaimChecker {
  /// The events that a pattern means; `nil` when it means none, which is reported.
  mutating func pattern(_ pattern: PatternSyntax) -> EventPattern? {
    guard let (form, details) = form(of: pattern) else { return nil }
    return form.pattern(details)
  }

  /// The call and process of `open by editor`; `nil` for any other pattern, unreported.
  func callPattern(_ pattern: PatternSyntax) -> (call: SystemCallID, task: TaskID)? {
    guard pattern.words.count == 3 else { return nil }
    var matcher = PatternMatcher(pattern, in: scope)
    let forms = EventPatternForm.all.filter { $0.text == "CALL by P" }
    guard let (_, details) = matcher.match(forms), let call = details.call,
      let task = details.tasks["P"]
    else { return nil }
    return (call, task)
  }

  /// What a lasting verb says as a state.
  mutating func lastingState(_ pattern: PatternSyntax) -> StateExpression? {
    guard let (form, details) = form(of: pattern) else { return nil }
    guard let state = form.state else {
      report(
        .eventWhereStateIsWanted(
          scope.texts.line(pattern.range).isEmpty
            ? form.text : scope.texts.line(pattern.range), at: pattern.range,
          lasting: EventPatternForm.all.filter(\.isLasting).map { "`\($0.text)`" }))
      return nil
    }
    guard let task = details.tasks["P"] else {
      report(
        .incomparable(
          "a state is that of one process", at: pattern.range,
          note: "put the name of a process in the place of `kernel`"))
      return nil
    }
    return state(task, details)
  }

  // MARK: Finding the form

  private mutating func form(of pattern: PatternSyntax) -> (EventPatternForm, PatternDetails)? {
    guard case .word(let subject)? = pattern.words.first else {
      isBroken = true
      if let first = pattern.words.first {
        report(
          .unknownVerb(
            scope.texts.line(pattern.range), subject: "events", at: first.range,
            forms: ["`SUBJECT VERB …`"], nearest: nil))
      }
      return nil
    }
    var second = ""
    if pattern.words.count > 1, case .word(let name) = pattern.words[1] { second = name.text }
    let (forms, kind) = scope.forms(for: pattern)
    var matcher = PatternMatcher(pattern, in: scope)
    if let found = matcher.match(forms) { return found }
    isBroken = true
    if EventPatternForm.plannedVerbs.contains(second) {
      let text = scope.texts.line(pattern.range)
      report(
        .notSimulated(text.isEmpty ? "this event" : "the event `\(text)`", at: pattern.range))
      return nil
    }
    guard !forms.isEmpty else {
      reportSubject(subject)
      return nil
    }
    explain(matcher, kind, forms, pattern)
    return nil
  }

  // MARK: Saying what is wrong

  /// Reports a name that is neither process nor device.
  mutating func reportSubject(_ name: Name) {
    isBroken = true
    // The parser has found none, and said so.
    guard !name.text.isEmpty, reported.insert("subject \(name.text)").inserted else { return }
    if let program = scope.program(name.text), scope.process(name.text) == nil {
      report(.neverStarted(name, declared: program.range))
      return
    }
    let devices = scope.devices.filter { $0.kind != .console }.map(\.name)
    let known = scope.processNames + devices + ["kernel"]
    report(
      .unknownSubject(
        name, known: known,
        nearest: Nearest.name(
          to: name.text, among: known + scope.programs.map(\.name) + ["page_fault"])))
  }

  private mutating func explain(
    _ matcher: PatternMatcher, _ subject: String, _ forms: [EventPatternForm],
    _ pattern: PatternSyntax
  ) {
    let failure = matcher.failure
    let written = scope.texts.line(pattern.range)
    let text = written.isEmpty ? Self.text(pattern) : written
    /// All forms that begin like the words did; all when already the verb does not fit.
    let near =
      failure.index <= 1
      ? forms
      : failure.wanted.map(\.form).reduce(into: []) { list, form in
        if !list.contains(where: { $0.text == form.text }) { list.append(form) }
      }
    let listed = (near.isEmpty ? forms : near).map { "`\($0.text)`" }
    guard pattern.words.indices.contains(failure.index) else {
      report(
        .unknownVerb(text, subject: subject, at: pattern.range, forms: listed, nearest: nil))
      return
    }
    let word = pattern.words[failure.index]
    guard case .word(let name) = word else {
      if let (piece, form) = failure.wanted.first(where: { Self.detailWords($0.piece) != nil }) {
        report(
          .wrongDetail(
            scope.texts.text(word.range).isEmpty ? "this" : scope.texts.text(word.range),
            wanted: Self.detailWords(piece) ?? "", form: form.text, at: word.range, nearest: nil))
      } else {
        report(
          .unknownVerb(text, subject: subject, at: word.range, forms: listed, nearest: nil))
      }
      return
    }
    // A word of the form that is nearly what is written comes first, then what a name could be.
    var literals: [String] = []
    for (piece, _) in failure.wanted {
      if case .word(let wanted) = piece { literals.append(wanted) }
      if case .choice(let choices) = piece { literals += choices }
    }
    if let nearest = Nearest.name(to: name.text, among: literals) {
      report(
        .unknownVerb(text, subject: subject, at: name.range, forms: listed, nearest: nearest))
      return
    }
    for (piece, form) in failure.wanted {
      switch piece {
      case .process:
        reportSubject(name)
        return
      case .device, .disk:
        guard reported.insert("device \(name.text)").inserted else { return }
        let known = scope.devices.filter {
          $0.kind == .disk || piece == .device && $0.kind != .console
        }.map(\.name)
        report(
          .unknownDevice(name, known: known, nearest: Nearest.name(to: name.text, among: known)))
        return
      case .call:
        guard reported.insert("pattern call \(name.text)").inserted else { return }
        let known = SystemCall.all.map(\.name)
        report(
          .unknownCallInPattern(
            name, offered: known, nearest: Nearest.name(to: name.text, among: known)))
        return
      case .cpu:
        let known = (0..<scope.cpuCount).map { "cpu\($0)" }
        report(
          .wrongDetail(
            name.text, wanted: "a CPU of this machine", form: form.text, at: name.range,
            nearest: Nearest.name(to: name.text, among: known)))
        return
      case .errno, .signal, .number, .address, .symbol, .routine, .text, .module:
        report(
          .wrongDetail(
            name.text, wanted: Self.detailWords(piece) ?? "", form: form.text, at: name.range,
            nearest: Nearest.name(to: name.text, among: candidates(piece, matcher, pattern))))
        return
      case .word, .choice, .optional: continue
      }
    }
    report(.unknownVerb(text, subject: subject, at: name.range, forms: listed, nearest: nil))
  }

  private func candidates(
    _ piece: EventPatternForm.Piece, _ matcher: PatternMatcher, _ pattern: PatternSyntax
  ) -> [String] {
    switch piece {
    case .errno: return Errno.allCases.map(\.name)
    case .signal: return Signal.allCases.map(\.name)
    case .module: return scope.modules
    case .routine: return KernelRoutine.allCases.map { scope.architecture.name(of: $0) }
    case .symbol:
      var details = PatternDetails()
      if case .word(let name)? = pattern.words.first {
        details.tasks["P"] = scope.process(name.text)?.id
      }
      return matcher.symbols(details).map(\.name)
    default: return []
    }
  }

  private static func detailWords(_ piece: EventPatternForm.Piece) -> String? {
    switch piece {
    case .errno: "an error number such as ENOENT"
    case .signal: "a signal such as SIGSEGV"
    case .number: "a number"
    case .address: "an address"
    case .symbol: "a name of `data` or `bss` of that program"
    case .routine: "a routine of this kernel"
    case .text: "a string"
    case .module: "the name of a module that is declared"
    case .cpu: "a CPU of this machine"
    case .word, .choice, .optional, .process, .device, .disk, .call: nil
    }
  }

  /// The words of a pattern, when its text is not at hand.
  static func text(_ pattern: PatternSyntax) -> String {
    pattern.words.map { word in
      switch word {
      case .word(let name): name.text
      case .string(let string): "\"\(string.text)\""
      case .number(let value, _, _): String(value)
      }
    }.joined(separator: " ")
  }
}
