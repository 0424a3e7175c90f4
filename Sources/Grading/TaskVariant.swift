public import Lesson
import SourceText
import WalkSemantics
import WalkSyntax

/// What one student gets for a task.
public struct TaskVariant: Sendable {
  /// The seed that decides, 16 hexadecimal digits.
  public var seed: String
  /// The names that vary with their values as they are written in scripts, in the order of the task.
  public var values: [(name: String, literal: String)]
  /// The starters, with the values in them.
  public var starters: [[UInt8]]
  /// What is asked; of a question.
  public var questions: [String] = []
}

extension Grader {
  /// What a student gets for a task.
  public func variant(of task: LessonTask, for student: String) -> TaskVariant {
    let seed = seed(of: task, for: student)
    var variant = TaskVariant(seed: seed.text, values: [], starters: [])
    let values = seed.values(of: task.varied)
    variant.values = task.varied.map { ($0.name, values[$0.name] ?? $0.literal(at: 0)) }
    if case .question(let prediction) = task.kind {
      variant.questions = prediction.questions
      return variant
    }
    for part in WalkChecker.variant(of: task.parts, values: values) where part.role == .task {
      for case .starter(_, let range) in part.script.statements {
        if let text = Examination.inside(range, of: part.script) { variant.starters.append(text) }
      }
    }
    return variant
  }

  /// A solution with a student's values in the places of the names that vary; names that it declares itself are
  /// its own.
  public func fitted(_ source: [UInt8], to task: LessonTask, for student: String) -> [UInt8] {
    let values = variant(of: task, for: student).values
    let file = SourceFile(name: "solution", bytes: source)
    let script = WalkParser.parse(SourceFragment(file, id: FileID(rawValue: 0)))
    let own = Self.declared(in: script)
    return script.replacing(
      Dictionary(
        values.filter { !own.contains($0.name) }.map { ($0.name, $0.literal) },
        uniquingKeysWith: { first, _ in first })
    ).fragment.bytes
  }

  /// The names that a script declares: variables, memory, functions with their parameters, programs.
  private static func declared(in script: ScriptSyntax) -> Set<String> {
    var names: Set<String> = []
    func read(_ body: [ProgramStatementSyntax]) {
      for statement in body {
        switch statement {
        case .letBinding(let name, _, _), .data(let name, _, _), .bss(let name, _, _):
          names.insert(name.text)
        case .function(let name, let parameters, let body, _):
          names.formUnion([name.text] + parameters.map(\.text))
          read(body)
        case .ifElse(_, let body, let other, _):
          read(body)
          read(other ?? [])
        case .whileLoop(_, let body, _), .repeatLoop(_, let body, _), .onSignal(_, _, let body, _):
          read(body)
        default: break
        }
      }
    }
    for case .program(let name, let body, _) in script.statements {
      names.insert(name.text)
      read(body)
    }
    return names
  }
}
