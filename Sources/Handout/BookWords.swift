/// The words of what a book has besides its lessons, in one place.
enum BookWords {
  /// The link that leads past the navigation.
  static let skip = "Skip to the text"
  /// What the navigation of a site is called.
  static let siteNavigation = "Site"
  /// What the links to the lessons before and after are called.
  static let turns = "Lessons before and after"
  /// The heading of the list of lessons, in a book that has a cover or is one file.
  static let lessons = "The lessons"
  /// What stands behind the number of closer steps where no other page tells them.
  static let closerStepsInStepper = "closer steps: the stepper has them."
  /// The name of the page that searches, in navigation and as its title.
  static let search = "Search"
  /// What the field of that page is called.
  static let searchField = "Words to look for"
  /// How words are understood.
  static let searchHint =
    "The beginnings of words are enough; of several words, all must stand in the same section."
  /// What stands there without a script, up to the link to the contents.
  static let noSearch = "Searching needs a script. Without one, "
  /// The words of that link.
  static let noSearchContents = "the contents list all lessons"
  /// What the script says: nothing was found, one section, several, more than are shown.
  static let searchResults: [(name: StaticString, words: String)] = [
    ("none", "No section has all of these words."),
    ("one", "Found in 1 section:"),
    ("many", "Found in % sections:"),
    ("first", "Found in % sections; the first %:"),
    ("also", "Further down:"),
  ]
}
