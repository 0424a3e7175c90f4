import Lesson
import Trace

/// What a page carries of a scenario's steps for its stepper: sentences as templates, pictures as
/// what changes from step to step.
///
/// One long string of records in base 36, one for each step, speaks of words, templates and drawings
/// by their numbers in the ``StepTables`` of the page. `StepperScript` reads it; both sides are
/// described here.
///
/// - `n`: the scenario's name, which anchors begin with.
/// - `d`: its drawings.
/// - `p`: the records, separated by `;`. The fields of a record are separated by `,`, and those that
///   are empty at its end are left out: template and words (separated by `.`); nanoseconds since the
///   record before; steps back to the cause (1 when empty, 0: none); who acts (same as before when
///   empty); slots that change, as gaps and words, separated by `.`; step (one more when empty) and,
///   behind a `.`, how many steps have had its name (one more than in the records when empty).
/// - `x`: what the timeline's cursor needs: for each column its first step and its place, and at the
///   end the same for where the picture ends.
struct StepData {
  /// The ids of the steps shown.
  private(set) var anchors: [Int: String] = [:]
  private(set) var json = JSONText()

  /// - Parameters:
  ///   - columns: The columns of the timeline: their first steps and places.
  ///   - prefix: What the scenario is called on its page.
  init(
    _ scenario: ScenarioView, selection: StepSelection, columns: [(step: Int, x: Int)],
    prefix: String, tables: inout StepTables
  ) {
    let trace = scenario.trace
    var gallery = Gallery(trace, words: scenario.words)
    var scene = Scene(trace.header, words: scenario.words)
    var shown = [SlotContent](repeating: .empty, count: gallery.slotCount)
    var names = StepAnchors(trace.header)
    let subjects = Set((trace.header.tasks.map(\.name) + trace.header.devices.map(\.name)))
    var last = (step: -1, time: Int64(0), who: "")
    var applied = 0
    var counts: [Int: Int] = [:]
    var records: [UInt8] = []
    for step in selection.steps where step < trace.events.count {
      // What steps that are left out change is seen at the next one.
      var changes = applied == 0 ? Set(Gallery.Subject.allCases) : []
      var (name, place, count) = (StepAnchors.Name(subject: "", verb: ""), 0, 0)
      while applied <= step {
        scene.apply(trace.events[applied])
        changes.formUnion(scene.changes)
        (name, place, count) = names.next(trace.events[applied])
        applied += 1
      }
      let event = trace.events[step]
      anchors[step] = "\(prefix)/" + name.anchor(count)
      let isNextCount = counts[place, default: 0] + 1 == count
      counts[place] = count
      let slots = gallery.slots(scene, changed: changes)
      var fields: [[UInt8]] = []
      fields.append(
        tables.record(
          scenario.sentence(event, step), subjects: subjects, zoom: event.zoom, name: name))
      fields.append(
        event.time == last.time ? [] : StepTables.digits(Int(clamping: event.time - last.time)))
      let back = event.cause == TraceEvent.noCause ? 0 : max(0, step - Int(event.cause))
      fields.append(back == 1 ? [] : StepTables.digits(back))
      let who = StepWords.who(event, trace.header, scenario.words)
      fields.append(who == last.who ? [] : StepTables.digits(tables.word(who)))
      fields.append(Self.difference(from: shown, to: slots, &tables))
      fields.append(
        (step == last.step + 1 ? [] : StepTables.digits(step))
          + (isNextCount ? [] : [0x2E] + StepTables.digits(count)))
      while fields.last?.isEmpty == true { fields.removeLast() }
      records += fields.joined(separator: [0x2C])
      records.append(0x3B)
      shown = slots
      last = (step, event.time, who)
    }
    if !records.isEmpty { records.removeLast() }
    json.raw("{\"n\":")
    json.string(prefix)
    json.raw(",\"d\":[")
    for (index, drawing) in gallery.drawings.enumerated() {
      if index > 0 { json.raw(",") }
      json.number(tables.number(of: drawing))
    }
    json.raw("],\"x\":[")
    for (index, column) in columns.enumerated() {
      if index > 0 { json.raw(",") }
      json.number(column.step)
      json.raw(",")
      json.number(column.x)
    }
    json.raw("],\"p\":\"")
    json.digits(records)
    json.raw("\"}")
  }

  private static func difference(
    from old: [SlotContent], to new: [SlotContent], _ tables: inout StepTables
  ) -> [UInt8] {
    var out: [UInt8] = []
    var last = -1
    for index in new.indices where new[index] != old[index] {
      if !out.isEmpty { out.append(0x2E) }
      let gap = index - last - 1
      out += (gap == 0 ? [] : StepTables.digits(gap)) + [0x2E]
      let content = tables.word(new[index].packed)
      if content != 0 { out += StepTables.digits(content) }
      last = index
    }
    return out
  }
}

