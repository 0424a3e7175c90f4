import Catalogue
import SourceText
import WalkSyntax

// The names in programs: blocks in blocks, innermost first; functions and handlers see no variables but theirs.
extension NameResolver {
  mutating func resolveProgram(_ body: [ProgramStatementSyntax], of program: String) {
    let outer = owner
    owner = program
    scopes = []
    block(body)
    owner = outer
  }

  private mutating func block(_ body: [ProgramStatementSyntax]) {
    scopes.append([:])
    for statement in body { resolve(statement) }
    scopes.removeLast()
  }

  /// A body with a frame of its own.
  private mutating func frame(
    _ parameters: [Name], _ body: [ProgramStatementSyntax], _ range: SourceRange
  ) {
    let outer = scopes
    scopes = [[:]]
    for name in parameters { declare(.parameter, name, range) }
    block(body)
    scopes = outer
  }

  private mutating func declare(_ kind: NamedThing.Kind, _ name: Name, _ whole: SourceRange) {
    let thing = index.declare(kind, name.text, at: name.range, whole: whole, in: owner)
    if scopes.isEmpty { scopes.append([:]) }
    scopes[scopes.count - 1][name.text] = thing
  }

  private mutating func resolve(_ statement: ProgramStatementSyntax) {
    switch statement {
    case .letBinding(let name, let value, let range):
      resolve(inProgram: value)
      declare(.variable, name, range)
    case .assignment(let place, let value, _):
      resolve(inProgram: place)
      resolve(inProgram: value)
    case .ifElse(let condition, let yes, let no, _):
      resolve(inProgram: condition)
      block(yes)
      if let no { block(no) }
    case .whileLoop(let condition, let body, _), .repeatLoop(let condition, let body, _):
      resolve(inProgram: condition)
      block(body)
    case .function(let name, let parameters, let body, let range):
      use(functions[owner]?[name.text], at: name.range)
      frame(parameters, body, range)
    case .returnStatement(let value, _): if let value { resolve(inProgram: value) }
    case .compute(let value, _), .touch(let value, _), .spawn(let value, _),
      .expression(let value, _):
      resolve(inProgram: value)
    case .data(let name, let values, _):
      use(memory[owner]?[name.text], at: name.range)
      for value in values { resolve(inProgram: value) }
    case .bss(let name, let size, _):
      use(memory[owner]?[name.text], at: name.range)
      resolve(inProgram: size)
    case .onSignal(let signal, _, let body, let range):
      index.note(.constant, at: signal.range)
      frame([], body, range)
    case .signalAction(_, let signal, _): index.note(.constant, at: signal.range)
    case .lock(let name, _, _): use(lookUp(name.text), at: name.range)
    case .privileged(let name, _): index.note(.machine, at: name.range)
    case .missing: break
    }
  }

  /// What a name of the program at hand means.
  private func lookUp(_ name: String) -> Int? {
    for scope in scopes.reversed() {
      if let thing = scope[name] { return thing }
    }
    return memory[owner]?[name] ?? varied[name]
  }

  private mutating func resolve(inProgram expression: ExpressionSyntax) {
    switch expression {
    case .name(let name):
      if let thing = lookUp(name.text) {
        index.use(thing, at: name.range)
      } else if NamedConstant.named(name.text) != nil || name.text == "errno" {
        index.note(.constant, at: name.range)
      }
    case .member(let base, let name):
      if case .name(let library) = base, LibraryFunction.libraries.contains(library.text) {
        index.note(.machine, at: library.range)
        index.note(.call, at: name.range)
      } else {
        resolve(inProgram: base)
        index.note(.member, at: name.range)
      }
    case .call(let callee, let arguments, _):
      if case .name(let name) = callee {
        if let thing = functions[owner]?[name.text] {
          index.use(thing, at: name.range)
        } else {
          index.note(.call, at: name.range)
        }
      } else {
        resolve(inProgram: callee)
      }
      for case .expression(let value) in arguments { resolve(inProgram: value) }
    case .index(let base, let inner, _):
      resolve(inProgram: base)
      resolve(inProgram: inner)
    case .prefix(_, let operand, _): resolve(inProgram: operand)
    case .infix(let left, _, _, let right):
      resolve(inProgram: left)
      resolve(inProgram: right)
    case .list(let elements, _): for element in elements { resolve(inProgram: element) }
    case .parenthesised(let inner, _): resolve(inProgram: inner)
    case .number, .string, .lasting, .missing: break
    }
  }
}
