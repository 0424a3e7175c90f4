/// The place of a scenario's stepper on its page, and the controls that all steppers of a page share.
enum Stepper {
  /// Writes the place with its data. It is hidden until the script fills it.
  static func write(_ data: StepData, to html: inout HTML) {
    html.raw("<div class=\"stepper\" role=\"group\" hidden></div>")
    html.raw("<script type=\"application/json\">")
    html.json(data.json)
    html.raw("</script>\n")
  }

  /// Writes what the data of all steppers of a page share.
  static func write(_ tables: StepTables, to html: inout HTML) {
    html.raw("<script type=\"application/json\" id=\"words\">")
    html.json(tables.json)
    html.raw("</script>\n")
  }

  /// The controls, once for a page: the script copies them into each place, and finds its own words
  /// in the template's attributes.
  static func writeTemplate(_ words: InterfaceWords, to html: inout HTML) {
    html.open(
      "template", .id("stepper"), .attribute("data-of", words(.stepsOf, "%")),
      .attribute("data-step", words(.stepOf, "%", "%")), .attribute("data-play", words(.play)),
      .attribute("data-pause", words(.pause)), .attribute("data-changed", words(.changed)),
      .attribute("data-copy", words(.copy)), .attribute("data-copied", words(.copied)),
      .attribute("data-units", words(.timeUnits)), .attribute("data-point", words(.decimalMark)))
    html.raw("<div class=\"bar\">")
    for (go, label, sign) in [
      ("first", Phrase.firstStep, "|◀"), ("back", .stepBack, "◀"), ("next", .stepForward, "▶"),
      ("last", .lastStep, "▶|"),
    ] {
      html.element(
        "button", .attribute("type", "button"), .attribute("data-go", go),
        .attribute("aria-label", words(label)), text: sign)
    }
    html.element(
      "button", .attribute("type", "button"), .attribute("data-go", "play"),
      .attribute("aria-pressed", "false"), text: words(.play))
    html.open(
      "input", .attribute("type", "range"), .attribute("min", "0"), .attribute("value", "0"),
      .attribute("aria-label", words(.stepSlider)))
    html.element("label") { html in
      html.text(words(.detail))
      html.raw(" <select>")
      for (value, level) in [
        ("0", Phrase.detailStory), ("1", .detailMechanism), ("2", .detailHardware),
      ] {
        html.element("option", .attribute("value", value), text: words(level))
      }
      html.raw("</select>")
    }
    html.element("a", .class("link"), text: words(.linkToStep))
    html.raw("</div><output></output><p class=\"now\"></p><div class=\"because\">")
    html.element("b", text: words(.because))
    html.raw("<ol class=\"why\"></ol></div><div class=\"pics\"></div>")
    html.raw("<ol class=\"near\"></ol></template>\n")
  }
}
