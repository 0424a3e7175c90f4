import Catalogue
import Lesson
import Program
public import SourceText
import Trace
import WalkSemantics
import WalkSyntax

/// What an editor shows of a place in a text.
public struct HoverText: Sendable, Hashable {
  /// What it is about.
  public var range: SourceRange
  /// The words, in Markdown.
  public var markdown: String
}

extension LanguageDocument {
  /// What is to be said about the word or expression at an offset; `nil` where there is nothing.
  public func hover(at offset: Int) -> HoverText? {
    if let verdict = verdictHover(at: offset) { return verdict }
    let value = value(at: offset)
    var found = word(at: offset)
    if let value {
      let lines = value.lines.joined(separator: "  \n")
      if found == nil || found?.range == value.range
        || value.range.byteCount <= found?.range.byteCount ?? 0
      {
        let words = found.map { "\n\n\($0.markdown)" } ?? ""
        return HoverText(range: value.range, markdown: lines + words)
      }
      found?.markdown += "\n\n`\(file.text(value.range.lower..<value.range.upper))` is \(lines)"
    }
    return found
  }

  /// On the word `expect`: what has become of it.
  private func verdictHover(at offset: Int) -> HoverText? {
    guard let (_, fence, inner) = fence(at: offset),
      let token = fence.script.tokens.first(where: { $0.lower <= inner && inner < $0.upper }),
      ["expect", "refute"].contains(fence.script.fragment.text(token))
    else { return nil }
    let range = fence.script.fragment.range(token)
    let line = lines.line(at: range.lower)
    let near = verdicts.filter {
      $0.range.lower >= range.lower && lines.line(at: $0.range.lower) <= line + 1
    }
    guard let first = near.first else { return nil }
    let same = near.filter { $0.range == first.range }
    return HoverText(
      range: range,
      markdown: same.map { "**\($0.title)**: \($0.message)" }.joined(separator: "\n\n"))
  }

  /// What is to be said about a word.
  private func word(at offset: Int) -> HoverText? {
    if let use = names.use(at: offset) { return nameHover(use) }
    guard let (_, fence, inner) = fence(at: offset) else { return nil }
    let tokens = fence.script.tokens
    guard
      let position = tokens.firstIndex(where: { $0.lower <= inner && inner < $0.upper })
        ?? tokens.lastIndex(where: { $0.upper == inner })
    else { return nil }
    let token = tokens[position]
    let text = fence.script.fragment.text(token)
    let range = fence.script.fragment.range(token)
    func page(_ page: ManualPage) -> HoverText { HoverText(range: range, markdown: page.markdown) }
    switch names.roles[range] {
    case .call?:
      if position > 1, fence.script.fragment.text(tokens[position - 1]) == ".",
        let function = LibraryFunction.all.first(where: {
          $0.name == text && $0.library == fence.script.fragment.text(tokens[position - 2])
        })
      {
        return page(ManualPage(function))
      }
      let name = text == "exit" ? "exit_group" : text
      guard let id = SystemCall.named(name), let call = SystemCall[id] else { return nil }
      return page(ManualPage(call))
    case .event?:
      guard let read = names.pattern(at: range.lower) else { return nil }
      var hover = page(ManualPage(read.reading.form))
      if lesson.fences.indices.contains(read.fence),
        let sentence = sentence(of: read.pattern, in: lesson.fences[read.fence])
      {
        hover.markdown += "\n\n\(sentence)"
      }
      return hover
    case .constant?: return constantHover(text, range)
    case .question?:
      guard let function = ScenarioScope.functions.first(where: { $0.name == text }) else {
        return nil
      }
      return HoverText(range: range, markdown: "`\(function.form)`: a question to the run")
    case .item?:
      guard let item = MachineItem.all.first(where: { $0.name == text }) else { return nil }
      return HoverText(
        range: range,
        markdown:
          "**\(item.form)**\n\n\(ManualPage.capitalised(item.meaning)). Without it: \(item.standard)."
      )
    case .machine?:
      guard let architecture = Architecture.named(text) else { return nil }
      return HoverText(
        range: range,
        markdown:
          "**\(architecture.name)**: enters the kernel by `\(architecture.syscallInstruction)`")
    case .routine?:
      guard let scope = fence.scope, let routine = scope.routine(named: text) else { return nil }
      return HoverText(range: range, markdown: "**\(text)**: \(routine.purpose)")
    case .member?, nil: return nil
    }
  }

  private func constantHover(_ text: String, _ range: SourceRange) -> HoverText? {
    guard let constant = NamedConstant.named(text) else { return nil }
    var words = "**\(text)** = \(constant.value), one of the \(constant.family.rawValue)"
    if let errno = Errno(name: text) { words += ": \(errno.meaning)" }
    if let signal = Signal(name: text) {
      let action =
        switch signal.defaultAction {
        case .terminate: "ends the process"
        case .core: "ends the process, with a core file"
        case .ignore: "has no effect"
        case .stop: "stops the process"
        case .resume: "lets a stopped process go on"
        }
      words += ": unless the process says otherwise it \(action)"
    }
    return HoverText(range: range, markdown: words)
  }

  private func nameHover(_ use: NameUse) -> HoverText {
    let thing = names.things[use.thing]
    let container = thing.container.map { " of `\($0)`" } ?? ""
    var words = "**\(thing.name)**: a \(thing.kind.rawValue)\(container)"
    if let source = lesson.sources[thing.declaration.file] {
      let line = source.line(source.lineIndex(at: thing.declaration.lower))
      let shown = source.text(line.startIndex..<min(line.endIndex, line.startIndex + 200))
      words += "\n\n```walk\n\(shown.trimmingSpaces)\n```"
    }
    if let state = stateHover(thing) { words += "\n\n\(state)" }
    return HoverText(range: use.range, markdown: words)
  }

  /// What has become of a process by the end of its run.
  private func stateHover(_ thing: NamedThing) -> String? {
    guard thing.kind == .process || thing.kind == .program else { return nil }
    for scenario in lesson.scenarios
    where scenario.scenario.processes.contains(where: { $0.name == thing.name }) {
      guard let first = scenario.fences.first, lesson.fences.indices.contains(first) else {
        continue
      }
      let name = ExpressionSyntax.name(Name(thing.name, thing.declaration))
      let state = ExpressionSyntax.member(name, Name("state", thing.declaration))
      guard let found = value(of: state, in: lesson.fences[first], moment: nil) else { continue }
      return "`\(thing.name).state` \(found.lines.joined(separator: "; "))"
    }
    return nil
  }
}

extension String {
  /// The text without blanks at its ends.
  var trimmingSpaces: String {
    var text = self[...]
    while let first = text.first, first == " " || first == "\t" || first == ">" {
      text.removeFirst()
    }
    while let last = text.last, last == " " || last == "\t" || last == "\r" { text.removeLast() }
    return String(text)
  }
}
