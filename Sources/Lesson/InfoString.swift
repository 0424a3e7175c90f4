import SourceText
import WalkSemantics

/// The words behind the opening of a fence: `walk scenario=first-half`, `walk predict=fd points=2`.
struct InfoString {
  /// What the fence is for; `scenario` when nothing says so.
  var role = FenceRole.scenario
  /// The name, picture or code behind the role: `first-half`, `fd`, `timeline`, `W0204`.
  var subject: String?
  /// Where the subject stands, else the role, else `walk`.
  var place: SourceRange
  /// Keys with their values; roles that stand alone have empty ones.
  var words: [String: String] = [:]
  /// Where each word's value stands.
  var ranges: [String: SourceRange] = [:]
  var diagnostics: [Diagnostic] = []

  /// What may follow a role, besides its own word.
  private var options: [String] {
    switch role {
    case .task: ["points", "version"]
    case .predict: ["points", "version", "of"]
    case .claim: ["of"]
    case .show: subject.flatMap(Picture.init(rawValue:))?.options ?? Self.optionWords
    case .world, .scenario, .continue, .example, .error: []
    }
  }

  /// All words that may follow a role.
  private static let optionWords = [
    "points", "version", "of", "arch", "call", "process", "address", "part", "at", "under",
  ]

  /// Whether a role needs a value: `task` means nothing without a name.
  private static func needsValue(_ role: FenceRole) -> String? {
    switch role {
    case .task: "task=two_sleeps"
    case .predict: "predict=fd"
    case .show: "show=timeline"
    case .error: "error=W0204"
    case .world, .scenario, .continue, .claim, .example: nil
    }
  }

  /// Whether a role may have one.
  private static func takesValue(_ role: FenceRole) -> Bool {
    switch role {
    case .scenario, .task, .predict, .claim, .show, .error: true
    case .world, .continue, .example: false
    }
  }

  /// Whether an info string is for us: its first word is `walk`.
  static func isWalk(_ info: String) -> Bool {
    info.utf8.prefix { !isSpace($0) }.elementsEqual("walk".utf8)
  }

  /// Reads the words in a range of a line, the first of which is `walk`.
  init(_ file: SourceFile, id: FileID, _ range: Range<Int>) {
    place = SourceRange(file: id, lower: range.lowerBound, upper: range.lowerBound + 4)
    var rolePlace: SourceRange?
    var options: [(key: String, range: SourceRange)] = []
    for word in Self.words(file.bytes, range).dropFirst() {
      read(Word(file, id: id, word), rolePlace: &rolePlace, options: &options)
    }
    for option in options where !self.options.contains(option.key) {
      let owner = role == .show ? words["show"].map { "show=\($0)" } : nil
      diagnostics.append(
        .optionOfOtherRole(option.key, role: owner ?? role.rawValue, at: option.range))
    }
  }

  /// The words in a range of a line. Between quotes, spaces belong to the value: `at="editor sleeps"`.
  static func words(_ bytes: [UInt8], _ range: Range<Int>) -> [Range<Int>] {
    var words: [Range<Int>] = []
    var index = range.lowerBound
    while index < range.upperBound {
      if isSpace(bytes[index]) {
        index += 1
        continue
      }
      let start = index
      var isQuoted = false
      while index < range.upperBound, isQuoted || !isSpace(bytes[index]) {
        if bytes[index] == 0x22 { isQuoted.toggle() }
        index += 1
      }
      words.append(start..<index)
    }
    return words
  }

  /// What a picture asks, without its role.
  var question: ExhibitQuestion { ExhibitQuestion(words: words, ranges: ranges, place: place) }

  /// A word, with the value behind its `=`.
  struct Word {
    let key: String
    let value: String?
    let keyRange: SourceRange
    let valueRange: SourceRange
    let range: SourceRange

