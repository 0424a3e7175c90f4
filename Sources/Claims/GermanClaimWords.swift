import Catalogue
import Program
import Trace

/// Patterns, sets and claims in German. States stay in the words that scripts have for them, as code.
struct GermanClaimWords: Bench {
  let header: TraceHeader
  let language = Language.german

  /// Writes states as scripts do.
  private var script: ClaimWords { ClaimWords(header: header) }

  // MARK: Sets and claims

  func text(_ set: EventSet) -> String {
    switch set {
    case .pattern(let pattern): text(pattern, .present)
    case .during(let inner, let state): "\(text(inner)), während \(text(state)) gilt"
    case .because(let inner, let origin): "\(text(inner)), ausgelöst durch „\(text(origin))“"
    case .within(let inner, let span, let origin):
      "\(text(inner)), höchstens \(Quantity.duration(span, in: language)) nach „\(text(origin))“"
    case .either(let left, let right): "\(text(left)) oder \(text(right))"
    }
  }

  func text(_ state: StateExpression) -> String {
    // Code in code would end it.
    "`\(script.text(state).filter { $0 != "`" })`"
  }

  func text(_ claim: Claim) -> String {
    switch claim {
    case .occurs(let set): text(set)
    case .never(let set): "niemals „\(text(set))“"
    case .sequence(let sets): sets.map(text).joined(separator: "; dann: ")
    case .before(let left, let right): "„\(text(left))“ vor „\(text(right))“"
    case .count(let bound, let number, let set):
      switch bound {
      case .exactly: "genau \(number)-mal „\(text(set))“"
      case .atLeast: "mindestens \(number)-mal „\(text(set))“"
      case .atMost: "höchstens \(number)-mal „\(text(set))“"
      }
    case .always(let state): "stets \(text(state))"
    case .eventually(let state): "irgendwann \(text(state))"
    case .atEnd(let state): "am Ende \(text(state))"
    case .when(let set, let state): "bei „\(text(set))“ stets \(text(state))"
    case .not(let inner): "nicht (\(text(inner)))"
    case .and(let left, let right): "(\(text(left))) und (\(text(right)))"
    case .or(let left, let right): "(\(text(left))) oder (\(text(right)))"
    case .implies(let left, let right): "wenn (\(text(left))), dann (\(text(right)))"
    }
  }

  func text(_ absence: Absence) -> String {
    switch absence {
    case .overflow: return "das Ergebnis passt nicht in 64 Bit"
    case .zeroDivisor: return "eine Zahl wird durch null geteilt"
    case .nobody:
      return "diese Maschine hat keinen solchen Prozess, keine solche CPU, kein solches Gerät"
    case .unanswered(let query):
      switch query {
      case .result(let id, let task), .callDuration(let id, let task):
        let name = header.text(Int64(id.rawValue), .systemCall, in: language)
        return "`\(name)` von \(header.task(task).name) ist nicht zurückgekehrt"
      case .time(let set), .count(let set): return "„\(text(set))“ ist nicht geschehen"
      case .between(let start, let end):
        return "„\(text(end))“ ist nach „\(text(start))“ nicht geschehen"
      case .cpuTime(_, let from, let until):
        return [from, until].compactMap { $0 }.map { "„\(text($0))“" }.joined(separator: ", dann ")
          + " ist nicht geschehen"
      }
    }
  }

  // MARK: Events and patterns

  /// An event of the trace, told in the past with all that its sentence has room for.
  func text(_ event: TraceEvent) -> String { text(script.pattern(of: event), .past) }

  func text(_ pattern: EventPattern, _ tense: ClaimWords.Tense) -> String {
    var sentence = core(pattern, tense)
    if let cpu = pattern.cpu, !ClaimWords.isOfCPU(pattern.kinds.first) {
      sentence += " (auf cpu\(cpu))"
    }
    return sentence
  }

