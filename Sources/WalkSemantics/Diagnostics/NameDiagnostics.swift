import SourceText
import WalkSyntax

/// W02xx: names and what they stand for.
extension Diagnostic {
  /// `reed` where no variable of that name is.
  static func undeclaredVariable(
    _ name: Name, nearest: String?, related: [Label], isInFunction: Bool
  ) -> Diagnostic {
    semantic(
      .undeclaredVariable, "nothing is called `\(name.text)` here", name.range,
      label: "not declared", related: related,
      notes: isInFunction
        ? ["a function sees its parameters, its own variables, and the program's data and bss"]
        : ["a variable begins with `let \(name.text) = …`"],
      fixIts: suggestion(nearest, at: name.range))
  }

  /// A use above the `let`.
  static func usedBeforeDeclaration(_ name: Name, declared: SourceRange) -> Diagnostic {
    semantic(
      .usedBeforeDeclaration, "`\(name.text)` is used before its `let`", name.range,
      label: "has no value yet", related: [Label(declared, "declared only here")])
  }

  /// A second `let`, function, parameter or data of one name.
  static func declaredTwice(
    _ name: Name, first: SourceRange, canAssign: Bool, letRange: SourceRange?
  ) -> Diagnostic {
    var fixIts: [FixIt] = []
    if canAssign, let letRange {
      let word = SourceRange(file: letRange.file, lower: letRange.lower, upper: name.range.lower)
      fixIts = [
        FixIt("assign to it without `let`", edits: [SourceEdit(range: word, replacement: "")])
      ]
    }
    return semantic(
      .declaredTwice, "`\(name.text)` is declared twice", name.range, label: "again here",
      related: [Label(first, "first here")], fixIts: fixIts)
  }

  /// `reed(stdin, 80)`: a call to something that the kernel does not offer.
  static func unknownSystemCall(
    _ name: Name, offered: [String], nearest: String?
  ) -> Diagnostic {
    semantic(
      .unknownSystemCall, "`\(name.text)` is not a system call", name.range,
      label: "no system call has this name",
      notes: list("this kernel offers", offered), fixIts: suggestion(nearest, at: name.range))
  }

  /// `libc.prinft("x")`, `libm.sin(1)`.
  static func unknownLibraryFunction(
    _ name: Name, library: String?, offered: [String], nearest: String?
  ) -> Diagnostic {
    semantic(
      .unknownLibraryFunction,
      library.map { "`\($0)` has no function `\(name.text)`" }
        ?? "no library is called `\(name.text)`", name.range,
      label: library == nil ? "no library" : "no function has this name",
      notes: list(library.map { "`\($0)` has" } ?? "there is", offered),
      fixIts: suggestion(nearest, at: name.range))
  }

  /// `on SIGINTR { }`.
  static func unknownSignal(_ name: Name, known: [String], nearest: String?) -> Diagnostic {
    semantic(
      .unknownSignal, "no signal is called `\(name.text)`", name.range, label: "no signal",
      notes: list("there is", known), fixIts: suggestion(nearest, at: name.range))
  }

  /// A name that should have been declared: says what there is, or how one is declared.
  private static func undeclared(
    _ code: DiagnosticCode, _ what: String, _ name: Name, known: [String], nearest: String?,
    declaration: String? = nil
  ) -> Diagnostic {
    semantic(
      code, "no \(what) is called `\(name.text)`", name.range, label: "not declared",
      notes: known.isEmpty
        ? declaration.map { [$0] } ?? list("there is", known)
        : list("there is", known), fixIts: suggestion(nearest, at: name.range))
  }

  /// `load module helo`.
  static func unknownModule(_ name: Name, known: [String], nearest: String?) -> Diagnostic {
    undeclared(
      .unknownModule, "module", name, known: known, nearest: nearest,
      declaration: "a module is declared with `module \(name.text) { init { … } }`")
  }

  /// `prink("x")` in a module.
  static func unknownKernelFunction(
    _ name: Name, offered: [String], nearest: String?
  ) -> Diagnostic {
    semantic(
      .unknownKernelFunction, "the kernel exports no function `\(name.text)`", name.range,
      label: "no symbol of the kernel has this name",
      notes: list("modules may call", offered), fixIts: suggestion(nearest, at: name.range))
  }

  /// `shell.child exits` where no program forks.
  static func nobodyForks(_ name: Name) -> Diagnostic {
    semantic(
      .nobodyForks, "`\(name.text)` cannot be: no program forks", name.range,
      notes: ["`shell.child` is the first process that `shell` makes with `fork`"])
  }

  /// `mount "/" ext4 on eth0`.
  static func wrongDeviceKind(_ name: Name, wanted: String, is other: String) -> Diagnostic {
    semantic(
      .wrongItemValue, "`\(name.text)` is \(other), and \(wanted) is wanted", name.range)
  }

  /// `start editr`.
  static func unknownProgram(_ name: Name, known: [String], nearest: String?) -> Diagnostic {
    undeclared(
      .unknownProgram, "program", name, known: known, nearest: nearest,
      declaration: "a program is declared with `program \(name.text) { … }`")
  }

  /// `owner adda`, `as adda`, `group stuff`.
  static func unknownUser(
    _ what: String, _ name: Name, known: [String], nearest: String?
  ) -> Diagnostic {
    undeclared(.unknownUser, what, name, known: known, nearest: nearest)
  }

