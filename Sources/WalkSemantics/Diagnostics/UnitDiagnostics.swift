import Catalogue
import SourceText
import WalkSyntax

/// W03xx: units, types, arguments and limits.
extension Diagnostic {
  /// `latency 5`; `literal` is the number's text when it is one.
  static func missingTimeUnit(
    _ what: String, at range: SourceRange, literal: String?, note: String? = nil
  ) -> Diagnostic {
    semantic(
      .missingTimeUnit, "\(what) needs a unit of time", range, label: "ns, us, ms or s?",
      notes: note.map { [$0] } ?? [],
      fixIts: literal.map {
        [FixIt("write `\($0)ms`", edits: [SourceEdit(range: range, replacement: "\($0)ms")])]
      } ?? [])
  }

  /// `bss buf 4ms`, `latency 5KiB`, `uid 5ms`.
  static func wrongUnit(_ what: String, wanted: String, at range: SourceRange) -> Diagnostic {
    semantic(.wrongUnit, "\(what) is \(wanted)", range, label: "has another unit")
  }

  /// A number outside of its bounds.
  static func outOfRange(_ what: String, bounds: String, at range: SourceRange) -> Diagnostic {
    semantic(.outOfRange, "\(what) must be \(bounds)", range)
  }

  /// `read(fd)`.
  static func wrongArgumentCount(
    _ name: String, given: Int, wanted: String, signature: String, at range: SourceRange
  ) -> Diagnostic {
    semantic(
      .wrongArgumentCount,
      "`\(name)` takes \(wanted), not \(given)", range, notes: ["it is called as `\(signature)`"])
  }

  /// A string for a descriptor, a number for a path.
  static func wrongArgumentKind(
    _ parameter: String, of call: String, wanted: String, given: String, at range: SourceRange,
    note: String? = nil
  ) -> Diagnostic {
    semantic(
      .wrongArgumentKind, "`\(parameter)` of `\(call)` is \(wanted)", range,
      label: "this is \(given)", notes: note.map { [$0] } ?? [])
  }

  /// `open("f", SEEK_SET)`.
  static func wrongFlagFamily(
    _ message: String, at range: SourceRange, family: String, choices: [String],
    fixIts: [FixIt] = []
  ) -> Diagnostic {
    semantic(
      .wrongFlagFamily, message, range, label: family,
      notes: list("what fits is", choices), fixIts: fixIts)
  }

  /// `O_RDONLY|O_WRONLY`.
  static func conflictingAccessModes(_ names: [String], at range: SourceRange) -> Diagnostic {
    semantic(
      .conflictingAccessModes,
      "\(names.joined(separator: " and ")) contradict each other", range,
      label: "exactly one access mode",
      notes: ["the access mode is a number of two bits, not a set: use O_RDWR for both"],
      fixIts: [])
  }

  /// `open("f", O_CREAT)`.
  static func missingMode(
    at range: SourceRange, insertAt: SourceRange, call: String
  ) -> Diagnostic {
    semantic(
      .missingMode, "`\(call)` with O_CREAT needs the new file's mode", range,
      notes: ["in C the mode would be whatever lay in the register"],
      fixIts: [
        FixIt(
          "add the mode: `, 0644`", edits: [SourceEdit(range: insertAt, replacement: ", 0644")])
      ])
  }

  /// `mode 644`.
  static func decimalMode(_ text: String, at range: SourceRange) -> Diagnostic {
    semantic(
      .decimalMode, "permission bits are written in octal, with a leading 0", range,
      label: "decimal \(text)",
      fixIts: [
        FixIt("write `0\(text)`", edits: [SourceEdit(range: range, replacement: "0\(text)")])
      ],
      severity: .warning)
  }

  /// Something that grows past what a run may hold.
  static func limitReached(_ what: String, limit: String, at range: SourceRange) -> Diagnostic {
    semantic(.limitReached, "\(what): the limit is \(limit)", range)
  }

  /// `5ms + 3`, `p * 2`.
  static func typeMismatch(_ message: String, at range: SourceRange, note: String? = nil)
    -> Diagnostic
  {
    semantic(.typeMismatch, message, range, notes: note.map { [$0] } ?? [])
  }

  /// `owner "ada"`, `latency`, `uid 1 2`.
  static func wrongItemValue(_ key: String, wanted: String, at range: SourceRange) -> Diagnostic {
    semantic(.wrongItemValue, "`\(key)` wants \(wanted)", range)
  }

  /// `machine arm64 { protection [smap] }`.
  static func foreignProtection(
    _ protection: MemoryProtection, on architecture: Architecture, at range: SourceRange
  ) -> Diagnostic {
    let counterpart = architecture.counterpart(of: protection)
    let home =
      Architecture.all.filter { $0.protections.contains(protection) }.map(\.name)
      .joined(separator: ", ")
    let note =
      if let counterpart {
        "for the same purpose \(architecture.name) has \(counterpart.rawValue): \(counterpart.meaning)"
      } else if let reason = architecture.noProtections {
        reason
      } else if architecture.neverExecutesUserPages {
        "on \(architecture.name) kernel mode never executes user pages: there is nothing to switch on"
      } else {
        "\(architecture.name) has nothing for this purpose"
      }
    return semantic(
      .wrongItemValue, "\(architecture.name) has no `\(protection.rawValue)`", range,
      notes: ["\(protection.rawValue) is \(protection.meaning), on \(home)", note],
      fixIts: suggestion(counterpart?.rawValue, at: range))
  }

  /// `bss buf n`.
  static func notConstant(_ what: String, at range: SourceRange) -> Diagnostic {
    semantic(
      .notConstant, "\(what) must be known before the program runs", range,
      notes: ["write a number, or numbers combined with + - * / << |"])
  }
}
