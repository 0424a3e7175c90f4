import Catalogue
import Program
import Trace

/// An event of the trace with its step.
struct Told {
  let event: TraceEvent
  let step: Int
}

/// The steps at which something was counted: the first few, and whether there are more.
struct Places {
  let steps: [Int]
  let hasMore: Bool
}

/// What a judge has to say, as facts: each language makes a sentence of it.
///
/// `upTo` is how many events a claim has seen.
enum Remark {
  // About a claim that is judged.
  case expected(Claim)
  case notJudged(after: Int, Absence)
  case found(Told)
  case notFound(upTo: Int)
  case neverFound(EventSet, upTo: Int)
  case foundAfterAll(Told, again: Int)
  case way([Told])
  case wayWithoutBeginning(EventSet, upTo: Int)
  /// `earlier`: where what is missing had happened before.
  case wayStops([Told], missing: EventSet, after: Int, earlier: Int?)
  case inOrder(Told, Told)
  case sameEvent(Told)
  case wrongOrder(Told, Told)
  case firstMissing(EventSet, upTo: Int, second: Told?)
  case secondMissing(Told, EventSet, upTo: Int)
  case counted(EventSet, Int64, Places, upTo: Int)
  case countedOtherwise(Int64, Places, upTo: Int)
  case nothingYet(StateExpression)
  case heldAlways(StateExpression, upTo: Int)
  case brokenAfter(Told, seen: String?)
  case heldAfter(StateExpression, Int)
  case undefinedAfter(Int, seen: String?)
  case nothingHadHappened
  case neverTrue(last: Int, values: String)
  case endIs(last: Int?, values: String)
  case endIsNot(last: Int?, values: String)
  case brokenAt(Told, seen: String?)
  case notMet(EventSet)
  case heldWhenever(StateExpression, Places)
  case itself(Claim)

  // About claims that are made of others.
  case holdsAfterAll(Claim, String)
  case notSo(String)
  case nothingClaimed(String)

  // What is added when the trace has been looked through once more.
  case unbreakable(EventSet)
  case nearest(Told, without: StateExpression?, values: String?, lack: Weakening.Lack?)
  case nothingAlike
  case notJudgedAtAll
}

/// What is said of the parts of a state.
enum StateRemark {
  case value(StateExpression, Int64)
  case noValue(StateExpression, Absence)
  case list([String])
  case asItIs(StateExpression)
  case nobody(String)
  case condition(String, TaskCondition)
  case sleepsOn(String, WaitObject)
}

/// What a language must be able to say of claims and verdicts.
protocol Bench: Sendable {
  /// The names behind the numbers of the trace.
  var header: TraceHeader { get }

  /// A claim in words, as the middle of a sentence.
  func text(_ claim: Claim) -> String

  /// Why there is no value, as the end of a sentence.
  func text(_ absence: Absence) -> String

  /// A sentence with its full stop.
  func say(_ remark: Remark) -> String

  /// A clause.
  func say(_ remark: StateRemark) -> String
}

extension Language {
  /// The words of this language for a trace.
  func bench(_ header: TraceHeader) -> any Bench {
    switch self {
    case .english: ClaimWords(header: header)
    case .german: GermanClaimWords(header: header)
    }
  }
}
