/// A language that there are words in: for sentences about events, for verdicts, for pages.
///
/// Whoever writes words switches over it without `default`, so the compiler asks for the words of a
/// new language everywhere.
public enum Language: String, Sendable, CaseIterable, Codable {
  case english = "en"
  case german = "de"

  /// What it is called in English.
  public var englishName: String { "\(self)" }

  /// What separates a number from its decimals.
  public var decimalMark: String {
    switch self {
    case .english: "."
    case .german: ","
    }
  }

  /// What stands between groups of three digits.
  public var groupMark: Character {
    switch self {
    case .english: ","
    case .german: "."
    }
  }

  /// The units of times: nanoseconds, and each a thousand times the one before.
  public var timeUnits: [String] {
    switch self {
    case .english: ["ns", "us", "ms", "s"]
    case .german: ["ns", "µs", "ms", "s"]
    }
  }

  /// The word that joins the last part of a list to the others.
  public var and: String {
    switch self {
    case .english: "and"
    case .german: "und"
    }
  }

  /// "a, b and c"; with another separator it stands before "and" as well: "a; b; and c".
  public func list(_ parts: [String], separator: String = ", ") -> String {
    guard parts.count > 1, let last = parts.last else { return parts.first ?? "" }
    return parts.dropLast().joined(separator: separator)
      + (separator == ", " ? " \(and) " : "\(separator)\(and) ") + last
  }

  /// A count with marks between groups of three digits: `1,240`.
  public func grouped(_ count: Int) -> String {
    var digits = Array(String(count.magnitude))
    var place = digits.count - 3
    while place > 0 {
      digits.insert(groupMark, at: place)
      place -= 3
    }
    return (count < 0 ? "-" : "") + String(digits)
  }
}

extension Language {
  /// A text of a catalogue with its holes, `%1` to `%9`, filled.
  ///
  /// What fills a hole is not looked at again: it may have percent signs of its own.
  public func fill(_ text: String, _ parts: [String]) -> String {
    guard !parts.isEmpty else { return text }
    var out = ""
    var rest = text[...]
    while let mark = rest.firstIndex(of: "%") {
      out += rest[..<mark]
      let next = rest.index(after: mark)
      guard next < rest.endIndex, let number = rest[next].wholeNumberValue,
        parts.indices.contains(number - 1)
      else {
        out += "%"
        rest = rest[next...]
        continue
      }
      out += parts[number - 1]
      rest = rest[rest.index(after: next)...]
    }
    return out + rest
  }

  /// The form of a text that fits a number: the one in front of the broken bar for one, the one behind
  /// it for all others.
  public func form(_ text: String, for number: Int) -> String {
    let forms = text.split(separator: "¦", omittingEmptySubsequences: false)
    return String((number == 1 ? forms.first : forms.last) ?? "")
  }
}

/// A language as authors and command lines choose it: what the words are in, and what HTML's `lang`
/// says.
public struct LanguageChoice: Sendable, Hashable, Codable {
  /// The language of the words.
  public let words: Language
  /// The tag for HTML's `lang` (BCP 47): `en`, `de-AT`.
  public let tag: String

  /// English, where nothing is chosen.
  public static let english = LanguageChoice(words: .english, tag: "en")

  private init(words: Language, tag: String) {
    self.words = words
    self.tag = tag
  }

  /// The language with a tag (`de`, `de-AT`) or an English name (`german`); `nil` where there are no
  /// words in it.
  ///
  /// `ar-XB` has English words on pages that run from right to left, to try how pages look then.
  public init?(_ name: String) {
    if name == Self.pseudoTag {
      self.init(words: .english, tag: name)
      return
    }
    if let language = Language.allCases.first(where: { $0.englishName == name }) {
      self.init(words: language, tag: language.rawValue)
      return
    }
    guard Self.isTag(name), let language = Self.language(ofTag: name) else { return nil }
    self.init(words: language, tag: name)
  }

  /// The tag of the pseudo-locale that runs from right to left.
  public static let pseudoTag = "ar-XB"

  /// The names that are offered: tags, then what the languages are called.
  public static let names = Language.allCases.map(\.rawValue) + Language.allCases.map(\.englishName)

  /// What there are words in, for messages: "`en` (english) and `de` (german)".
  public static var offer: String {
    Language.english.list(Language.allCases.map { "`\($0.rawValue)` (\($0.englishName))" })
  }

  /// The language that there are words in for prose with a tag; `nil` where there are none.
  public static func language(ofTag tag: String) -> Language? {
    Language(rawValue: primary(tag))
  }

  /// Whether a text is a language tag: letters, digits and hyphens.
  public static func isTag(_ text: String) -> Bool {
    let parts = text.utf8.split(separator: 0x2D, omittingEmptySubsequences: false)
    return text.utf8.count <= 35
      && parts.allSatisfy { part in
        (1...8).contains(part.count)
          && part.allSatisfy {
            (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
          }
      }
  }

  /// Whether text with a tag runs from right to left, by the scripts that languages are mostly
  /// written in.
  public static func isRightToLeft(_ tag: String) -> Bool {
    let subtags = tag.lowercased().split(separator: "-")
    if subtags.contains("latn") { return false }
    if !Set(subtags).isDisjoint(with: ["arab", "hebr", "syrc", "thaa", "nkoo", "adlm"]) {
      return true
    }
    return ["ar", "arc", "ckb", "dv", "fa", "he", "ps", "sd", "syr", "ug", "ur", "yi"]
      .contains(primary(tag))
  }

  private static func primary(_ tag: String) -> String {
    tag.lowercased().split(separator: "-").first.map(String.init) ?? ""
  }
}
