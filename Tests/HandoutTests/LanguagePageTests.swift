import Catalogue
import Foundation
import Lesson
import SourceText
import TestSupport
import Testing

@testable import Handout

/// Pages in German, and pages that run from right to left.
@Suite struct LanguagePageTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// The founding lesson in German.
  private static func german() throws -> Lesson {
    let name = "lessons-de/03-eine-datei-oeffnen.md"
    let lesson = CompiledLessonTests.compile(
      name, try String(contentsOf: root.appending(path: name), encoding: .utf8))
    #expect(lesson.diagnostics.isEmpty)
    return lesson
  }

  // MARK: Catalogues

  @Test(arguments: Phrase.allCases)
  func `a text has the same holes and forms in all languages`(_ phrase: Phrase) {
    let english = phrase.text(in: .english)
    for language in Language.allCases {
      let text = phrase.text(in: language)
      #expect(!text.isEmpty)
      #expect(Self.holes(text) == Self.holes(english), "\(language): \(text)")
      let forms = text.split(separator: "¦", omittingEmptySubsequences: false)
      #expect(forms.count == english.split(separator: "¦").count, "\(language): \(text)")
      // Where a number is looked for, each form has it.
      for form in forms { #expect(Self.holes(String(form)) == Self.holes(english)) }
      #expect(text.hasPrefix(" ") == english.hasPrefix(" "), "\(language): \(text)")
      #expect(text.hasSuffix(" ") == english.hasSuffix(" "), "\(language): \(text)")
    }
  }

  private static func holes(_ text: String) -> Set<Character> {
    Set(text.matches(of: /%(\d)/).compactMap(\.1.first))
  }

  /// Texts that are alike in English and German, or stand in code.
  private static let alike: Set<Phrase> = [
    .quoted, .sleepsOn, .zombieProcess, .processState, .inRoutine, .detailHardware, .onCPU,
  ]

  @Test func `a text is in another language another one, but for some`() {
    for phrase in Phrase.allCases where !Self.alike.contains(phrase) {
      #expect(phrase.text(in: .german) != phrase.text(in: .english), "\(phrase)")
    }
  }

  // MARK: German

  /// What a reader gets of a page: text, labels, and the words of the stepper; neither code nor the
  /// script.
  private static func words(of page: String) -> String {
    let text = page.replacing(#/(?s)<style>.*?<\/style>/#, with: " ")
      .replacing(#/(?s)<script>.*?<\/script>/#, with: " ")
      .replacing(#/(?s)<pre>.*?<\/pre>/#, with: " ")
      .replacing(#/(?s)<code>.*?<\/code>/#, with: " ")
      .replacing(#/`[^`"]*`/#, with: " ")
      .replacing(#/<meta [^>]*>/#, with: " ")
    let labels = page.matches(of: /(?:aria-label|data-[a-z]+)="([^"]*)"/).map { String($0.1) }
    return labels.joined(separator: "\n") + "\n"
      + text.replacing(#/<(?:[^>"]|"[^"]*")*>/#, with: " ")
  }

  @Test func `no English text of the catalogue is left on a German page`() throws {
    let files = Handout.pages(of: try Self.german(), format: .html, context: HandoutContext())
    #expect(files.count == 2)
    for file in files {
      let page = String(decoding: file.bytes, as: UTF8.self)
      HandoutTests.expectSound(page)
      #expect(page.contains("<html lang=\"de\">"))
      let words = Self.words(of: page)
      for phrase in Phrase.allCases where !Self.alike.contains(phrase) {
        let german = phrase.text(in: .german)
        for piece in phrase.text(in: .english).replacing(#/%\d/#, with: "¦").split(separator: "¦")
        where piece.count > 3 && !german.contains(piece) {
          #expect(!Self.has(String(piece), words), "\(phrase): \(piece)")
        }
      }
      for word in ["the", "and", "is", "with", "bytes", "kernel", "process", "because", "of"] {
        #expect(!Self.has(word, words), "\(word)")
      }
    }
  }

  /// Whether a text stands in another one as words of its own; prints what is around it.
  private static func has(_ piece: String, _ text: String) -> Bool {
    var rest = text[...]
    while let range = rest.firstRange(of: piece) {
      let before =
        range.lowerBound == text.startIndex ? " " : text[text.index(before: range.lowerBound)]
      let after = range.upperBound == text.endIndex ? " " : text[range.upperBound]
      let isWord = { (character: Character) in
        character.isLetter || character == "_" || character == "-" || character == "/"
      }
      let begins = !(piece.first?.isLetter ?? false) || !isWord(before)
      let ends = !(piece.last?.isLetter ?? false) || !isWord(after)
      if begins, ends {
        print(text[..<range.upperBound].suffix(60), text[range.upperBound...].prefix(30))
        return true
      }
      rest = rest[range.upperBound...]
    }
    return false
  }

  @Test func `verdicts of a German page lead to their steps`() throws {
    let lesson = try Self.german()
    let file = try #require(
      Handout.pages(of: lesson, format: .html, context: HandoutContext()).first)
    let page = String(decoding: file.bytes, as: UTF8.self)
    #expect(page.contains("<b>✓ erfüllt</b>"))
    #expect(page.firstMatch(of: #/<a href="#down/[^"]*">Schritt \d+</a>/#) != nil)
    #expect(page.contains("data-units=\"ns µs ms s\" data-point=\",\""))
    #expect(page.contains("Diese Lektion behandelt: Benutzermodus und Kernmodus (S2); "))
    // German needs more words than English.
    #expect(file.bytes.count < 210_000)
  }

  @Test(arguments: [HandoutFormat.markdown, .latex, .man])
  func `other formats are German as well`(_ format: HandoutFormat) throws {
    let files = Handout.pages(of: try Self.german(), format: format, context: HandoutContext())
    let page = String(decoding: files.first?.bytes ?? [], as: UTF8.self)
    #expect(page.contains("Was in down geschieht:"))
    for word in ["What happens", "closer steps", "Timeline", "holds"] {
      #expect(!page.contains(word), "\(word)")
    }
  }

  @Test func `questions and tasks are asked in German`() throws {
    let lesson = CompiledLessonTests.compile(
      "fragen.md",
      """
      ---
      language: de
      ---
      # Fragen

      > **Hinweis.** Erst denken.

      ```walk scenario=one
      program p { write(1, "hi\\n", 3) }
      start p
      run
      ```

      ```walk predict=wie-viel points=2
      ask "Mit welchem Status endet `p`?"
      answer p.exit
      ```

      ```walk predict=wie-lange
      ask "Wie lange dauert das Schreiben?"
      answer duration(write by p)
      ```

      ```walk task=schreiben points=1
      student program q
      starter {
          program q { }
      }
      start q
      run
      check "endet sauber" 1 points: q exits 0
      ```
      """)
    let errors = lesson.diagnostics.filter { $0.severity == .error }
    #expect(errors.isEmpty, "\(errors.map(\.message))")
    var context = HandoutContext()
    context.edition = .instructor
    let page = String(
      decoding: Handout.pages(of: lesson, format: .html, context: context)[0].bytes,
      as: UTF8.self)
    for words in [
      "Frage: wie-viel (2 Punkte)", "Aufgabe: schreiben (1 Punkt)", "Ihre Antwort",
      "Meine Antwort prüfen", "data-yes=\"✓ richtig\"", "Es ist 0.", "Geprüft wird:",
      "Die Ausgabe für Lehrende", "<aside class=\"note\" aria-label=\"Hinweis\">",
    ] {
      #expect(page.contains(words), "\(words)")
    }
    #expect(AnswerText.normal("1,5 ms") == AnswerText.normal("1.5 ms"))
    #expect(AnswerText.normal("1,5 ms") == "1500000t")
  }

  @Test func `an index is in the language of its book`() {
    var context = HandoutContext(site: "Lektionen")
    context.language = LanguageChoice("de") ?? .english
    var lesson = HandoutSummary(title: "Eins", summary: "", fileName: "eins.html")
    lesson.covers = Mechanism.all.filter { $0.id == "S2" }
    lesson.scenarioCount = 1
    lesson.holdCount = 1_240
    lesson.vacuousCount = 1
    let index = Handout.index([lesson, lesson], format: .html, context: context)
    let page = String(decoding: index.bytes, as: UTF8.self)
    #expect(page.contains("<html lang=\"de\">"))
    #expect(page.contains("2 Lektionen"))
    #expect(page.contains("Wo welcher Mechanismus erklärt wird"))
    #expect(page.contains("S2 Benutzermodus und Kernmodus"))
    #expect(
      page.contains("1 Szenario · 1.241 Erwartungen: ✓ 1240 erfüllt, ○ 1 gegenstandslos"))
  }

  // MARK: Right to left

  private static func mirrored() -> String {
    let lesson = CompiledLessonTests.compile(
      "m.md",
      """
      ---
      language: ar-XB
      ---
      # Mirrored

      ```walk
      program p { exit(0) }
      start p
      run
      expect p exits 0
      ```
      """)
    #expect(lesson.diagnostics.isEmpty)
    let context = HandoutContext(
      previous: HandoutLink(title: "One", fileName: "one.html"),
      next: HandoutLink(title: "Three", fileName: "three.html"))
    let files = Handout.pages(of: lesson, format: .html, context: context)
    return String(decoding: files.first?.bytes ?? [], as: UTF8.self)
  }

  @Test
  func `a page that runs from right to left says so, and keeps code and pictures as they are`()
    throws
  {
    let page = Self.mirrored()
    HandoutTests.expectSound(page)
    #expect(page.contains("<html lang=\"ar-XB\" dir=\"rtl\">"))
    #expect(page.contains("<style>\(MirrorSheet.text)</style>"))
    #expect(page.contains("→ One</a>") && page.contains("Three ←</a>"))
    let text = "\(MirrorSheet.text)"
    #expect(text.utf8.count <= 1_024)
    #expect("\(MirrorSheet.digest)" == (try HandoutTests.digest(text)))
    #expect(page.contains("'\(MirrorSheet.digest)'"))
    let plain = HandoutTests.html(SampleLesson.view())
    #expect(
      !plain.contains(text) && !plain.contains("dir=") && plain.contains("<html lang=\"en\">"))
  }

  @Test func `sheets say where a text begins and ends, not what is left and right`() throws {
    let folder = Self.root.appending(path: "Sources/Handout")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path()).filter {
      $0.contains("heet") || $0 == "LiveAssets.swift"
    }
    #expect(names.count >= 4)
    let physical =
      #/(?:margin|padding|border|inset)-(?:left|right)|text-align:\s*(?:left|right)|float:|clear:|[;{\s](?:left|right):/#
    for name in names {
      let text = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
        .replacing(/\/\/.*/, with: "")
      #expect(text.matches(of: physical).isEmpty, "\(name)")
      // Four values are top, right, bottom, left.
      for match in text.matches(of: #/(?:margin|padding):\s*([^;}\\\n]+)/#) {
        let values = match.1.split(separator: " ")
        if values.count == 4 { #expect(values[1] == values[3], "\(name): \(match.0)") }
      }
    }
  }
}
