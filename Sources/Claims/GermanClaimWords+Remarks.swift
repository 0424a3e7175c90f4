import Catalogue
import Program
import Trace

// What a judge says, in German.
extension GermanClaimWords {
  func say(_ remark: Remark) -> String {
    switch remark {
    case .expected(let claim): "Erwartet: \(text(claim))."
    case .notJudged(let step, let absence):
      "Das lässt sich nicht beurteilen: nach Schritt \(step) gilt: \(text(absence))."
    case .found(let told): "\(text(told))."
    case .notFound(let count): "Das geschah nicht\(upTo(count))."
    case .neverFound(let set, let count): "„\(text(set))“ geschah nie\(upTo(count))."
    case .foundAfterAll(let told, 0): "Es geschah aber doch. \(text(told))."
    case .foundAfterAll(let told, let more):
      "Es geschah aber doch. \(text(told)), und so danach noch \(more)-mal."
    case .way(let way): "\(text(way))."
    case .wayWithoutBeginning(let set, let count):
      "Aber „\(text(set))“ geschah nicht\(upTo(count))."
    case .wayStops(let way, let missing, let last, let earlier):
      "\(text(way)). Aber „\(text(missing))“ geschah nach Schritt \(last) nicht"
        + (earlier.map {
          $0 == last ? ", nur in eben diesem Schritt." : ", nur vorher, in Schritt \($0)."
        } ?? ".")
    case .inOrder(let first, let second): "\(text(first)); erst danach \(text(second))."
    case .sameEvent(let told):
      "Aber das erste von beiden ist ein und dasselbe Ereignis. \(text(told))."
    case .wrongOrder(let first, let second):
      "Aber es war umgekehrt. \(text(first)); erst danach \(text(second))."
    case .firstMissing(let set, let count, let second):
      "Aber „\(text(set))“ geschah nicht\(upTo(count)).\(second.map { " \(text($0))." } ?? "")"
    case .secondMissing(let first, let set, let count):
      "\(text(first)). Aber „\(text(set))“ geschah nicht\(upTo(count))."
    case .counted(let set, let total, let places, let count):
      "„\(text(set))“ geschah\(counted(total, places, count))."
    case .countedOtherwise(let total, let places, let count):
      "Aber es geschah\(counted(total, places, count))."
    case .nothingYet(let state): "\(text(state)): noch war nichts geschehen."
    case .heldAlways(let state, let count): "\(text(state)) galt nach jedem Schritt\(upTo(count))."
    case .brokenAfter(let told, let seen):
      "Aber nach Schritt \(told.step) (\(text(told.event))) gilt: \(seen ?? "es ist nicht so")."
    case .heldAfter(let state, let step): "\(text(state)) galt nach Schritt \(step)."
    case .undefinedAfter(let step, let seen):
      "Nach Schritt \(step) gilt: \(seen ?? "es ist nicht so")."
    case .nothingHadHappened: "Aber noch war nichts geschehen."
    case .neverTrue(let last, let values):
      "Es wurde nie wahr; nach dem letzten Schritt, \(last), gilt: \(values)."
    case .endIs(let last, let values): "\(upper(end(last))) gilt: \(values)."
    case .endIsNot(let last, let values): "Aber \(end(last)) gilt: \(values)."
    case .brokenAt(let told, let seen):
      "Aber in Schritt \(told.step) (\(text(told.event))) gilt: \(seen ?? "es ist nicht so")."
    case .notMet(let set): "„\(text(set))“ geschah nicht, also wird nichts behauptet."
    case .heldWhenever(let state, let places): "\(text(state)) galt \(text(places))."
    case .itself(let claim): upper(text(claim))
    case .holdsAfterAll(let claim, let message):
      "Erwartet: \(text(claim)). Aber es trifft zu: \(message)"
    case .notSo(let message): "Das ist nicht so: \(withoutExpected(message))"
    case .nothingClaimed(let message):
      "Nichts wird behauptet, denn das ist nicht so: \(withoutExpected(message))"
    case .unbreakable(let set): "Nichts hätte es widerlegen können: \(absent(set))."
    case .nearest(let told, let state, let values, let lack):
      "Am nächsten kommt \(text(told))"
        + (state.map { ", aber nicht, während \(text($0)) galt: \(values ?? "es war nicht so")" }
          ?? "")
        + (lack.map { ", \(text($0))" } ?? "") + "."
    case .nothingAlike: "Nichts dergleichen geschah."
    case .notJudgedAtAll: "Diese Behauptung wurde nicht beurteilt."
    }
  }

