public import Program
public import SourceText
public import WalkSyntax

/// What a fence is for.
public enum FenceRole: String, Sendable, CaseIterable {
  /// Declarations that every later scenario starts from.
  case world
  /// A fresh machine from the world.
  case scenario
  /// The same machine goes on.
  case `continue`
  /// A task for students, with its starter and checks.
  case task
  /// A question whose answer the simulator knows.
  case predict
  /// Claims from elsewhere, put to the test: about the scenario above when it holds nothing but
  /// `claim` blocks, else a fresh machine like ``scenario``.
  case claim
  /// A place for a picture; holds no statements.
  case show
  /// Parsed and checked, never run.
  case example
  /// Must fail to compile.
  case error
}

/// One fence, or a whole `.walk` file in the role ``FenceRole/scenario``.
public struct ScenarioPart: Sendable {
  /// What it is for.
  public var role: FenceRole
  /// Its statements.
  public var script: ScriptSyntax
  /// Whether it is what a student hands in; its role is ``FenceRole/task``.
  public var isSubmission: Bool

  /// Makes a part.
  public init(role: FenceRole, script: ScriptSyntax, isSubmission: Bool = false) {
    self.role = role
    self.script = script
    self.isSubmission = isSubmission
  }
}

/// What the checker says of a scenario.
public struct CheckedScenario: Sendable {
  /// The scenario; `nil` when there is any error, here or in the parser's reading.
  public var scenario: Scenario?
  /// What was found here (not by the parser), in order of place. The same world checked for several
  /// scenarios gives the same messages again.
  public var diagnostics: [Diagnostic]
  /// The scenario's names, to check inline values against.
  public var scope: ScenarioScope
  /// The claim blocks, in order.
  public var trials: [CheckedTrial] = []
  /// The configurations that claim blocks name, each once.
  public var variants: [ScenarioVariant] = []
  /// The question of a `predict` fence that is a scenario of its own.
  public var prediction: CheckedPrediction?
  /// The task of a `task` fence.
  public var task: CheckedTask?

  /// Makes a result.
  public init(scenario: Scenario?, diagnostics: [Diagnostic], scope: ScenarioScope) {
    self.scenario = scenario
    self.diagnostics = diagnostics
    self.scope = scope
  }
}

/// Checks scripts: names, types with units, claims that can be.
public enum WalkChecker {
  /// Checks the parts of one scenario together, in order: the lesson's world fences, then the
  /// scenario's fence, then its `continue` and `claim` fences (or a task or predict fence instead).
  ///
  /// - Parameters:
  ///   - parts: The fences.
  ///   - architecture: The name of an architecture that overrides the `machine` statement; `nil` leaves it as
  ///     written.
  /// - Returns: A scenario that can be run, unless there is an error; diagnostics are bounded.
  public static func check(_ parts: [ScenarioPart], architecture: String? = nil) -> CheckedScenario
  {
    let varied = Variation.names(in: parts)
    let parts = Variation.applied(Variation.first(of: varied), to: parts)
    var checker = Checker(parts: parts, architecture: architecture)
    var checked = checker.check()
    TaskChecker.check(parts, varied: varied, &checked)
    TrialChecker(parts: parts, architecture: architecture).check(&checked)
    return checked
  }

  /// Checks the same parts for another machine, some items of which are replaced; expectations are
  /// left out.
  public static func check(
    _ parts: [ScenarioPart], under configuration: PredictionConfiguration
  ) -> CheckedScenario {
    var checker = Checker(
      parts: Variation.applied(Variation.first(of: Variation.names(in: parts)), to: parts),
      architecture: nil,
      variant: Variant(configuration: configuration.name, items: configuration.items))
    return checker.check()
  }

  /// Checks a question in a scenario's scope.
  ///
  /// - Parameters:
  ///   - parts: The `predict` fence with what it includes; nothing of it happens in the scenario.
  ///   - scope: The names of the scenario.
  ///   - range: Where to say that nothing is asked.
  /// - Returns: The question, `nil` when something is wrong with it.
  public static func checkPrediction(
    _ parts: [ScenarioPart], in scope: ScenarioScope, at range: SourceRange
  ) -> (prediction: CheckedPrediction?, diagnostics: [Diagnostic]) {
    var scope = scope
    scope.texts = SourceTexts(parts.map(\.script.fragment))
    var checker = PredictionChecker(parts: parts, scope: scope, reported: [])
    let prediction = checker.check(isWhole: true, at: range)
    return (prediction, checker.claims.diagnostics)
  }

  /// Checks an inline value in a scenario's scope.
  ///
  /// - Returns: The expression, `nil` when it is wrong, with the type by which it is printed.
  public static func checkValue(_ value: ExpressionSyntax, in scope: ScenarioScope) -> (
    expression: StateExpression?, type: ValueType, diagnostics: [Diagnostic]
  ) {
    var checker = ClaimChecker(scope: scope)
    let (expression, type) = checker.state(value)
    return (checker.isBroken ? nil : expression, type, checker.diagnostics)
  }
}
