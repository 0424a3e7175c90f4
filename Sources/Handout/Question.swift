import Catalogue
import Lesson

/// A question of a lesson as its page asks it.
struct Question {
  let prediction: LessonPrediction
  /// What hides the key.
  let lock: AnswerLock
  /// The words around it.
  let words: InterfaceWords

  init(
    _ prediction: LessonPrediction, lesson: String, name: String, number: Int,
    words: InterfaceWords
  ) {
    self.prediction = prediction
    self.words = words
    lock = AnswerLock(lesson: lesson, question: name, number: number)
  }

  /// The events of an order as they are offered: never in the right order.
  ///
  /// - Returns: Positions in the author's order.
  func offered(_ moments: [LessonPrediction.Moment]) -> [Int] {
    let right = moments.indices.sorted { moments[$0].step < moments[$1].step }
    return lock.mixed(moments.count, without: right)
  }

  /// Writes the form.
  ///
  /// - Parameters:
  ///   - id: The form's own, which concealed parts of the page name.
  ///   - anchor: The id of a step, where the page has one.
  ///   - hasSteps: Whether the steps stand on the page.
  func write(
    id: String, anchor: (Int) -> String?, hasSteps: Bool, to html: inout HTML
  ) {
    html.open(
      "form", .class("ask"), .id(id), .attribute("data-salt", lock.salt),
      .attribute("data-keys", keys.joined(separator: " ")),
      .attribute("data-say", lock.mask(feedback(anchor).bytes)),
      .attribute("data-yes", words(.right)), .attribute("data-no", words(.wrong)),
      .attribute("data-shown", words(.stepsBelow)))
    html.raw("<fieldset>\n<legend>")
    for (index, question) in prediction.questions.enumerated() {
      if index > 0 { html.raw("<br>") }
      html.sentence(question)
    }
    html.raw("</legend>\n")
    writeControls(to: &html)
    html.raw("</fieldset>\n<div class=\"bar\"><button hidden>")
    html.text(words(.checkAnswer))
    html.raw("</button> <button type=\"button\" data-show hidden>")
    html.text(words(.showAnyway))
    html.raw("</button></div>\n<output></output>\n<noscript><p>")
    if hasSteps { html.text(words(.followSteps)) }
    html.raw("</p></noscript>\n<small>")
    html.sentence(words(.notReadable))
    html.raw("</small>\n</form>\n")
  }

  private func writeControls(to html: inout HTML) {
    switch prediction.form {
    case .typed(let answer):
      html.raw("<label>")
      html.text(words(.yourAnswer))
      if let hint = answer.hint { html.text(" (\(hint))") }
      html.raw("<input type=\"text\" autocomplete=\"off\" autocapitalize=\"off\" ")
      html.raw("spellcheck=\"false\" required></label>\n")
    case .choice(let choices):
      let isOne = choices.count(where: \.isRight) == 1
      if !isOne {
        html.element("small", text: words(.moreThanOneShort))
        html.raw("\n")
      }
      for (index, choice) in choices.enumerated() {
        html.raw("<label>")
        html.raw(isOne ? "<input type=\"radio\" name=\"a\" required" : "<input type=\"checkbox\"")
        html.raw(" value=\"")
        html.number(index)
        html.raw("\">")
        html.sentence(choice.text)
        html.raw("</label>\n")
      }
    case .order(let moments):
      html.element("small", text: words(.bringIntoOrderShort))
      html.raw("\n<ol>\n")
      for (place, index) in offered(moments).enumerated() {
        let text = moments[index].text
        html.open("li", .attribute("draggable", "true"), .attribute("data-n", "\(place)"))
        html.raw("<span>")
        html.element("code", text: text)
        html.raw("</span>")
        html.open(
          "button", .attribute("type", "button"), .attribute("data-move", "up"),
          .attribute("aria-label", words(.moveUp, text)), .attribute("hidden", ""))
        html.raw("↑</button>")
        html.open(
          "button", .attribute("type", "button"), .attribute("data-move", "down"),
          .attribute("aria-label", words(.moveDown, text)), .attribute("hidden", ""))
        html.raw("↓</button></li>\n")
      }
      html.raw("</ol>\n")
    case .table(let moments, let rows): writeTable(moments, rows, to: &html)
    }
  }

