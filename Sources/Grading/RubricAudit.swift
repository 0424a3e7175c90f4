public import Grades
public import Lesson
import SourceText
import WalkSemantics

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
  /// How many behave like the reference, except for when and where in memory: no check could be asked to
  /// tell them apart.
  public var equivalentCount = 0
  /// Mutants that have all points and behave in another way, those left aside that the author accepts.
  public var survivors: [Mutation] = []
  /// Mutants that have all points, as the author accepts.
  public var accepted: [Mutation] = []
  /// What the author accepts, and no mutant that has all points is like it any more.
  public var stale: [Acceptance] = []
  /// Checks that no mutant and no stored solution fails.
  public var neverFailing: [String] = []
  /// Checks that fail only where another one of them fails, too.
  public var implied: [Implication] = []
  /// Stored solutions with other points than they should have.
  public var surprises: [Surprise] = []

  /// A mistake that is none: a task leaves it to students.
  public struct Acceptance: Sendable, Hashable {
    /// What was done, as in ``Mutation/words``.
    public var words: String
    /// Why it is right, too.
    public var reason: String

    /// Makes one.
    public init(words: String, reason: String) {
      self.words = words
      self.reason = reason
    }

    /// Reads what an author wrote: in each line what was done, ` -- ` and why. Empty lines and those that
    /// begin with `#` say nothing.
    ///
    /// - Returns: The number of a line without a reason instead of what it says.
    public static func read(_ text: String) -> (found: [Acceptance], wrong: [Int]) {
      var found: [Acceptance] = []
      var wrong: [Int] = []
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      for (number, line) in lines.enumerated() {
        guard let first = line.first(where: { !$0.isWhitespace }), first != "#" else { continue }
        guard let dash = line.firstRange(of: " -- "), dash.upperBound < line.endIndex else {
          wrong.append(number + 1)
          continue
        }
        found.append(
          Acceptance(
            words: String(line[..<dash.lowerBound]), reason: String(line[dash.upperBound...])))
      }
      return (found, wrong)
    }
  }

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
    /// The script; names that vary may stand in it.
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

    /// The same with a student's values in the places of the names that vary.
    func fitted(to task: LessonTask, for student: String, by grader: Grader) -> Solution {
      var solution = self
      solution.source = grader.fitted(source, to: task, for: student)
      return solution
    }
  }

  /// Whether there is anything that the author should look at.
  public var isClean: Bool {
    survivors.isEmpty && stale.isEmpty && neverFailing.isEmpty && surprises.isEmpty
      && reference.points == reference.maximum && reference.status == .graded
  }
}

extension Grader {
  /// Audits the checks of a task.
  ///
  /// - Parameters:
  ///   - task: The task.
  ///   - reference: A solution that should have all points.
  ///   - others: Further solutions, right and wrong ones.
  ///   - acceptances: Mistakes that are none.
  ///   - student: Whose variant all of them are graded as.
  ///   - grade: Grades many at once; results are in the order of the submissions.
  public func audit(
    _ task: LessonTask, reference: RubricAudit.Solution, others: [RubricAudit.Solution],
    acceptances: [RubricAudit.Acceptance] = [], student: String,
    grade: ([Submission]) async -> [GradeResult]
  ) async -> RubricAudit {
    func submission(_ source: [UInt8], of student: String = student) -> Submission {
      Submission(
        key: SubmissionKey(id: "audit", student: student, task: task.name, attempt: 1),
        source: source)
    }
    let reference = reference.fitted(to: task, for: student, by: self)
    let own = self.grade(submission(reference.source))
    var audit = RubricAudit(task: task.name, reference: own)
    var ownExamination = examination(of: submission(reference.source))
    let ownBehaviours = ownExamination?.behaviours()
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
      var examination = examination(of: submission(mutation.source))
      if let ownBehaviours, examination?.behaviours() == ownBehaviours {
        audit.equivalentCount += 1
      } else if acceptances.contains(where: { $0.words == mutation.words }) {
        audit.accepted.append(mutation)
      } else {
        audit.survivors.append(mutation)
      }
    }
    audit.stale = acceptances.filter { acceptance in
      !audit.accepted.contains { $0.words == acceptance.words }
    }
    let kept = await grade(
      others.map { submission($0.fitted(to: task, for: student, by: self).source) })
    for (solution, result) in zip([reference] + others, [own] + kept) {
      if solution.name != reference.name, result.status == .graded { all.append(result) }
      guard let expected = solution.expected else { continue }
      if result.points != expected || result.status == .fault {
        audit.surprises.append(
          RubricAudit.Surprise(name: solution.name, expected: expected, result: result))
      }
    }
    if case .programs(let checked) = task.kind, !checked.varied.isEmpty {
      // What a student's own variant shows already can be hidden by that of another one.
      let students = (1...6).map { "\(student) \($0)" }
      let more = students.flatMap { student in
        others.map { submission($0.fitted(to: task, for: student, by: self).source, of: student) }
      }
      all += await grade(more).filter { $0.status == .graded }
    }
    audit.compareChecks(all)
    return audit
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
