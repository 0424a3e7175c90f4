import Catalogue
import Lesson
import Program
public import SourceText
import Trace
import WalkSemantics
import WalkSyntax

/// One word that may stand at a place.
public struct CompletionEntry: Sendable, Hashable {
  /// What it is.
  public enum Kind: Sendable, Hashable {
    case keyword, function, variable, program, property, constant, event, machine, device, user,
      module, role
  }

  /// The word.
  public var label: String
  /// What it is.
  public var kind: Kind
  /// A few words beside it; may be empty.
  public var detail: String
  /// More about it, in Markdown; may be empty.
  public var documentation: String
}

/// The words that may stand at a place.
public struct CompletionList: Sendable {
  /// What a chosen word replaces: the part of a word before the place.
  public var range: SourceRange
  /// The words, the best first, each once.
  public var entries: [CompletionEntry]
}

extension LanguageDocument {
  /// The words that may stand at an offset; empty outside of scripts.
  public func completions(at offset: Int) -> CompletionList {
    var lower = offset
    while lower > 0, Self.isWordByte(file.bytes[lower - 1]) { lower -= 1 }
    let range = SourceRange(file: Self.id, lower: lower, upper: offset)
    var finder = CompletionFinder(document: self)
    finder.find(at: lower)
    var seen: Set<String> = []
    return CompletionList(
      range: range, entries: finder.entries.filter { seen.insert($0.label).inserted })
  }

  static func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x5F, 0x61...0x7A: true
    default: false
    }
  }
}

/// Finds out what is wanted at a place, from the tokens before it: what stands there need not be a script yet.
private struct CompletionFinder {
  let document: LanguageDocument
  var entries: [CompletionEntry] = []
  private var scope: ScenarioScope?
  /// The fence at hand.
  private var fence: LessonFence?

  init(document: LanguageDocument) { self.document = document }

  mutating func add(
    _ labels: [String], _ kind: CompletionEntry.Kind, _ detail: String = "",
    documentation: (String) -> String = { _ in "" }
  ) {
    for label in labels {
      entries.append(
        CompletionEntry(
          label: label, kind: kind, detail: detail, documentation: documentation(label)))
    }
  }

  /// - Parameter offset: Where the word begins that is being written.
  mutating func find(at offset: Int) {
    let lesson = document.lesson
    if let (index, found, inner) = document.fence(at: offset) {
      fence = found
      // In a world the names of the scenario are known whose world it is.
      scope = found.scope ?? lesson.fences[index...].lazy.compactMap(\.scope).first
      let tokens = found.script.tokens.filter {
        $0.upper <= inner && $0.kind != .space && $0.kind != .comment
      }
      if found.script.tokens.contains(where: {
        $0.kind == .comment && $0.lower < inner && inner <= $0.upper
      }) {
        return
      }
      inScript(Words(tokens, found.script.fragment))
      return
    }
    if let value = lesson.values.first(where: { $0.range.touches(offset) }) {
      let fence = lesson.fences.indices.contains(value.fence) ? lesson.fences[value.fence] : nil
      scope = fence?.scope
      let start = min(value.range.lower + 2, offset)
      let fragment = SourceFragment(
        file: LanguageDocument.id, bytes: Array(document.file.bytes[start..<offset]), segments: [])
      inClaim(Words(WalkParser.parse(fragment).tokens.filter { $0.kind != .space }, fragment))
      return
    }
    inInfoString(offset)
  }

  // MARK: Behind ```walk

  private mutating func inInfoString(_ offset: Int) {
    guard !document.isScript else { return }
    let line = document.lines.range(ofLine: document.lines.line(at: offset))
    let text = document.file.text(line.lowerBound..<offset)
    let words = text.drop { " \t>`~-*".contains($0) }
    guard text.contains("```") || text.contains("~~~") else { return }
    let names = document.lesson.scenarios.map(\.name)
    if words.hasSuffix("of=") {
      if words.hasPrefix("walk ") || Self.kind(words) != nil { add(names, .role, "scenario") }
    } else if let kind = Self.kind(words) {
      inTranscript(kind, words)
    } else if words.hasPrefix("walk ") {
      if words.hasSuffix("show=") {
        add(LessonFence.pictures, .role, "picture")
      } else if words.hasSuffix(" ") {
        add(FenceRole.allCases.map(\.rawValue), .role, "what the fence is for")
        add(
          ["of", "arch", "call", "process", "address", "part", "at", "under", "points", "version"],
          .property)
      }
    } else if words.isEmpty {
      add(["walk"], .keyword, "a script")
      add(["output"], .keyword, "what programs print")
      add(["table"], .keyword, "a table, or with show= one of the run")
    }
  }