  /// `mount "/" ext4 on sdb`.
  static func unknownDevice(_ name: Name, known: [String], nearest: String?) -> Diagnostic {
    undeclared(
      .unknownDevice, "device", name, known: known, nearest: nearest,
      declaration: "a disk is declared with `disk \(name.text) { latency 5ms }`")
  }

  /// Two declarations of one thing; `what` names it: "program `editor`".
  static func duplicate(_ what: String, at range: SourceRange, first: SourceRange?) -> Diagnostic {
    semantic(
      .duplicateDeclaration, "\(what) is declared twice", range, label: "again here",
      related: first.map { [Label($0, "first here")] } ?? [])
  }

  /// `start editor` a second time.
  static func startedTwice(
    _ name: Name, first: SourceRange, freeName: String, insertAt: SourceRange
  ) -> Diagnostic {
    semantic(
      .startedTwice, "a process called `\(name.text)` is started already", name.range,
      label: "claims could not tell the two apart", related: [Label(first, "started here")],
      fixIts: [
        FixIt(
          "give it a name of its own: `named \(freeName)`",
          edits: [SourceEdit(range: insertAt, replacement: " named \(freeName)")])
      ])
  }

  /// A name that means something else already.
  static func nameTaken(_ name: Name, meaning: String) -> Diagnostic {
    semantic(
      .nameTaken, "`\(name.text)` cannot be used as a name here", name.range,
      label: "means \(meaning) already")
  }

  /// `machine x86`.
  static func unknownArchitecture(
    _ name: Name, known: [String], nearest: String?
  ) -> Diagnostic {
    semantic(
      .unknownArchitecture, "no architecture is called `\(name.text)`", name.range,
      notes: list("the language knows", known), fixIts: suggestion(nearest, at: name.range))
  }

  /// Something of the language that this version cannot run.
  static func notSimulated(
    _ thing: String, at range: SourceRange, note: String? = nil
  ) -> Diagnostic {
    semantic(
      .notSimulated, "\(thing) is not simulated by this version", range,
      notes: [note ?? "it is part of the language and planned"])
  }

  /// An item that its block does not know.
  static func unknownItem(
    _ key: Name, of owner: String, known: [String], nearest: String?
  ) -> Diagnostic {
    semantic(
      .unknownItem, "\(owner) has no item `\(key.text)`", key.range,
      notes: known.isEmpty ? [] : list("its items are", known),
      fixIts: suggestion(nearest, at: key.range))
  }

  /// A word where one of a few others is wanted.
  static func unknownChoice(
    _ name: String, of what: String, at range: SourceRange, known: [String], nearest: String?
  ) -> Diagnostic {
    semantic(
      .unknownChoice, "`\(name)` is not a \(what)", range,
      notes: list("choose from", known), fixIts: suggestion(nearest, at: range))
  }

  /// `privileged halt`.
  static func unknownPrivilegedInstruction(
    _ name: Name, architecture: String, known: [String], nearest: String?
  ) -> Diagnostic {
    semantic(
      .unknownPrivilegedInstruction,
      "`\(name.text)` is not a privileged instruction of \(architecture)", name.range,
      notes: list("there is", known), fixIts: suggestion(nearest, at: name.range))
  }

  /// A path that cannot be one.
  static func badPath(_ reason: String, at range: SourceRange, fix: String? = nil) -> Diagnostic {
    semantic(
      .badPath, reason, range,
      fixIts: fix.map {
        [FixIt("write \($0)", edits: [SourceEdit(range: range, replacement: $0)])]
      } ?? [])
  }

  /// Something below a file, or a working directory that is none.
  static func notADirectory(_ path: String, at range: SourceRange, declared: SourceRange?)
    -> Diagnostic
  {
    semantic(
      .notADirectory, "\"\(path)\" is not a directory", range,
      related: declared.map { [Label($0, "declared here")] } ?? [])
  }

  /// `in "/home/adda"`.
  static func missingDirectory(_ path: String, at range: SourceRange, nearest: String?)
    -> Diagnostic
  {
    semantic(
      .missingDirectory, "there is no directory \"\(path)\"", range,
      label: "the process could not start here",
      notes: ["declare it with `dir \"\(path)\"`"],
      fixIts: nearest.map {
        [FixIt("write \"\($0)\"", edits: [SourceEdit(range: range, replacement: "\"\($0)\"")])]
      } ?? [])
  }

  /// A statement in a fence that has no use for it.
  static func misplaced(_ what: String, _ why: String, at range: SourceRange) -> Diagnostic {
    semantic(.misplacedStatement, "\(what) cannot stand here", range, notes: [why])
  }

  /// `fn` inside of a function or block.
  static func nestedFunction(_ name: Name) -> Diagnostic {
    semantic(
      .nestedFunction, "`fn \(name.text)` stands inside of another block", name.range,
      notes: ["functions are declared at the top level of their program, as in C"])
  }

  /// `3 = x`, `buf = x`.
  static func notAssignable(_ why: String, at range: SourceRange, note: String) -> Diagnostic {
    semantic(.notAssignable, why, range, label: "cannot be assigned to", notes: [note])
  }

  /// A `student program` without a starter.
  static func missingStudentProgram(_ name: Name) -> Diagnostic {
    semantic(
      .missingStudentProgram, "the starter does not define `program \(name.text)`", name.range,
      label: "asked of students",
      notes: ["without a starter program the task cannot be checked"])
  }

  /// Something that has no value in a program.
  static func notAValue(_ what: String, at range: SourceRange, note: String) -> Diagnostic {
    semantic(.notAValue, "\(what) has no value in a program", range, notes: [note])
  }
}