  private func core(_ pattern: EventPattern, _ tense: ClaimWords.Tense) -> String {
    guard let kind = pattern.kinds.first else { return "nichts" }
    func verb(_ present: String, _ past: String) -> String { tense == .past ? past : present }
    let name = pattern.task.map { header.text(Int64($0.rawValue), .task, in: language) }
    let who = name ?? "ein Prozess"
    func object(_ type: FieldType, _ missing: String) -> String {
      pattern.object.map { header.text(Int64($0), type, in: language) } ?? missing
    }
    func added(_ before: String, _ type: FieldType) -> String {
      pattern.object.map { " \(before)\(header.text(Int64($0), type, in: language))" } ?? ""
    }
    let quoted =
      pattern.text.map { Quantity.quoted($0) }
      ?? pattern.object.map { Quantity.quoted(header.strings[bytes: StringID(rawValue: $0)]) }
    let call = pattern.object.map { "`\(header.text(Int64($0), .systemCall))`" }
    let place = pattern.a.map { " bei \(addresses($0))" } ?? ""

    switch kind {
    case .callsSystemCall:
      return "\(who) \(verb("ruft", "rief")) \(call ?? "einen Systemaufruf") auf"
    case .systemCallReturns:
      let subject = (call ?? "ein Systemaufruf") + (pattern.task == nil ? "" : " von \(who)")
      return "\(subject) \(outcome(pattern.a, tense))"
    case .entersKernel:
      let reason =
        switch pattern.object.flatMap(EntryReason.init(rawValue:)) {
        case .syscall: " (durch Systemaufruf)"
        case .fault: " (durch Ausnahme)"
        case .interrupt: " (durch Unterbrechung)"
        case nil: ""
        }
      return "\(who) \(verb("tritt", "trat")) in den Kern ein\(reason)"
    case .returnsToUser:
      return "\(who) \(verb("kehrt", "kehrte")) in den Benutzermodus zurück"
    case .sleeps, .wakes:
      let on = pattern.waitDevice.map { " (wegen \(header.device($0).name))" } ?? ""
      return kind == .sleeps
        ? "\(who) \(verb("schläft", "schlief")) ein\(on)"
        : "\(who) \(verb("wacht", "wachte")) auf\(on)"
    case .processStarts: return "\(who) \(verb("beginnt", "begann"))"
    case .runs: return "\(who) \(verb("bekommt", "bekam")) die CPU"
    case .idles: return "die CPU \(verb("wird", "wurde")) untätig"
    case .computes: return "\(who) \(verb("rechnet", "rechnete"))"
    case .isPreempted: return "\(who) \(verb("wird", "wurde")) verdrängt"
    case .yields: return "\(who) \(verb("gibt", "gab")) die CPU ab"
    case .exits:
      let status = pattern.a.map { " mit Status \(bounds($0))" } ?? ""
      return "\(who) \(verb("endet", "endete"))\(status)"
    case .isKilled:
      return "der Kern \(verb("beendet", "beendete")) \(name ?? "einen Prozess")"
        + added("durch ", .signal)
    case .receivesSignal:
      return "\(who) \(verb("erhält", "erhielt")) \(object(.signal, "ein Signal"))"
    case .faults:
      let name = pattern.object.map { " (\(language.phrase(header.text(Int64($0), .exception))))" }
      return "\(who) \(verb("löst", "löste"))\(place) eine Ausnahme aus\(name ?? "")"
    case .resolvesPageFault:
      let which =
        switch pattern.object.flatMap(PageFaultKind.init(rawValue:)) {
        case .minor: "ein kleiner Seitenfehler"
        case .major: "ein großer Seitenfehler"
        case .cow: "ein Seitenfehler (Kopieren beim Schreiben)"
        case .stack: "ein Seitenfehler (Stapelwachstum)"
        case nil: "ein Seitenfehler"
        }
      return "\(which) von \(name ?? "einem Prozess")\(place) \(verb("wird", "wurde")) behoben"
    case .interrupts: return "\(object(.device, "ein Gerät")) \(verb("unterbricht", "unterbrach"))"
    case .deviceFails:
      return "\(object(.device, "ein Gerät")) \(verb("geht", "ging")) kaputt"
    case .switchesContext:
      let from = pattern.a.map { " von \(tasks($0))" } ?? ""
      let to = pattern.b.map { " zu \(tasks($0))" } ?? ""
      return "der Kern \(verb("wechselt", "wechselte"))\(from)\(to)"
    case .copiesString, .copiesFromUser:
      return
        "der Kern \(verb("kopiert", "kopierte")) \(quoted ?? "Bytes") von \(name ?? "einem Prozess")"
    case .copiesToUser:
      return
        "der Kern \(verb("kopiert", "kopierte")) \(quoted ?? "Bytes") zu \(name ?? "einem Prozess")"
    case .writesConsole:
      return "\(who) \(verb("schreibt", "schrieb")) \(quoted ?? "etwas") auf die Konsole"
    case .machineStarts: return "die Maschine \(verb("startet", "startete"))"
    case .deadlocks: return "der Kern \(verb("stellt", "stellte")) eine Verklemmung fest"
    default: return inside(kind, pattern, tense)
    }
  }

  /// `liefert 3`, `scheitert mit ENOENT`, `gelingt`.
  private func outcome(_ result: ClosedRange<Int64>?, _ tense: ClaimWords.Tense) -> String {
    let returns = tense == .past ? "lieferte" : "liefert"
    let fails = tense == .past ? "scheiterte" : "scheitert"
    guard let result else { return tense == .past ? "kehrte zurück" : "kehrt zurück" }
    if result == -4095 ... -1 { return fails }
    if result.lowerBound == result.upperBound, let errno = Errno(returned: result.lowerBound) {
      return "\(fails) mit \(errno.name)"
    }
    if result == 0...Int64.max { return tense == .past ? "gelang" : "gelingt" }
    return "\(returns) \(bounds(result))"
  }

  func bounds(_ range: ClosedRange<Int64>) -> String {
    if range.lowerBound == range.upperBound { return "\(range.lowerBound)" }
    if range.upperBound == .max { return "mindestens \(range.lowerBound)" }
    if range.lowerBound == .min { return "höchstens \(range.upperBound)" }
    return "\(range.lowerBound) bis \(range.upperBound)"
  }

  private func addresses(_ range: ClosedRange<Int64>) -> String {
    let low = Quantity.hexadecimal(range.lowerBound)
    return range.lowerBound == range.upperBound
      ? low : "\(low)..\(Quantity.hexadecimal(range.upperBound))"
  }

  func tasks(_ range: ClosedRange<Int64>) -> String {
    range.lowerBound == range.upperBound
      ? header.text(range.lowerBound, .task, in: language)
      : "\(header.text(range.lowerBound, .task, in: language)) bis \(header.text(range.upperBound, .task, in: language))"
  }
}