  /// The kind of a fence of the machine's words, by the words of its info string.
  private static func kind(_ words: Substring) -> TranscriptKind? {
    TranscriptKind.allCases.first { words.hasPrefix("\($0.rawValue) ") }
  }

  private mutating func inTranscript(_ kind: TranscriptKind, _ words: Substring) {
    if words.hasSuffix(" ") {
      add(LessonTranscript.options(of: kind), .property)
    } else if words.hasSuffix("show="), kind == .table {
      add(LessonTranscript.tables, .role, "table of the run")
    } else if words.hasSuffix("process=") {
      let tasks = document.lesson.scenarios.flatMap { $0.run.trace.header.tasks.dropFirst() }
      add(Set(tasks.map(\.name)).sorted(), .role, "process")
    } else if words.hasSuffix("zoom="), kind == .table {
      add(Zoom.allCases.map(\.name), .role, "how closely events are looked at")
    }
  }

  // MARK: In a script

  /// The tokens before a place, as text.
  private struct Words {
    let texts: [String]
    let kinds: [TokenKind]

    init(_ tokens: [Token], _ fragment: SourceFragment) {
      texts = tokens.map(fragment.text)
      kinds = tokens.map(\.kind)
    }

    init(_ texts: ArraySlice<String>, _ kinds: ArraySlice<TokenKind>) {
      self.texts = Array(texts)
      self.kinds = Array(kinds)
    }

    var last: String? { texts.last }

    subscript(range: Range<Int>) -> Words { Words(texts[range], kinds[range]) }
  }

  /// What a pair of braces holds.
  private enum Block {
    case script
    case program(String)
    case claims
    /// Items, of a declaration or an item.
    case items(String)
  }

  private mutating func inScript(_ words: Words) {
    var blocks: [Block] = [.script]
    var start = 0
    var isInParentheses = 0
    for (index, text) in words.texts.enumerated() {
      let kind = words.kinds[index]
      if kind == .newline {
        if isInParentheses == 0 { start = index + 1 }
      } else if kind == .punctuation {
        switch text {
        case "{":
          blocks.append(Self.block(words[start..<index], in: blocks.last ?? .script))
          start = index + 1
        case "}":
          if blocks.count > 1 { blocks.removeLast() }
          start = index + 1
        case ";": start = index + 1
        case ",":
          if case .items? = blocks.last, isInParentheses == 0 { start = index + 1 }
        case "(", "[": isInParentheses += 1
        case ")", "]": isInParentheses = max(0, isInParentheses - 1)
        default: break
        }
      }
    }
    let statement = words[start..<words.texts.count]
    switch blocks.last ?? .script {
    case .script: inStatement(statement)
    case .program(let name): inProgram(statement, name)
    case .claims:
      if statement.texts.isEmpty {
        add(["under", "expect", "refute"], .keyword)
      } else if statement.texts.first == "under", !statement.texts.contains(":") {
        if statement.texts.count == 1 { add(["machine"], .keyword) }
        inItems(statement[1..<statement.texts.count], of: "machine")
      } else {
        inClaim(statement)
      }
    case .items(let owner): inItems(statement, of: owner)
    }
  }

  private static func block(_ head: Words, in outer: Block) -> Block {
    let first = head.texts.first ?? ""
    switch outer {
    case .script:
      switch first {
      case "program": return .program(head.texts.count > 1 ? head.texts[1] : "")
      case "claim": return .claims
      case "starter": return .script
      default: return .items(first)
      }
    case .program: return outer
    case .claims: return .claims
    case .items(let owner):
      if ["init", "exit", "open", "read", "write", "release", "mount", "unmount", "interrupt"]
        .contains(first)
      {
        return .program(owner)
      }
      return .items(first)
    }
  }

