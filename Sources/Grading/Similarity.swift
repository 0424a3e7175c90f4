import Catalogue
public import Grades
import Lesson
import SourceText
import Trace
import WalkSemantics
import WalkSyntax

/// Finds submissions that have much in common.
///
/// Two scripts are compared as sets of what they consist of, so that names, spaces, comments and the order of
/// statements do not matter; and their runs as sets of rows of system calls. What the starter has is left out.
/// It says what is alike, and nothing about why.
public struct Similarity: Sendable {
  /// A submission as far as it is compared.
  public struct Fingerprint: Sendable {
    /// Whose it is.
    public var key: SubmissionKey
    /// For each fingerprint of the structure, the first line that has it.
    var structure: [UInt64: Int] = [:]
    /// Rows of system calls.
    var calls: Set<UInt64> = []
    /// The numbers and strings in it.
    var literals: Set<String> = []
    /// The values of the student's own variant.
    var values: [String] = []
    /// The lines, for evidence.
    var lines: [String] = []
  }

  /// Two submissions with something in common.
  public struct Pair: Sendable {
    /// The first, by the bytes of the ids.
    public var first: SubmissionKey
    /// The second.
    public var second: SubmissionKey
    /// How much of the structure they share, in thousandths of what either has.
    public var structure: Int
    /// How much of the runs they share.
    public var run: Int
    /// Lines that are alike, as written in one and in the other.
    public var lines: [(first: String, second: String)]
    /// Values of the other's variant that a submission has and its own variant does not.
    public var strangers: [String]

    /// By which pairs are ordered.
    var weight: Int { structure + run + 400 * strangers.count }
  }

  /// How many statements follow each other in a row of calls.
  private static let rowLength = 3

  // MARK: Fingerprints

  /// What is compared of a submission; `nil` when it is no script.
  public static func fingerprint(_ submission: Submission, by grader: Grader) -> Fingerprint? {
    guard let task = grader.tasks.first(where: { $0.name == submission.key.task }) else {
      return nil
    }
    let file = SourceFile(name: "submission", bytes: submission.source)
    let script = WalkParser.parse(SourceFragment(file, id: FileID(rawValue: 0)))
    guard !script.diagnostics.contains(where: { $0.severity == .error }) else { return nil }
    var made = Fingerprint(key: submission.key)
    let variant = grader.variant(of: task, for: submission.key.student)
    var starter: Set<UInt64> = []
    for text in variant.starters { starter.formUnion(Self.structure(of: text).keys) }
    made.structure = structure(of: submission.source).filter { !starter.contains($0.key) }
    made.values = variant.values.map(\.literal)
    for token in script.tokens where token.kind == .number || token.kind == .string {
      made.literals.insert(file.text(token.lower..<token.upper))
    }
    made.lines = file.lineStarts.indices.map { String(decoding: file.line($0), as: UTF8.self) }
    if let run = grader.seenRun(of: submission, in: .staff) {
      made.calls = calls(of: ScenarioRun.run(run.scenario, limits: run.limits).trace)
    }
    return made
  }

  /// The fingerprints of all statements of the programs, each with the first line that has it.
  private static func structure(of source: [UInt8]) -> [UInt64: Int] {
    let file = SourceFile(name: "s", bytes: source)
    let script = WalkParser.parse(SourceFragment(file, id: FileID(rawValue: 0)))
    var found: [UInt64: Int] = [:]
    let reader = StatementHashes(file: file, script: script)
    for case .program(_, let body, _) in script.statements {
      reader.read(body) { hash, line in
        if found[hash] == nil { found[hash] = line }
      }
    }
    return found
  }

  /// Rows of system calls, each call with its result, of the processes that the task starts.
  private static func calls(of trace: Trace) -> Set<UInt64> {
    var rows: [UInt16: [UInt64]] = [:]
    var found: Set<UInt64> = []
    for event in trace.events
    where event.kind == .callsSystemCall || event.kind == .systemCallReturns {
      var row = rows[event.task, default: []]
      row.append(UInt64(event.object) << 1 | (event.kind == .callsSystemCall ? 0 : 1))
      if row.count > rowLength { row.removeFirst() }
      if row.count == rowLength { found.insert(StatementHashes.mix(row)) }
      rows[event.task] = row
    }
    return found
  }

  // MARK: Comparing

