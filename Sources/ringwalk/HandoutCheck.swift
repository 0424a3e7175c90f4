import Handout
import Lesson
import Program
import SourceText

/// `ringwalk check --against DIR`: how handouts that were built before differ from those of now.
struct HandoutCheck {
  /// The folder with the handouts.
  let folder: String
  let edition: HandoutEdition
  let theme: HandoutTheme?
  let limits: RunLimits

  /// Makes all pages as `ringwalk build` does, and writes none.
  func run(_ paths: [String], standardInputName: String?) async throws -> ExitStatus {
    var comparison: PageComparison
    do throws(FileFailure) {
      comparison = try PageComparison(folder)
    } catch {
      Terminal.complain(.unreadableFile(folder, reason: error.reason))
      return .broken
    }
    let inputs = Input.all(
      paths, standardInputName: standardInputName, extensions: [".md"],
      excluding: FileSystem.realPath(folder))
    let book = Book(inputs, paths: paths, limits: limits)
    var pages: [HandoutFile] = []
    var site = Site(folder: folder, format: comparison.format, inputs: inputs, book: book)
    site.edition = edition
    site.theme = theme
    site.reader = { pages.append($0) }
    try site.open()
    let builder = LessonBuilder(
      format: comparison.format, limits: limits, context: site.context, folder: folder, cache: nil)
    try await inOrder(book.chapters) { input in
      builder.build(input)
    } each: { built in
      try site.add(built, rebuild: builder.rebuild)
      // A page is compared as soon as it is finished, so that not all of them stand in memory.
      for page in pages { comparison.add(page) }
      pages = []
    }
    try site.finish(cache: nil, rebuild: builder.rebuild)
    for page in pages { comparison.add(page) }
    comparison.finish()
    try Terminal.print(comparison.report)
    return max(site.status, comparison.isDifferent ? .fails : .holds)
  }
}