  func say(_ remark: StateRemark) -> String {
    switch remark {
    case .value(let state, let number):
      "\(text(state)) ist "
        + ValueFormatter.text(number, state.valueType, header: header, language: language)
    case .noValue(let state, let absence): "\(text(state)) hat keinen Wert: \(text(absence))"
    case .list(let parts): language.list(parts)
    case .asItIs(let state): "es ist, wie es ist: \(text(state))"
    case .nobody(let name): "\(name) gibt es nicht"
    case .condition(let name, let condition):
      "`\(name).state` ist \(condition.name(in: language))"
    case .sleepsOn(let name, let object):
      "\(name) wartet schlafend auf \(header.text(object, in: language))"
    }
  }

  private func text(_ told: Told) -> String { "Schritt \(told.step): \(text(told.event))" }

  private func text(_ way: [Told]) -> String { way.map(text).joined(separator: "; ") }

  /// `in Schritt 4`, `in den Schritten 4, 9 und 12`, `in den Schritten 1, 2, 3, 4, 5 und weiteren`.
  private func text(_ places: Places) -> String {
    guard places.steps.count > 1 else { return "in Schritt \(places.steps.first ?? 0)" }
    let steps = places.steps.map(String.init)
    return places.hasMore
      ? "in den Schritten \(steps.joined(separator: ", ")) und weiteren"
      : "in den Schritten \(language.list(steps))"
  }

  private func text(_ lack: Weakening.Lack) -> String {
    switch lack {
    case .because(let origin): "aber nicht ausgelöst durch „\(text(origin))“"
    case .within(let span, let origin):
      "aber nicht höchstens \(Quantity.duration(span, in: language)) nach „\(text(origin))“"
    }
  }

  private func upTo(_ count: Int) -> String { count == 0 ? "" : " bis Schritt \(count - 1)" }

  private func end(_ last: Int?) -> String {
    last.map { "nach Schritt \($0)" } ?? "vor dem ersten Schritt"
  }

  private func counted(_ total: Int64, _ places: Places, _ count: Int) -> String {
    total == 0 ? "\(upTo(count)) kein einziges Mal" : " \(total)-mal, \(text(places))"
  }

  /// Says that a subject was not there.
  private func absent(_ set: EventSet) -> String {
    guard case .pattern(let pattern) = set else { return "dergleichen gab es nie" }
    let who = pattern.task.map { header.task($0).name }
    if Vacuity.isCall(pattern) {
      let call = pattern.object.map { "`\(header.text(Int64($0), .systemCall))`" }
      return "\(who ?? "niemand") hat \(call.map { "\($0) nie" } ?? "nie etwas") aufgerufen"
    }
    if pattern.kinds.count == EventKind.allCases.count { return "\(who ?? "jemand") war nie da" }
    return "dergleichen geschah nie" + (who.map { " mit \($0)" } ?? "")
  }

  /// A failing part's message where its failing is the point.
  private func withoutExpected(_ message: String) -> String {
    let start = "Erwartet: "
    return message.hasPrefix(start) ? String(message.dropFirst(start.utf8.count)) : message
  }

  /// A sentence's first letter; names of tasks and code keep theirs.
  private func upper(_ sentence: String) -> String {
    for start in [
      "der ", "die ", "ein ", "eine ", "genau ", "mindestens ", "höchstens ", "niemals ", "nach ",
      "vor ", "stets ", "irgendwann ", "am ", "bei ", "nicht ", "wenn ",
    ] where sentence.hasPrefix(start) {
      return sentence.prefix(1).uppercased() + sentence.dropFirst()
    }
    return sentence
  }
}
