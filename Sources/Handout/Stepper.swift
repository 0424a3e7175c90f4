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

  /// The controls, once for a page: the script copies them into each place.
  static func writeTemplate(to html: inout HTML) {
    html.raw(
      """
      <template id="stepper" data-of="Steps of %" data-step="Step % of %" data-play="Play" \
      data-pause="Pause" data-changed="changed:" data-copy="Copy" data-copied="Copied">\
      <div class="bar"><button type="button" data-go="first" aria-label="First step">|◀</button>\
      <button type="button" data-go="back" aria-label="Step back">◀</button>\
      <button type="button" data-go="next" aria-label="Step forward">▶</button>\
      <button type="button" data-go="last" aria-label="Last step">▶|</button>\
      <button type="button" data-go="play" aria-pressed="false">Play</button>\
      <input type="range" min="0" value="0" aria-label="Step">\
      <label>Detail <select><option value="0">story</option><option value="1">mechanism</option>\
      <option value="2">hardware</option></select></label>\
      <a class="link">Link to this step</a></div>\
      <output></output><p class="now"></p>\
      <div class="because"><b>Because</b><ol class="why"></ol></div>\
      <div class="pics"></div><ol class="near"></ol></template>\n
      """)
  }
}
