import SourceText
import WalkSyntax

/// W04xx: claims, states and checks.
extension Diagnostic {
  /// A claim about somebody who does not exist.
  static func unknownSubject(_ name: Name, known: [String], nearest: String?) -> Diagnostic {
    semantic(
      .unknownSubject, "no process or device is called `\(name.text)`", name.range,
      label: "a claim about it could never hold",
      notes: list("there is", known), fixIts: suggestion(nearest, at: name.range))
  }

  /// A claim about a program that no `start` names.
  static func neverStarted(_ name: Name, declared: SourceRange?) -> Diagnostic {
    semantic(
      .neverStarted, "`\(name.text)` is a program that is never started", name.range,
      related: declared.map { [Label($0, "declared here")] } ?? [],
      notes: ["claims speak of processes: add `start \(name.text)` before `run`"])
  }

  /// A verb that fits no event.
  static func unknownVerb(
    _ text: String, subject: String, at range: SourceRange, forms: [String], nearest: String?
  ) -> Diagnostic {
    semantic(
      .unknownVerb, "no event reads `\(text)`", range,
      label: nearest == nil ? "" : "did you mean `\(nearest ?? "")`?",
      notes: list("of \(subject) can be said:", forms, limit: 48),
      fixIts: suggestion(nearest, at: range))
  }

  /// `editor.mod`.
  static func unknownMember(
    _ name: Name, of owner: String, known: [String], nearest: String?
  ) -> Diagnostic {
    semantic(
      .unknownMember, "`\(owner)` has no `\(name.text)` that can be seen", name.range,
      notes: list("it has", known), fixIts: suggestion(nearest, at: name.range))
  }

  /// `editor.mode == 3`.
  static func incomparable(_ message: String, at range: SourceRange, note: String? = nil)
    -> Diagnostic
  {
    semantic(.incomparable, message, range, notes: note.map { [$0] } ?? [])
  }

  /// `editor calls opn`.
  static func unknownCallInPattern(_ name: Name, offered: [String], nearest: String?) -> Diagnostic
  {
    semantic(
      .unknownCallInPattern, "`\(name.text)` is not a system call of this kernel", name.range,
      label: "such an event could never happen", notes: list("this kernel offers", offered),
      fixIts: suggestion(nearest, at: name.range))
  }

  /// `fails with ENOFILE`, `exits ten`.
  static func wrongDetail(
    _ text: String, wanted: String, form: String, at range: SourceRange, nearest: String?
  ) -> Diagnostic {
    semantic(
      .wrongDetail, "`\(text)` is not \(wanted)", range, notes: ["the event reads `\(form)`"],
      fixIts: suggestion(nearest, at: range))
  }

  /// `cont(editor sleeps)`.
  static func unknownFunction(_ name: Name, known: [String], nearest: String?) -> Diagnostic {
    semantic(
      .unknownFunction, "no function over the trace is called `\(name.text)`", name.range,
      notes: list("there is", known), fixIts: suggestion(nearest, at: name.range))
  }

  /// `count(3)`.
  static func wrongFunctionArgument(_ name: String, signature: String, at range: SourceRange)
    -> Diagnostic
  {
    semantic(
      .wrongFunctionArgument, "`\(name)` cannot be asked about this", range,
      notes: ["it is written `\(signature)`"])
  }

  /// `at least -1 of …`.
  static func badCount(at range: SourceRange) -> Diagnostic {
    semantic(
      .badCount, "events are counted with a whole number from 0", range)
  }

  /// `always editor.exit`.
  static func notABoolean(_ what: String, at range: SourceRange) -> Diagnostic {
    semantic(
      .notABoolean, "\(what) is neither true nor false", range,
      notes: ["compare it with something: `==`, `!=`, `<`, `<=`, `>`, `>=`"])
  }

  /// `always editor wakes`.
  static func eventWhereStateIsWanted(_ text: String, at range: SourceRange, lasting: [String])
    -> Diagnostic
  {
    semantic(
      .eventWhereStateIsWanted, "`\(text)` happens at an instant; a state is wanted here", range,
      notes: list("lasting things are", lasting))
  }

  /// Something that is checked and not run yet.
  static func notRun(_ what: String, at range: SourceRange) -> Diagnostic {
    semantic(
      .notRun, "\(what) is checked, and not run by this version", range, severity: .note)
  }

  /// `claim "…" { }`.
  static func emptyClaimBlock(at range: SourceRange) -> Diagnostic {
    semantic(
      .emptyClaimBlock, "this `claim` is not put to any test", range,
      notes: ["say what must hold if it is true: `expect …`, or `under isolation kpti: expect …`"])
  }

  /// `expect p exits` and, in the same block and for the same machine, `refute p exits`.
  static func pinnedTwice(under configuration: String, at range: SourceRange, first: SourceRange)
    -> Diagnostic
  {
    let machine = configuration.isEmpty ? "for the machine as written" : "under `\(configuration)`"
    return semantic(
      .pinnedTwice, "this claim has its verdict \(machine) already", range, label: "a second one",
      related: [Label(first, "the first one")])
  }

  /// Something of a task that cannot be graded.
  static func badTask(
    _ message: String, at range: SourceRange, label: String = "", notes: [String] = [],
    fixIts: [FixIt] = []
  ) -> Diagnostic {
    semantic(.badTask, message, range, label: label, notes: notes, fixIts: fixIts)
  }

  /// A statement that students cannot hand in.
  static func notOfSubmission(at range: SourceRange) -> Diagnostic {
    semantic(
      .notOfSubmission, "a submission holds programs and answers, nothing else", range,
      notes: ["the machine, what happens on it and what is checked are the task's"])
  }

  /// A question that nobody could answer, or that nothing says the answer of.
  static func badQuestion(_ message: String, at range: SourceRange, note: String? = nil)
    -> Diagnostic
  {
    semantic(.badQuestion, message, range, notes: note.map { [$0] } ?? [])
  }

  /// A word in a state that names nothing.
  static func unknownStateName(_ name: Name, known: [String], nearest: String?) -> Diagnostic {
    semantic(
      .unknownStateName, "nothing that can be seen is called `\(name.text)`", name.range,
      notes: list("there is", known), fixIts: suggestion(nearest, at: name.range))
  }
}