/// What the steppers of a page share.
///
/// - `w`: words that stand in the holes of templates, and contents of slots; the first is empty.
/// - `t`: templates: zoom, anchor and sentence with tabs: `0\t~-sleeps\t`, then a tab for each hole
///   of the sentence. `~` in the anchor stands for the first word of a record.
/// - `d`: drawings: name, title, height, then marks: words are a place; boxes have a width behind it,
///   labels a text; lines are two places.
struct StepTables {
  private var words: [String: Int] = ["": 0]
  private var wordList = [""]
  private var templates: [String: Int] = [:]
  private var templateList: [String] = []
  private var drawings: [[UInt8]: Int] = [:]
  private var drawingList: [JSONText] = []

  /// Template and words of a step.
  fileprivate mutating func record(
    _ sentence: String, subjects: Set<String>, zoom: Zoom, name: StepAnchors.Name
  ) -> [UInt8] {
    let (template, holes) = SentenceTemplate.split(sentence, names: subjects)
    let key = "\(zoom.rawValue)\t~-\(name.verb)\t\(template)"
    let number: Int
    if let known = templates[key] {
      number = known
    } else {
      number = templateList.count
      templates[key] = number
      templateList.append(key)
    }
    var out = Self.digits(number) + [0x2E] + Self.digits(word(name.subject))
    for hole in holes { out += [0x2E] + Self.digits(word(hole)) }
    return out
  }

  fileprivate mutating func word(_ text: String) -> Int {
    if let known = words[text] { return known }
    words[text] = wordList.count
    wordList.append(text)
    return wordList.count - 1
  }

  fileprivate mutating func number(of drawing: Drawing) -> Int {
    let json = drawing.json
    if let known = drawings[json.bytes] { return known }
    drawings[json.bytes] = drawingList.count
    drawingList.append(json)
    return drawingList.count - 1
  }

  fileprivate static func digits(_ number: Int) -> [UInt8] { Array(String(number, radix: 36).utf8) }

  /// The tables as JSON.
  var json: JSONText {
    var json = JSONText()
    json.raw("{\"w\":[")
    json.strings(wordList)
    json.raw("],\"t\":[")
    json.strings(templateList)
    json.raw("],\"d\":[")
    for (index, drawing) in drawingList.enumerated() {
      if index > 0 { json.raw(",") }
      json.append(drawing)
    }
    json.raw("]}")
    return json
  }
}

extension Drawing {
  fileprivate var json: JSONText {
    var json = JSONText()
    json.raw("[")
    json.strings([name, title])
    json.raw(",")
    json.number(height)
    for mark in marks {
      json.raw(",[")
      let numbers: [Int]
      switch mark {
      case .label(let x, let y, _, _), .words(let x, let y, _): numbers = [x, y]
      case .line(let x, let y, let toX, let toY): numbers = [x, y, toX, toY]
      case .box(let x, let y, let width, _): numbers = [x, y, width]
      }
      for (index, number) in numbers.enumerated() {
        if index > 0 { json.raw(",") }
        json.number(number)
      }
      if case .label(_, _, let text, _) = mark {
        json.raw(",")
        json.string(text)
      }
      json.raw("]")
    }
    json.raw("]")
    return json
  }
}

/// JSON under construction, in which nothing can end the script element that it stands in.
struct JSONText {
  private(set) var bytes: [UInt8] = []

  mutating func raw(_ text: StaticString) {
    text.withUTF8Buffer { bytes.append(contentsOf: $0) }
  }

  mutating func append(_ other: JSONText) { bytes += other.bytes }

  mutating func number(_ number: Int) { bytes += Array(String(number).utf8) }

  /// Letters and digits of ours, and what separates them.
  mutating func digits(_ digits: [UInt8]) { bytes += digits }

  mutating func strings(_ texts: [String]) {
    for (index, text) in texts.enumerated() {
      if index > 0 { raw(",") }
      string(text)
    }
  }

  mutating func string(_ text: String) {
    raw("\"")
    for byte in text.utf8 {
      switch byte {
      case 0x22: raw("\\\"")
      case 0x5C: raw("\\\\")
      case 0x09: raw("\\t")
      case 0x3C: raw("\\u003c")
      case 0x00...0x1F:
        let digits = String(byte, radix: 16)
        raw("\\u00")
        if digits.utf8.count < 2 { raw("0") }
        bytes += Array(digits.utf8)
      default:
        bytes.append(byte)
        let count = bytes.count
        Directions.spellOut(endOf: &bytes)
        // Its backslash is one of the text, not JSON's own.
        if bytes.count > count { bytes.insert(0x5C, at: count - 3) }
      }
    }
    raw("\"")
  }
}