  private mutating func inStatement(_ words: Words) {
    guard let first = words.texts.first else {
      add(Keywords.statements, .keyword)
      add(names(.device), .device, "device")
      return
    }
    let last = words.last ?? ""
    switch first {
    case "machine" where words.texts.count == 1:
      add(Architecture.all.map(\.name), .machine, "architecture")
    case "start":
      switch last {
      case "start": add(names(.program), .program, "program")
      case "as": add(names(.user) + ["root", "student"], .user, "user")
      case "named": break
      default: add(["named", "as", "in", "nice", "at"], .keyword)
      }
    case "mount":
      if words.texts.count == 2 {
        add(MountConfiguration.FileSystem.allCases.map(\.rawValue), .machine, "file system")
      } else if last == "on" {
        add(names(.device), .device, "device")
      } else {
        add(["on", "from", "read_only"], .keyword)
      }
    case "swap": last == "on" ? add(names(.device), .device, "device") : add(["on"], .keyword)
    case "user", "disk", "nic", "serial", "keyboard", "module", "program", "dir", "file", "symlink",
      "include", "claim", "ask", "hint", "vary", "student", "hidden", "reveal":
      break
    case "require", "forbid":
      add(Keywords.programs, .keyword)
      calls()
    case "at" where !words.texts.contains(":"): break
    case "at", "signal", "load", "unload":
      switch last {
      case "signal": add(Signal.allCases.map(\.name), .constant, "signal")
      case "to": add(scope?.processNames ?? [], .program, "process")
      case "load", "unload": add(["module"], .keyword)
      case "module": add(names(.module), .module, "module")
      case "as": add(names(.user) + ["root"], .user, "user")
      case ":":
        add(["signal", "load", "unload"], .keyword)
        add(names(.device), .device, "device")
      default: add(["to", "as", "receives", "types", "fails"], .keyword)
      }
    case "run":
      if words.texts.count == 1 {
        add(["until", "for"], .keyword)
      } else if words.texts.contains("until") {
        inClaim(words)
      }
    case "check":
      if let colon = words.texts.lastIndex(of: ":") {
        inClaim(words[colon..<words.texts.count])
      } else {
        add(["points", "in", "parts", "after", "with"], .keyword)
      }
    default:
      if names(.device).contains(first) {
        add(["receives", "types", "fails"], .event)
      } else {
        inClaim(words)
      }
    }
  }

  private mutating func inItems(_ words: Words, of owner: String) {
    guard let key = words.texts.first else {
      add(BlockItems.names(of: owner), .property, "item of \(owner)") { name in
        MachineItem.all.first { $0.name == name }.map {
          "\($0.form): \($0.meaning). Without it: \($0.standard)."
        } ?? ""
      }
      return
    }
    switch key {
    case "owner", "group": add(names(.user) + ["root", "student"], .user, "user")
    case "interrupt": add(names(.device), .device, "device")
    case "machine": add(Architecture.all.map(\.name), .machine, "architecture")
    case "protection": add(MemoryProtection.allCases.map(\.rawValue), .machine, "protection")
    default: add(BlockItems.values(of: key), .machine, key)
    }
  }

  // MARK: In a program

  private mutating func inProgram(_ words: Words, _ program: String) {
    let last = words.last ?? ""
    if last == "." {
      let library = words.texts.dropLast().last ?? ""
      for function in LibraryFunction.all where function.library == library {
        add([function.name], .function, library) { _ in ManualPage(function).markdown }
      }
      return
    }
    if words.texts.isEmpty { add(Keywords.programs, .keyword) }
    switch words.texts.first ?? "" {
    case "on" where words.texts.count == 1, "ignore", "default", "block", "unblock":
      add(Signal.allCases.filter(\.canBeCaught).map(\.name), .constant, "signal")
      return
    default: break
    }
    if let (call, position) = Self.openCall(words), let id = SystemCall.named(call),
      let parameters = SystemCall[id]?.parameters, parameters.indices.contains(position),
      let family = parameters[position].type.constants
    {
      add(
        NamedConstant.all.filter { $0.family == family }.map(\.name), .constant, family.rawValue)
    }
    for thing in document.names.things where thing.container == program {
      add([thing.name], thing.kind == .function ? .function : .variable, thing.kind.rawValue)
    }
    calls()
    add(LibraryFunction.libraries, .machine, "library")
    add(["errno"], .constant, "the last error")
    add(NamedConstant.all.map(\.name), .constant)
  }

  /// The call whose argument is being written, and which argument that is.
  private static func openCall(_ words: Words) -> (name: String, argument: Int)? {
    var depth = 0
    var argument = 0
    for index in words.texts.indices.reversed() where words.kinds[index] == .punctuation {
      switch words.texts[index] {
      case ")", "]": depth += 1
      case "(", "[":
        if depth == 0 {
          return words.texts[index] == "(" && index > 0 ? (words.texts[index - 1], argument) : nil
        }
        depth -= 1
      case ",": if depth == 0 { argument += 1 }
      default: break
      }
    }
    return nil
  }

  private mutating func calls() {
    for call in SystemCall.all {
      entries.append(
        CompletionEntry(
          label: call.name, kind: .function, detail: "system call",
          documentation: "\(ManualPage.capitalised(call.summary))."))
    }
    add(["exit"], .function, "system call")
  }

  // MARK: In a claim