  private func writeTable(
    _ moments: [LessonPrediction.Moment], _ rows: [LessonPrediction.Row], to html: inout HTML
  ) {
    html.raw("<div class=\"scroll\"><table>\n<thead><tr><td></td>")
    for moment in moments {
      html.element("th", .attribute("scope", "col")) {
        $0.sentence(words(.whenColumn, moment.text))
      }
    }
    html.raw("</tr></thead>\n<tbody>\n")
    for (index, row) in rows.enumerated() {
      html.raw("<tr><th scope=\"row\">")
      html.element("code", text: row.text)
      html.raw("</th>")
      for (column, cell) in row.cells.enumerated() {
        let place = "\(index * moments.count + column)"
        let keys = cell.accepted.map { lock.key($0, place: place) }.joined(separator: " ")
        let label = HTML.Attribute.attribute(
          "aria-label", words(.cell, row.text, moments[column].text))
        html.raw("<td>")
        if row.options.isEmpty {
          html.open(
            "input", .attribute("type", "text"), label, .attribute("data-key", keys),
            .attribute("autocomplete", "off"), .attribute("required", ""))
        } else {
          html.open("select", label, .attribute("data-key", keys), .attribute("required", ""))
          html.raw("<option value=\"\">?</option>")
          for option in row.options { html.element("option", text: option) }
          html.raw("</select>")
        }
        html.raw("<b></b></td>")
      }
      html.raw("</tr>\n")
    }
    html.raw("</tbody>\n</table></div>\n")
  }

  // MARK: The key

  /// What the right answer to the whole of it looks like; a table's cells have keys of their own.
  private var keys: [String] {
    switch prediction.form {
    case .typed(let answer): answer.accepted.map { lock.key($0) }
    case .choice(let choices):
      [lock.key(Self.joined(choices.indices.filter { choices[$0].isRight }))]
    case .order(let moments):
      [
        lock.key(
          Self.joined(
            offered(moments).enumerated()
              .sorted { moments[$0.element].step < moments[$1.element].step }.map(\.offset)))
      ]
    case .table: []
    }
  }

  private static func joined(_ places: [Int]) -> String {
    places.map(String.init).joined(separator: ",")
  }

  /// What is said to right and wrong answers, and then of what happens; steps are links.
  private func feedback(_ anchor: (Int) -> String?) -> JSONText {
    var json = JSONText()
    json.raw("{\"r\":[")
    json.string(words(.saidRight))
    json.raw("],\"w\":[")
    json.string(words(.saidWrong))
    json.raw("],\"o\":[")
    write(prediction.outcome, anchor, to: &json)
    json.raw("]")
    if case .choice(let choices) = prediction.form {
      json.raw(",\"c\":[")
      for (index, choice) in choices.enumerated() {
        if index > 0 { json.raw(",") }
        json.raw("[")
        if !choice.explanation.isEmpty {
          let lead = choice.isAboutItself ? "" : words(.quoted, choice.text) + ": "
          write(lead + choice.explanation + " ", anchor, to: &json)
        }
        json.raw("]")
      }
      json.raw("]")
    }
    json.raw("}")
    return json
  }

  private func write(_ sentences: String, _ anchor: (Int) -> String?, to json: inout JSONText) {
    for (index, part) in StepMention.parts(
      of: SentencePart.plain(sentences), words.language
    ).enumerated() {
      if index > 0 { json.raw(",") }
      switch part {
      case .words(let words): json.string(words)
      case .step(let step, let words):
        guard let anchor = anchor(step) else {
          json.string(words)
          continue
        }
        json.raw("[")
        json.string(words)
        json.raw(",")
        json.string("#" + anchor)
        json.raw("]")
      }
    }
  }

  /// The steps that its feedback names.
  var steps: [Int] {
    var sentences = [prediction.outcome]
    if case .choice(let choices) = prediction.form { sentences += choices.map(\.explanation) }
    return sentences.flatMap { StepMention.parts(of: $0, words.language) }.compactMap { part in
      if case .step(let step, _) = part { step } else { nil }
    }
  }
}
