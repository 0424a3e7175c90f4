/// The built-in templates: what `ringwalk theme` writes, and what pages are made of.
enum ThemeFiles {
  /// The frame of all pages.
  static let page: StaticString = """
    <!DOCTYPE html>
    <html lang="{{language}}"{{#isRightToLeft}} dir="rtl"{{/isRightToLeft}}>
    <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="{{{policy}}}">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>{{windowTitle}}</title>
    {{#description}}
    <meta name="description" content="{{description}}">
    {{/description}}
    {{#sheets}}
    <style>{{{sheet}}}</style>
    {{/sheets}}
    </head>
    <body>
    <a class="skip" href="#text">{{skip}}</a>
    {{#hasNavigation}}
    <header>
    <nav aria-label="{{navigation}}">\
    {{#index}}<a href="{{address}}">{{name}}</a>{{#search}} · {{/search}}{{/index}}\
    {{#search}}<a href="{{address}}">{{name}}</a>{{/search}}</nav>
    </header>
    {{/hasNavigation}}
    <main id="text">
    <h1>{{title}}</h1>
    {{{content}}}</main>
    {{#scripts}}
    <script>{{{script}}}</script>
    {{/scripts}}
    {{>turns}}
    </body>
    </html>

    """

  /// The links to the lessons before and after, on pages that have some.
  static let turns: StaticString = """
    <footer>
    <nav class="turn" aria-label="{{navigation}}">\
    {{#previous}}<a rel="prev" href="{{address}}">{{arrow}} {{name}}</a>{{/previous}}\
    {{#next}}<a rel="next" href="{{address}}">{{name}} {{arrow}}</a>{{/next}}</nav>
    </footer>

    """

  /// The list of lessons on the page of contents.
  static let lessons: StaticString = """
    <ol class="lessons">
    {{#lessons}}
    <li><{{heading}}><a href="{{address}}">{{number}}{{title}}</a></{{heading}}>
    {{#summary}}
    <p>{{{summary}}}</p>
    {{/summary}}
    <p class="count">{{counts}}</p>
    </li>
    {{/lessons}}
    </ol>

    """
}