  private static let beginsClaim: Set<String> = [
    "expect", "refute", "until", "never", "always", "eventually", "when", "of", "not", "and", "or",
    "implies", "then", "before", "because", "while", "within", "end", ":", "(", ",", "from", "if",
    "answer", "choice", "order",
  ]

  private mutating func inClaim(_ words: Words) {
    if words.last == "." {
      var index = words.texts.count - 2
      // `shell.child` is one name.
      var name = index >= 0 ? words.texts[index] : ""
      while index >= 2, words.texts[index - 1] == "." {
        index -= 2
        name = "\(words.texts[index]).\(name)"
      }
      let members = scope?.members(of: name) ?? []
      // Of `faults.minor` behind `editor.faults.` only the rest is wanted.
      let parts = name.split(separator: ".").map(String.init)
      if members.isEmpty, parts.count > 1 {
        let prefix = (parts.last ?? "") + "."
        let owner = parts.dropLast().joined(separator: ".")
        add(
          (scope?.members(of: owner) ?? []).filter { $0.hasPrefix(prefix) }
            .map { String($0.dropFirst(prefix.count)) }, .property, owner)
      } else {
        add(members, .property, name)
      }
      return
    }
    var start = words.texts.count
    while start > 0,
      !Self.beginsClaim.contains(words.texts[start - 1]) || Self.isWithinPattern(words, start - 1),
      words.kinds[start - 1] != .newline
    {
      start -= 1
    }
    let written = words[start..<words.texts.count]
    if written.texts.isEmpty {
      begin()
      return
    }
    if let last = written.kinds.last, last == .punctuation {
      begin()
      return
    }
    if let pattern = Self.pattern(written), let scope {
      for continuation in scope.continuations(of: pattern) {
        add([continuation.text], Self.kind(continuation.part), continuation.form.text) { _ in
          continuation.form.meaning
        }
      }
    }
    add(["then", "before", "and", "or", "implies", "while", "because", "within"], .keyword)
  }

  /// Whether a word that can begin a claim is a word of an event here: `from` in `kernel copies from editor`.
  private static func isWithinPattern(_ words: Words, _ index: Int) -> Bool {
    guard ["from", "of", "end"].contains(words.texts[index]), index > 0 else { return false }
    let before = words.texts[index - 1]
    return !["(", ",", "at"].contains(before) && words.kinds[index - 1] != .number
  }

  /// What may begin a claim or stand as a value.
  private mutating func begin() {
    add(scope?.processNames ?? [], .program, "process")
    add(scope?.deviceNames.filter { $0 != "console" } ?? [], .device, "device")
    add(scope?.cpuNames ?? [], .machine, "CPU")
    add(ScenarioScope.subjects, .event, "event")
    for function in ScenarioScope.functions {
      add([function.name], .function, function.form)
    }
    add(Keywords.claims, .keyword)
    add(ScenarioScope.valueWords + ["memory"], .constant)
    add(SystemCall.all.map(\.name), .function, "CALL by P")
    add(Errno.allCases.map(\.name), .constant, "error")
    add(Signal.allCases.map(\.name), .constant, "signal")
  }

  /// Words as a pattern; `nil` when they are none. A child's name is one word.
  private static func pattern(_ words: Words) -> PatternSyntax? {
    let range = SourceRange(file: LanguageDocument.id, lower: 0, upper: 0)
    var found: [PatternWordSyntax] = []
    var isAfterDot = false
    for (text, kind) in zip(words.texts, words.kinds) {
      switch kind {
      case .name, .keyword:
        if isAfterDot, case .word(let name)? = found.popLast() {
          found.append(.word(Name("\(name.text).\(text)", range)))
        } else {
          found.append(.word(Name(text, range)))
        }
        isAfterDot = false
      case .string:
        found.append(
          .string(StringSyntax(bytes: Array(text.utf8.dropFirst().dropLast()), range: range)))
      case .number: found.append(.number(Int64(text) ?? 0, nil, range))
      case .punctuation where text == ".": isAfterDot = true
      default: return nil
      }
    }
    return found.isEmpty ? nil : PatternSyntax(words: found, range: range)
  }

  private static func kind(_ part: PatternReading.Part) -> CompletionEntry.Kind {
    switch part {
    case .word: .event
    case .process: .program
    case .cpu: .machine
    case .device: .device
    case .call, .routine: .function
    case .error, .signal, .number, .text: .constant
    case .memory: .variable
    case .module: .module
    }
  }

  private func names(_ kind: NamedThing.Kind) -> [String] {
    document.names.things.filter { $0.kind == kind }.map(\.name)
  }
}
