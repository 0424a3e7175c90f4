import Catalogue
import Program
import SourceText
import Trace
import WalkSemantics
import WalkSyntax

/// What compilations of nearly the same text leave for each other: what editors need, whose texts change by
/// a letter at a time.
///
/// Scenarios that were checked are known again by their text and its place, runs by their text alone, since
/// nothing in a run says where its script stood. So a letter in one fence has that fence's scenario checked
/// and run again, and nothing else but what stands on it.
public struct LessonMemory: Sendable {
  /// A run that a compilation has left out.
  public struct WantedRun: Sendable {
    let key: RunKey
    let scenario: Scenario
    let limits: RunLimits
    let language: Language

    /// Makes it; takes as long as the limits allow, and may be done anywhere.
    public func make() -> MadeRun {
      MadeRun(
        key: key, run: ScenarioRun.run(scenario, limits: limits, language: language))
    }
  }

  /// What a wanted run has become.
  public struct MadeRun: Sendable {
    let key: RunKey
    let run: ScenarioRun
  }

  /// One part of a scenario, by what it says.
  struct PartKey: Hashable, Sendable {
    let role: FenceRole
    let bytes: [UInt8]
    /// Included files part a script: which of its statements, and how many.
    let first: Int
    let count: Int

    init(_ part: ScenarioPart) {
      role = part.role
      bytes = part.script.fragment.bytes
      count = part.script.statements.count
      first =
        part.script.statements.first.map { $0.range.lower - part.script.fragment.fileOffset(0) }
        ?? 0
    }

    /// The bytes at once, and not one after another.
    func hash(into hasher: inout Hasher) {
      hasher.combine(role)
      hasher.combine(first)
      hasher.combine(count)
      hasher.combine(bytes.count)
      bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
    }
  }

  /// What a run is for; the same machine may be asked different things.
  enum Purpose: Hashable, Sendable {
    case scenario, trial, comparison, question
  }

  /// What a run depends on.
  struct RunKey: Hashable, Sendable {
    let parts: [PartKey]
    let purpose: Purpose
    let configuration: String
    let limits: RunLimits
    let language: Language
  }

  /// What checking depends on; its result knows places.
  private struct CheckKey: Hashable {
    let parts: [PartKey]
    let places: [Place]

    struct Place: Hashable {
      let file: FileID
      let segments: [SourceFragment.Segment]

      /// Where the text begins says most; the rest is compared.
      func hash(into hasher: inout Hasher) {
        hasher.combine(file)
        hasher.combine(segments.first)
        hasher.combine(segments.count)
      }
    }
  }

  /// How many events all runs may have before those go that the text at hand does not need: an author who
  /// takes back a change has them again at once.
  private static let eventLimit = 1_000_000
  /// The same where the text was not read to its end, so that nobody knows what it needs.
  private static let partialEventLimit = 4_000_000

  private var runs: [RunKey: ScenarioRun] = [:]
  private var usedRuns: Set<RunKey> = []
  private var checks: [CheckKey: CheckedScenario] = [:]
  private var usedChecks: Set<CheckKey> = []
  private var eventCount = 0
  /// The runs that the last compilation has left out, in the order of the text.
  public private(set) var wanted: [WantedRun] = []
  /// How many scenarios the last compilation has checked, since it did not know them.
  public private(set) var checkCount = 0

  /// Nothing yet.
  public init() {}

  /// Takes a run that was made.
  public mutating func add(_ made: MadeRun) {
    guard runs[made.key] == nil else { return }
    runs[made.key] = made.run
    eventCount += made.run.trace.events.count
  }

  /// Begins a compilation.
  mutating func begin() {
    wanted = []
    checkCount = 0
    usedRuns = []
    usedChecks = []
  }

  /// Ends a compilation: of what it did not need, not too much is kept.
  mutating func end() {
    checks = checks.filter { usedChecks.contains($0.key) }
    guard eventCount > (wanted.isEmpty ? Self.eventLimit : Self.partialEventLimit) else { return }
    runs = runs.filter { usedRuns.contains($0.key) }
    eventCount = runs.values.reduce(0) { $0 + $1.trace.events.count }
  }

  /// The scenario of some parts, known or checked now.
  mutating func check(_ parts: [ScenarioPart]) -> CheckedScenario {
    let key = CheckKey(
      parts: parts.map(PartKey.init),
      places: parts.map {
        CheckKey.Place(file: $0.script.fragment.file, segments: $0.script.fragment.segments)
      })
    usedChecks.insert(key)
    if let known = checks[key] { return known }
    let checked = WalkChecker.check(parts)
    checkCount += 1
    checks[key] = checked
    return checked
  }

  /// The run of a scenario; `nil`, and wanted, when it is not known.
  mutating func run(
    _ scenario: Scenario, of parts: [ScenarioPart], for purpose: Purpose,
    under configuration: String, limits: RunLimits, language: Language
  ) -> ScenarioRun? {
    let key = RunKey(
      parts: parts.map(PartKey.init), purpose: purpose, configuration: configuration,
      limits: limits, language: language)
    if let known = runs[key] {
      usedRuns.insert(key)
      return known
    }
    if usedRuns.insert(key).inserted {
      wanted.append(WantedRun(key: key, scenario: scenario, limits: limits, language: language))
    }
    return nil
  }
}

extension LessonCompiler {
  /// The scenario of some parts, checked.
  mutating func checked(_ parts: [ScenarioPart]) -> CheckedScenario {
    memory?.check(parts) ?? WalkChecker.check(parts)
  }

  /// Whether runs were left out, so that nothing can be said of what stands on them.
  var isPartial: Bool { memory?.wanted.isEmpty == false }
}
