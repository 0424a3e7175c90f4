import SourceText
import WalkSyntax

/// Collects the expressions and event sets of a claim, from the outermost to the innermost.
struct ClaimParts {
  private(set) var expressions: [ExpressionSyntax] = []
  private(set) var sets: [EventSetSyntax] = []

  mutating func add(_ statement: StatementSyntax) {
    switch statement {
    case .expect(let claim, _): add(claim)
    case .run(.until(let claim), _): add(claim)
    case .claimBlock(_, _, let unders, _):
      for under in unders { for trial in under.trials { add(trial.claim) } }
    case .check(let check, _): add(check.claim)
    case .answer(_, let value, _): add(value)
    case .choice(let value, let claim, _):
      add(value)
      if let claim { add(claim) }
    case .order(let sets, _): for set in sets { add(set) }
    case .table(let sets, let states, _):
      for set in sets { add(set) }
      for state in states { add(state) }
    default: break
    }
  }

  mutating func add(_ claim: ClaimSyntax) {
    switch claim {
    case .occurs(let set), .never(let set, _): add(set)
    case .state(let state, _, _), .always(let state, _), .eventually(let state, _): add(state)
    case .sequence(let sets, _): for set in sets { add(set) }
    case .before(let left, let right, _):
      add(left)
      add(right)
    case .count(_, let count, let set, _):
      add(count)
      add(set)
    case .when(let set, let state, _):
      add(set)
      add(state)
    case .not(let inner, _), .schedules(_, let inner, _): add(inner)
    case .combined(let left, _, let right):
      add(left)
      add(right)
    case .missing: break
    }
  }

  mutating func add(_ set: EventSetSyntax) {
    sets.append(set)
    switch set {
    case .pattern: break
    case .during(let events, let state):
      add(events)
      add(state)
    case .because(let left, let right), .either(let left, let right):
      add(left)
      add(right)
    case .within(let left, let time, let right):
      add(left)
      add(time)
      add(right)
    }
  }

  mutating func add(_ expression: ExpressionSyntax) {
    expressions.append(expression)
    guard case .call(_, let arguments, _) = expression else {
      for operand in expression.operands { add(operand) }
      return
    }
    for argument in arguments {
      switch argument {
      case .expression(let value): add(value)
      case .events(let set), .until(let set), .from(let set): add(set)
      }
    }
  }
}

/// Collects the calls of programs, with their arguments.
struct ProgramCalls {
  /// A call as it is written.
  struct Call {
    var callee: ExpressionSyntax
    var arguments: [ArgumentSyntax]
    var range: SourceRange
  }

  private(set) var calls: [Call] = []

  mutating func add(_ statements: [StatementSyntax]) {
    for statement in statements {
      switch statement {
      case .program(_, let body, _): add(body)
      case .starter(let inner, _): add(inner)
      case .entity(_, _, let items, _): add(items)
      default: break
      }
    }
  }

  private mutating func add(_ items: [ItemSyntax]) {
    for item in items {
      if let body = item.body { add(body) }
      if let inner = item.items { add(inner) }
    }
  }

  private mutating func add(_ body: [ProgramStatementSyntax]) {
    for statement in body {
      switch statement {
      case .letBinding(_, let value, _), .compute(let value, _), .touch(let value, _),
        .spawn(let value, _), .expression(let value, _), .bss(_, let value, _):
        add(value)
      case .assignment(let place, let value, _):
        add(place)
        add(value)
      case .ifElse(let condition, let yes, let no, _):
        add(condition)
        add(yes)
        if let no { add(no) }
      case .whileLoop(let value, let body, _), .repeatLoop(let value, let body, _):
        add(value)
        add(body)
      case .function(_, _, let body, _), .onSignal(_, _, let body, _): add(body)
      case .returnStatement(let value, _): if let value { add(value) }
      case .data(_, let values, _): for value in values { add(value) }
      case .privileged, .signalAction, .lock, .missing: break
      }
    }
  }

  private mutating func add(_ expression: ExpressionSyntax) {
    if case .call(let callee, let arguments, let range) = expression {
      calls.append(Call(callee: callee, arguments: arguments, range: range))
    }
    for operand in expression.operands { add(operand) }
  }
}

extension ExpressionSyntax {
  /// The expressions that it is made of, in their order; those of a call are its arguments that are none of
  /// events.
  fileprivate var operands: [ExpressionSyntax] {
    switch self {
    case .member, .number, .string, .name, .missing, .lasting: []
    case .call(_, let arguments, _):
      arguments.compactMap { if case .expression(let value) = $0 { value } else { nil } }
    case .index(let base, let inner, _): [base, inner]
    case .prefix(_, let operand, _): [operand]
    case .infix(let left, _, _, let right): [left, right]
    case .list(let elements, _): elements
    case .parenthesised(let inner, _): [inner]
    }
  }
}
