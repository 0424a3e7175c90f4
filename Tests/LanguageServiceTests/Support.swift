import LanguageService
import Lesson
import SourceText

/// A text with places in it: `⟦1⟧` is a place, and is not in the text.
struct MarkedText {
  let text: String
  /// The offsets of the places, by their names.
  let places: [String: Int]

  init(_ marked: String) {
    var text = ""
    var places: [String: Int] = [:]
    var rest = marked[...]
    while let open = rest.firstIndex(of: "⟦"), let close = rest[open...].firstIndex(of: "⟧") {
      text += rest[..<open]
      places[String(rest[rest.index(after: open)..<close])] = text.utf8.count
      rest = rest[rest.index(after: close)...]
    }
    self.text = text + rest
    self.places = places
  }

  /// The offset of a place; of one that is not there, the end of the text, where nothing is found.
  subscript(place: String) -> Int { places[place] ?? text.utf8.count }
}

/// Opens a text whose includes are at hand.
func open(
  _ text: String, name: String = "test.md", encoding: PositionEncoding = .utf16,
  files: [String: String] = [:]
) -> LanguageDocument {
  LanguageDocument(name: name, bytes: Array(text.utf8), encoding: encoding) {
    path throws(IncludeFailure) in
    guard let text = files[path] else { throw .unreadable("it is not there") }
    return Array(text.utf8)
  }
}

extension LanguageDocument {
  /// Makes all runs that are missing; returns how many that were.
  @discardableResult
  func finish() -> Int {
    var count = 0
    while case let wanted = wantedRuns, !wanted.isEmpty, count < 100 {
      add(wanted.map { $0.make() })
      count += wanted.count
    }
    return count
  }

  /// The text of a range.
  func text(_ range: SourceRange) -> String { file.text(range.lower..<range.upper) }
}

/// A world, and two scenarios.
let sample = """
  # A lesson

  ```walk world
  user ada { uid 1001 }
  file "/home/ada/foo" { owner ada, text "hello\\n" }
  program editor {
      bss buf 4KiB
      let fd = open("foo", O_RDONLY)
      let n = read(fd, buf, 5)
      exit(n)
  }
  program counter { repeat 3 { compute 4ms } }
  ```

  ```walk scenario=down
  start editor as ada in "/home/ada"
  start counter
  run until editor calls open
  expect editor.mode == user
  ```

  It has `{= editor.fds}` descriptors.

  ```walk continue
  run
  expect editor exits 5
  expect count(open by editor) == 1
  expect never editor calls fork
  ```

  ```walk scenario=other
  start counter named one
  run
  expect one exits
  ```

  """