  /// The pairs that share at least so many thousandths of their structure, or have values of each other, most
  /// alike first. Two submissions of one student are no pair.
  ///
  /// - Complexity: O(pairs that share anything); what most submissions have is not looked at.
  public static func pairs(_ prints: [Fingerprint], least: Int = 500) -> [Pair] {
    var holders: [UInt64: [Int]] = [:]
    for (index, print) in prints.enumerated() {
      for hash in print.structure.keys { holders[hash, default: []].append(index) }
    }
    // What half of a large class writes is the task's doing.
    let common = max(8, prints.count / 2)
    holders = holders.filter { $0.value.count > 1 && $0.value.count <= common }
    var shared: [Int: [Int: Int]] = [:]
    for list in holders.values {
      for (position, first) in list.enumerated() {
        for second in list[(position + 1)...] {
          shared[first, default: [:]][second, default: 0] += 1
        }
      }
    }
    let rare = Set(holders.keys)
    var pairs: [Pair] = []
    for first in shared.keys.sorted() {
      for second in (shared[first] ?? [:]).keys.sorted() {
        let (a, b) = (prints[first], prints[second])
        guard a.key.student != b.key.student, a.key.task == b.key.task else { continue }
        let made = pair(a, b, rare)
        if made.structure >= least || !made.strangers.isEmpty { pairs.append(made) }
      }
    }
    return pairs.sorted { left, right in
      left.weight != right.weight
        ? left.weight > right.weight
        : (left.first.id, left.second.id) < (right.first.id, right.second.id)
    }
  }

  private static func pair(_ a: Fingerprint, _ b: Fingerprint, _ rare: Set<UInt64>) -> Pair {
    let same = Set(a.structure.keys).intersection(b.structure.keys)
    let all = Set(a.structure.keys).union(b.structure.keys).count
    let sameCalls = a.calls.intersection(b.calls).count
    let allCalls = a.calls.union(b.calls).count
    func line(_ print: Fingerprint, _ hash: UInt64) -> String {
      let number = print.structure[hash] ?? 1
      let text = print.lines.indices.contains(number - 1) ? print.lines[number - 1] : ""
      return "\(number): \(text.drop { $0 == " " || $0 == "\t" })"
    }
    let evidence = same.filter(rare.contains).sorted {
      (a.structure[$0] ?? 0, $0) < (a.structure[$1] ?? 0, $1)
    }
    return Pair(
      first: a.key, second: b.key, structure: all == 0 ? 0 : 1000 * same.count / all,
      run: allCalls == 0 ? 0 : 1000 * sameCalls / allCalls,
      lines: evidence.prefix(50).map { (line(a, $0), line(b, $0)) },
      strangers: strangers(in: a, of: b) + strangers(in: b, of: a))
  }

  /// The other's values that a submission has and should not.
  private static func strangers(in own: Fingerprint, of other: Fingerprint) -> [String] {
    // A digit is in every script.
    other.values.filter { value in
      value.utf8.count > 1 && !own.values.contains(value) && own.literals.contains(value)
    }.map { "\(own.key.student) has \($0), a value of \(other.key.student)" }
  }
}

/// Statements as numbers that do not depend on names, spaces and order.
private struct StatementHashes {
  let file: SourceFile
  let script: ScriptSyntax

  /// A number for a row of numbers (FNV-1a).
  static func mix(_ values: some Sequence<UInt64>) -> UInt64 {
    var hash: UInt64 = 14_695_981_039_346_656_037
    for value in values {
      for shift in stride(from: UInt64(0), to: 64, by: 8) {
        hash = (hash ^ (value >> shift & 0xFF)) &* 1_099_511_628_211
      }
    }
    return hash
  }

  /// Tells the number of each statement, those inside of others as well, and returns that of the block: the
  /// order of its statements does not count.
  @discardableResult
  func read(_ body: [ProgramStatementSyntax], tell: (UInt64, Int) -> Void) -> UInt64 {
    let hashes = body.map { statement -> UInt64 in
      var parts = [words(of: statement)]
      switch statement {
      case .ifElse(_, let body, let other, _):
        parts.append(read(body, tell: tell))
        if let other { parts.append(read(other, tell: tell)) }
      case .whileLoop(_, let body, _), .repeatLoop(_, let body, _), .function(_, _, let body, _),
        .onSignal(_, _, let body, _):
        parts.append(read(body, tell: tell))
      default: break
      }
      let hash = Self.mix(parts)
      tell(hash, file.position(at: statement.range.lower).line)
      return hash
    }
    return Self.mix(hashes.sorted())
  }

  /// The words of a statement up to its block, with one word for all names of its author.
  private func words(of statement: ProgramStatementSyntax) -> UInt64 {
    var values: [UInt64] = []
    var (low, high) = (0, script.tokens.count)
    while low < high {
      let middle = (low + high) / 2
      if script.tokens[middle].lower < statement.range.lower {
        low = middle + 1
      } else {
        high = middle
      }
    }
    for token in script.tokens[low...] {
      if token.lower >= statement.range.upper { break }
      let text = file.text(token.lower..<token.upper)
      if text == "{" { break }
      switch token.kind {
      case .space, .newline, .comment: continue
      case .name where SystemCall.named(text) == nil && NamedConstant.named(text) == nil:
        values.append(0)
      default: values.append(Self.mix(text.utf8.map { UInt64($0) }))
      }
    }
    return Self.mix(values)
  }
}