    init(_ file: SourceFile, id: FileID, _ bounds: Range<Int>) {
      let equals = file.bytes[bounds].firstIndex(of: 0x3D)
      key = file.text(bounds.lowerBound..<(equals ?? bounds.upperBound))
      var inside = (equals.map { $0 + 1 } ?? bounds.upperBound)..<bounds.upperBound
      if inside.count > 1, file.bytes[inside.lowerBound] == 0x22,
        file.bytes[inside.upperBound - 1] == 0x22
      {
        inside = inside.lowerBound + 1..<inside.upperBound - 1
      }
      value = equals.map { _ in file.text(inside) }
      range = SourceRange(file: id, lower: bounds.lowerBound, upper: bounds.upperBound)
      keyRange = SourceRange(
        file: id, lower: bounds.lowerBound, upper: equals ?? bounds.upperBound)
      valueRange = SourceRange(file: id, lower: inside.lowerBound, upper: inside.upperBound)
    }
  }

  private mutating func read(
    _ word: Word, rolePlace: inout SourceRange?, options: inout [(key: String, range: SourceRange)]
  ) {
    if let role = FenceRole(rawValue: word.key) {
      if let rolePlace {
        diagnostics.append(.secondRole(word.key, first: rolePlace, at: word.range))
        return
      }
      rolePlace = word.range
      self.role = role
      place = word.range
      words[word.key] = word.value ?? ""
      ranges[word.key] = word.range
      readSubject(word)
    } else if Self.optionWords.contains(word.key) {
      guard words[word.key] == nil else {
        diagnostics.append(.repeatedWord(word.key, at: word.range))
        return
      }
      options.append((word.key, word.keyRange))
      words[word.key] = word.value ?? ""
      ranges[word.key] = word.valueRange
      if word.key == "points", Self.points(word.value ?? "") == nil {
        diagnostics.append(.badPoints(at: word.range))
      } else if (word.value ?? "").isEmpty {
        diagnostics.append(
          .valueMissing(word.key, example: Self.example(of: word.key), at: word.range))
      }
    } else {
      diagnostics.append(
        .unknownWord(
          word.key, at: word.keyRange,
          known: FenceRole.allCases.map(\.rawValue) + Self.optionWords))
    }
  }

  /// How an option is written.
  static func example(of option: String) -> String {
    switch option {
    case "arch": "arch=x86_64,arm64"
    case "call": "call=open"
    case "process": "process=editor"
    case "address": "address=0x401000"
    case "part": "part=calls"
    case "version": "version=2"
    case "at": "at=\"editor sleeps\""
    case "under": "under=\"scheduler fifo\""
    case "caption": "caption=\"What the shell prints\""
    case "zoom": "zoom=mechanism"
    default: "of=first-half"
    }
  }

  private mutating func readSubject(_ word: Word) {
    if let value = word.value, !value.isEmpty {
      guard Self.takesValue(role) else {
        diagnostics.append(.valueNotWanted(word.key, at: word.range))
        return
      }
      guard role == .error || role == .show || Self.isName(value) else {
        diagnostics.append(.badName(value, at: word.valueRange))
        return
      }
      subject = value
      place = word.valueRange
    } else if let example = Self.needsValue(role) {
      diagnostics.append(.valueMissing(word.key, example: example, at: word.range))
    } else if word.value != nil {
      diagnostics.append(
        .valueMissing(word.key, example: "\(word.key)=first-half", at: word.range))
    }
  }

  /// A number of points, 0...1000.
  private static func points(_ text: String) -> Int? {
    Int(text).flatMap { (0...1000).contains($0) && text.first != "+" ? $0 : nil }
  }

  /// Letters, digits, `-`, `_` and `.`, so that a name can stand in a link and in a file's name.
  private static func isName(_ text: String) -> Bool {
    text.unicodeScalars.count <= 64
      && text.unicodeScalars.allSatisfy {
        $0.properties.isAlphabetic || $0.properties.numericType != nil
          || "-_.".unicodeScalars.contains($0)
      }
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0D
  }
}
