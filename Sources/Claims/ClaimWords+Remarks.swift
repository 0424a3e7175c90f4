import Catalogue
import Program
import Trace

// What a judge says, in English.
extension ClaimWords {
  func say(_ remark: Remark) -> String {
    switch remark {
    case .expected(let claim): "Expected: \(text(claim))."
    case .notJudged(let step, let absence):
      "This cannot be judged: after step \(step), \(text(absence))."
    case .found(let told): capitalised("\(text(told)).")
    case .notFound(let count): "It did not happen\(upTo(count))."
    case .neverFound(let set, let count):
      capitalised("\(text(set)): this never happened\(upTo(count)).")
    case .foundAfterAll(let told, 0): "But \(text(told))."
    case .foundAfterAll(let told, let more):
      "But \(text(told)), and \(more) more \(more == 1 ? "time" : "times") after that."
    case .way(let way): capitalised("\(text(way)).")
    case .wayWithoutBeginning(let set, let count):
      "But \(text(set)): this did not happen\(upTo(count))."
    case .wayStops(let way, let missing, let last, let earlier):
      capitalised("\(text(way)); but \(text(missing)): this did not happen")
        + " after step \(last)"
        + (earlier.map {
          $0 == last ? ", only at that very step." : ", only before, at step \($0)."
        } ?? ".")
    case .inOrder(let first, let second):
      capitalised("\(text(first)), before \(text(second)).")
    case .sameEvent(let told): "But the first of both is one event: \(text(told))."
    case .wrongOrder(let first, let second): "But \(text(first)), before \(text(second))."
    case .firstMissing(let set, let count, let second):
      "But \(text(set)): this did not happen\(upTo(count))\(second.map { "; \(text($0))" } ?? "")."
    case .secondMissing(let first, let set, let count):
      "\(capitalised(text(first))); but \(text(set)): this did not happen\(upTo(count))."
    case .counted(let set, let total, let places, let count):
      capitalised("\(text(set)): \(counted(total, places, count)).")
    case .countedOtherwise(let total, let places, let count):
      "But \(counted(total, places, count))."
    case .nothingYet(let state): "\(capitalised(text(state))): nothing had happened yet."
    case .heldAlways(let state, let count):
      capitalised("\(text(state)): this held after every step\(upTo(count)).")
    case .brokenAfter(let told, let seen):
      "But after step \(told.step), where \(text(told.event)), \(seen ?? "it is not so")."
    case .heldAfter(let state, let step):
      capitalised("\(text(state)): this held after step \(step).")
    case .undefinedAfter(let step, let seen):
      "After step \(step), \(seen ?? "it is not so")."
    case .nothingHadHappened: "But nothing had happened yet."
    case .neverTrue(let last, let values):
      "It never came true; after the last step, \(last), \(values)."
    case .endIs(let last, let values): capitalised("\(end(last)), \(values).")
    case .endIsNot(let last, let values): "But \(end(last)), \(values)."
    case .brokenAt(let told, let seen):
      "But at step \(told.step), where \(text(told.event)), \(seen ?? "it is not so")."
    case .notMet(let set):
      capitalised("\(text(set)): this did not happen, so nothing is claimed.")
    case .heldWhenever(let state, let places):
      capitalised("\(text(state)): this held \(text(places)).")
    case .itself(let claim): capitalised(text(claim))
    case .holdsAfterAll(let claim, let message):
      "Expected: \(text(claim)). But it holds: \(message)"
    case .notSo(let message): "This is not so: \(withoutExpected(message))"
    case .nothingClaimed(let message):
      "Nothing is claimed, since this is not so: \(withoutExpected(message))"
    case .unbreakable(let set): "Nothing could have broken it: \(absent(set))."
    case .nearest(let told, let state, let values, let lack):
      "Nearest: \(text(told))"
        + (state.map { ", but not while \(text($0)): \(values ?? "it was not so")" } ?? "")
        + (lack.map { ", \(text($0))" } ?? "") + "."
    case .nothingAlike: "Nothing like it happened."
    case .notJudgedAtAll: "This claim was not judged."
    }
  }

  func say(_ remark: StateRemark) -> String {
    switch remark {
    case .value(let state, let number): "\(text(state)) is \(value(number, state.valueType))"
    case .noValue(let state, let absence): "\(text(state)) has no value: \(text(absence))"
    case .list(let parts): Language.english.list(parts)
    case .asItIs(let state): "it is as it is: \(text(state))"
    case .nobody(let name): "\(name) does not exist"
    case .condition(let name, let condition): "\(name).state is \(condition.name)"
    case .sleepsOn(let name, let object): "\(name) sleeps on \(header.text(object))"
    }
  }

  private func text(_ told: Told) -> String { "\(text(told.event)) at step \(told.step)" }

  private func text(_ way: [Told]) -> String { way.map(text).joined(separator: ", then ") }

  /// `at step 4`, `at steps 4, 9 and 12`, `at steps 1, 2, 3, 4, 5 and so on`.
  private func text(_ places: Places) -> String {
    guard places.steps.count > 1 else { return "at step \(places.steps.first ?? 0)" }
    let steps = places.steps.map(String.init)
    return places.hasMore
      ? "at steps \(steps.joined(separator: ", ")) and so on"
      : "at steps \(Language.english.list(steps))"
  }

  private func text(_ lack: Weakening.Lack) -> String {
    switch lack {
    case .because(let origin): "but not because \(text(origin))"
    case .within(let span, let origin):
      "but not within \(Quantity.duration(span)) after \(text(origin))"
    }
  }

  private func upTo(_ count: Int) -> String { count == 0 ? "" : " up to step \(count - 1)" }

  private func end(_ last: Int?) -> String {
    last.map { "after step \($0)" } ?? "before the first step"
  }

  private func counted(_ total: Int64, _ places: Places, _ count: Int) -> String {
    total == 0
      ? "there was none\(upTo(count))"
      : "there \(total == 1 ? "was 1" : "were \(total)"), \(text(places))"
  }

  /// Says that a subject was not there.
  private func absent(_ set: EventSet) -> String {
    guard case .pattern(let pattern) = set else { return "nothing of the kind was ever there" }
    let who = pattern.task.map { header.task($0).name }
    if Vacuity.isCall(pattern) {
      let call = pattern.object.map { "`\(header.text(Int64($0), .systemCall))`" }
      return "\(who ?? "nobody") never called \(call ?? "anything")"
    }
    if pattern.kinds.count == EventKind.allCases.count {
      return "\(who ?? "nobody") was never there"
    }
    return "nothing of the kind ever happened" + (who.map { " to \($0)" } ?? "")
  }

  /// A failing part's message where its failing is the point.
  private func withoutExpected(_ message: String) -> String {
    let start = "Expected: "
    return message.hasPrefix(start) ? String(message.dropFirst(start.utf8.count)) : message
  }

  /// A sentence's first letter; names of tasks and code keep theirs.
  private func capitalised(_ sentence: String) -> String {
    for start in ["the ", "a ", "after ", "before ", "at "] where sentence.hasPrefix(start) {
      return sentence.prefix(1).uppercased() + sentence.dropFirst()
    }
    return sentence
  }
}
