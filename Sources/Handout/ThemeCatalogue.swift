public import SourceText

/// The long forms of the messages about themes (W0060 to W0062).
public enum ThemeCatalogue {
  /// One entry a code, in order.
  public static let diagnostics: [DiagnosticEntry] = [
    DiagnosticEntry(
      ThemeCode.themeFile, "a file of a theme that cannot be used",
      explanation: """
        A theme is a folder with page.mustache, turns.mustache, lessons.mustache and theme.css; what it \
        has no file for is as it always was. Other templates are for those to include. Files are UTF-8, \
        at most 256 KiB each, and a sheet has no `</style`, which would end its place in the page.
        """,
      failing: "pages.mustache", mended: "page.mustache"),
    DiagnosticEntry(
      ThemeCode.template, "a mistake in a template",
      explanation: """
        A template is text with tags: `{{title}}` is a text, `{{{content}}}` markup, `{{#index}}` to \
        `{{/index}}` a section that stands there if there is such a thing (and as often as there is), \
        `{{^index}}` one that stands there if not, `{{>footer}}` the template footer.mustache, and \
        `{{! words }}` a remark. Text is always escaped and markup never: braces that say otherwise are \
        a mistake. page.mustache must use the policy, the sheets, the scripts, the title, the content \
        and `{{>turns}}`, or pages would not be whole.
        """,
      failing: "<title>{{{title}}}</title>", mended: "<title>{{title}}</title>"),
    DiagnosticEntry(
      ThemeCode.templateName, "a name in a template that nothing has",
      explanation: """
        A template uses the values that its pages have. page.mustache: language, isRightToLeft, policy, \
        windowTitle, description, sheets with sheet, skip, hasNavigation, navigation, site, index and \
        search with address and name, title, content, scripts with script. turns.mustache: navigation, \
        previous and next with address, name and arrow. lessons.mustache: lessons with heading, number, \
        address, title, summary and counts.
        """,
      failing: "<title>{{titel}}</title>", mended: "<title>{{title}}</title>"),
  ]
}
