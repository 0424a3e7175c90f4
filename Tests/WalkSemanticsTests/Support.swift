import Program
import SourceText
import TestSupport
import WalkSemantics
import WalkSyntax

/// A fence of a page: its role and its text.
struct Fence {
  var role: FenceRole
  var text: String
}

/// What parser and checker say about fences, each as a file of its own.
struct Checked {
  var result: CheckedScenario
  var sources: SourceSet
  /// The parser's and the checker's diagnostics.
  var diagnostics: [Diagnostic]

  var scenario: Scenario? { result.scenario }
  var codes: [String] { diagnostics.map(\.code.description) }

  /// The diagnostics as a terminal shows them.
  var report: String {
    diagnostics.map { DiagnosticRenderer().render($0, in: sources) }.joined(separator: "\n")
  }
}

/// Parses and checks fences together.
func check(
  _ fences: [Fence], architecture: String? = nil, isSubmission: Bool = false
) -> Checked {
  var sources = SourceSet()
  var parts: [ScenarioPart] = []
  for (index, fence) in fences.enumerated() {
    let file = SourceFile(name: "fence\(index).walk", bytes: Array(fence.text.utf8))
    let id = sources.add(file)
    parts.append(
      ScenarioPart(
        role: fence.role, script: WalkParser.parse(SourceFragment(file, id: id)),
        isSubmission: isSubmission))
  }
  let result = WalkChecker.check(parts, architecture: architecture)
  return Checked(
    result: result, sources: sources,
    diagnostics: parts.flatMap(\.readScript.diagnostics) + result.diagnostics)
}

/// Parses and checks one script.
func check(
  _ text: String, role: FenceRole = .scenario, isSubmission: Bool = false
) -> Checked {
  check([Fence(role: role, text: text)], isSubmission: isSubmission)
}

/// Checks an inline value in the scope of a checked scenario.
func value(_ text: String, in checked: Checked) -> (
  expression: StateExpression?, type: ValueType, codes: [String]
) {
  let file = SourceFile(name: "value", bytes: Array(text.utf8))
  let (syntax, parsed) = WalkParser.parseValue(
    SourceFragment(file, id: FileID(rawValue: 1000)))
  let found = WalkChecker.checkValue(syntax, in: checked.result.scope)
  return (
    found.expression, found.type, (parsed + found.diagnostics).map(\.code.description)
  )
}

/// The walk fences of a page of CommonMark, each with the line after its opening.
func walkFences(in page: String) -> [Fence] {
  var fences: [Fence] = []
  var open: Fence?
  for line in page.split(separator: "\n", omittingEmptySubsequences: false) {
    if var fence = open {
      if line.hasPrefix("```") {
        fences.append(fence)
        open = nil
      } else {
        fence.text += line + "\n"
        open = fence
      }
    } else if line.hasPrefix("```walk") {
      let words = line.split(separator: " ").dropFirst()
      let role =
        words.lazy.compactMap {
          FenceRole(rawValue: String($0.split(separator: "=").first ?? ""))
        }
        .first
      open = Fence(role: role ?? .scenario, text: "")
    }
  }
  return fences
}
