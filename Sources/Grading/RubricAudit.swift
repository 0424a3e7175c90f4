public import Grades
public import Lesson
import SourceText
import Trace
import WalkSemantics
import WalkSyntax

/// What can be said about the checks of a task: which mistakes they let through, and which of them say
/// nothing that others do not.
public struct RubricAudit: Sendable {
  /// The task.
  public var task: String
  /// What the reference has; less than all points is the author's mistake.
  public var reference: GradeResult
  /// How many mutants were graded, those that do not compile left aside.
  public var mutantCount = 0
  /// How many do not compile.
  public var brokenCount = 0
  /// How many do, step by step, what the reference does: nobody could tell them apart.
  public var equivalentCount = 0
  /// Mutants that have all points and do something else.
  public var survivors: [Mutation] = []
  /// Checks that no mutant and no stored solution fails.
  public var neverFailing: [String] = []
  /// Checks that fail only where another one of them fails, too.
  public var implied: [Implication] = []
  /// Stored solutions with other points than they should have.
  public var surprises: [Surprise] = []

  /// A check that adds nothing to another one.
  public struct Implication: Sendable, Hashable {
    /// The one that adds nothing.
    public var check: String
    /// The one that fails whenever it does.
    public var by: String
  }

  /// A stored solution that has other points than it should.
  public struct Surprise: Sendable {
    /// Its name.
    public var name: String
    /// What it should have.
    public var expected: Points
    /// What it has.
    public var result: GradeResult
  }

  /// A solution that an author keeps.
  public struct Solution: Sendable {
    /// Its name, for the report.
    public var name: String
    /// The script.
    public var source: [UInt8]
    /// What it should have; `nil` when nobody says.
    public var expected: Points?

    /// Makes one; what it should have stands in its first line: `# 3 of 10: what is wrong`.
    public init(name: String, source: [UInt8]) {
      self.name = name
      self.source = source
      let line = String(decoding: source.prefix { $0 != 0x0A }, as: UTF8.self)
      let words = line.split { $0 == " " || $0 == "#" || $0 == ":" }
      if line.hasPrefix("#"), words.count > 2, words[1] == "of", let points = Int64(words[0]) {
        expected = Points(whole: points)
      }
    }
  }

  /// Whether there is anything that the author should look at.
  public var isClean: Bool {
    survivors.isEmpty && neverFailing.isEmpty && surprises.isEmpty
      && reference.points == reference.maximum && reference.status == .graded
  }
}

extension Grader {
  /// Audits the checks of a task.
  ///
  /// - Parameters:
  ///   - reference: A solution that should have all points.
  ///   - others: Further solutions, right and wrong ones.
  ///   - student: Whose variant all of them are graded as.
  ///   - grade: Grades many at once; results are in the order of the submissions.
  public func audit(
    _ task: LessonTask, reference: RubricAudit.Solution, others: [RubricAudit.Solution],
    student: String, grade: ([Submission]) async -> [GradeResult]
  ) async -> RubricAudit {
    func submission(_ source: [UInt8]) -> Submission {
      Submission(
        key: SubmissionKey(id: "audit", student: student, task: task.name, attempt: 1),
        source: source)
    }
    let own = self.grade(submission(reference.source))
    var audit = RubricAudit(task: task.name, reference: own)
    let ownRun = seenRun(of: submission(reference.source), in: .staff)
    let ownTrace = ownRun.map { ScenarioRun.run($0.scenario, limits: $0.limits).trace.events }
    let mutations = Mutation.all(of: reference.source)
    let results = await grade(mutations.map { submission($0.source) })
    var all: [GradeResult] = [own]
    for (mutation, result) in zip(mutations, results) {
      guard result.status == .graded else {
        audit.brokenCount += 1
        continue
      }
      audit.mutantCount += 1
      all.append(result)
      guard result.points == result.maximum, result.checks.allSatisfy({ $0.outcome == .passed })
      else { continue }
      let run = seenRun(of: submission(mutation.source), in: .staff)
      let trace = run.map { ScenarioRun.run($0.scenario, limits: $0.limits).trace.events }
      if let trace, let ownTrace, Self.isAlike(trace, ownTrace) {
        audit.equivalentCount += 1
      } else {
        audit.survivors.append(mutation)
      }
    }
    let kept = await grade(others.map { submission($0.source) })
    for (solution, result) in zip([reference] + others, [own] + kept) {
      if solution.name != reference.name, result.status == .graded { all.append(result) }
      guard let expected = solution.expected else { continue }
      if result.points != expected || result.status == .fault {
        audit.surprises.append(
          RubricAudit.Surprise(name: solution.name, expected: expected, result: result))
      }
    }
    audit.compareChecks(all)
    return audit
  }

  /// Whether two runs do the same: the same happens in the same order, whenever and wherever it does.
  private static func isAlike(_ left: [TraceEvent], _ right: [TraceEvent]) -> Bool {
    left.count == right.count
      && zip(left, right).allSatisfy { a, b in
        a.kind == b.kind && a.task == b.task && a.object == b.object && a.a == b.a && a.b == b.b
      }
  }
}

extension RubricAudit {
  /// Which checks say something of their own.
  fileprivate mutating func compareChecks(_ results: [GradeResult]) {
    let titles = reference.checks.map(\.title)
    /// For each check, the results in which it is not passed, and was looked at.
    let failures = titles.indices.map { check in
      Set(
        results.indices.filter { index in
          results[index].checks.indices.contains(check)
            && [.failed, .partial].contains(results[index].checks[check].outcome)
        })
    }
    for (check, title) in titles.enumerated() where reference.checks[check].maximum > .zero {
      if failures[check].isEmpty {
        neverFailing.append(title)
        continue
      }
      let other = titles.indices.first { other in
        other != check && reference.checks[other].maximum > .zero
          && failures[check].isSubset(of: failures[other])
          && (failures[check] != failures[other] || other < check)
      }
      if let other { implied.append(Implication(check: title, by: titles[other])) }
    }
  }
}
