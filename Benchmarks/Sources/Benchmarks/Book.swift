import Foundation

/// A book of 300 lessons with five scenarios each, of which one line changes.
enum Book {
  static let lessonCount = 300

  /// Writes the lessons into a new folder `book`.
  static func write(below folder: URL) throws -> URL {
    let book = folder.appending(path: "book")
    try FileManager.default.createDirectory(at: book, withIntermediateDirectories: true)
    for number in 0..<lessonCount {
      try Data(lesson(number).utf8).write(to: path(of: number, in: book))
    }
    return book
  }

  /// Changes one line of the lesson in the middle: its text, not what its scenarios do.
  ///
  /// - Returns: The line as it stands there now.
  static func edit(_ book: URL, round: Int) throws -> String {
    let number = lessonCount / 2
    let line = "This is round \(round)."
    let text = lesson(number).replacing("This is round 0.", with: line)
    try Data(text.utf8).write(to: path(of: number, in: book))
    return line
  }

  /// The page of the lesson that changes.
  static let editedPage = "lesson-\(lessonCount / 2).html"

  private static func path(of number: Int, in book: URL) -> URL {
    book.appending(path: "lesson-\(number).md")
  }

  private static func lesson(_ number: Int) -> String {
    var text = "# Lesson \(number)\n\nThis is round 0.\n"
    for part in 1...5 {
      text += """

        ## Part \(part)

        What happens between a call and its return, for the \(part)th time.

        ```walk scenario=part-\(part)
        file "/home/student/foo" { text "hello\\n" }
        program editor {
          bss buf 4KiB
          let fd = open("foo", O_RDONLY)
          let n = read(fd, buf, \(part))
          write(1, buf, n)
          exit(0)
        }
        start editor
        run
        expect editor exits 0
        ```

        ```walk show=timeline
        ```

        """
    }
    return text
  }
}

extension Benchmarks {
  /// One changed line against a build of everything; both with files and start-up.
  static func rebuilding() throws {
    print("\(Book.lessonCount) lessons of 5 scenarios each, ringwalk build:")
    let command = try Command.find()
    try withFolder { folder in
      let book = try Book.write(below: folder)
      let site = folder.appending(path: "site")
      let full = try best(of: 3) {
        try? FileManager.default.removeItem(at: site)
        try Command.run(command, ["build", book.path(), "-o", site.path()])
      }
      report("  everything", short(full * 1_000, "ms"))
      var round = 0
      var edited = Double.infinity
      for _ in 0..<10 {
        round += 1
        _ = try Book.edit(book, round: round)
        edited = min(
          edited,
          try best(of: 1) { try Command.run(command, ["build", book.path(), "-o", site.path()]) })
      }
      report("  one changed line", "\(short(edited * 1_000, "ms")), 1/\(Int(full / edited))")
      let nothing = try best(of: 10) {
        try Command.run(command, ["build", book.path(), "-o", site.path()])
      }
      report("  nothing changed", "\(short(nothing * 1_000, "ms")), 1/\(Int(full / nothing))")
      let other = folder.appending(path: "other")
      try Command.run(command, ["build", book.path(), "-o", other.path(), "--no-cache"])
      for name in try FileManager.default.contentsOfDirectory(atPath: other.path()) {
        guard
          FileManager.default.contentsEqual(
            atPath: site.appending(path: name).path(), andPath: other.appending(path: name).path())
        else { throw Command.Failure(words: "\(name) differs from that of a full build") }
      }
    }
    print("  (goal: 1/20; the pages are compared with those of a full build)\n")
  }
}
