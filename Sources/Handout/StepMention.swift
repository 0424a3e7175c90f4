import Catalogue

/// A piece of a judge's message: words, or the name of a step.
enum StepMention: Equatable {
  case words(String)
  /// A step, with the words that name it.
  case step(Int, String)

  /// Finds `step 57`, and each number of `steps 95, 101 and 218`; in German `Schritt 57` and
  /// `Schritten 95, 101 und 218`.
  static func parts(of message: String, _ language: Language = .english) -> [StepMention] {
    let (one, many): (String, Set<String>) =
      switch language {
      case .english: ("step", ["steps"])
      case .german: ("Schritt", ["Schritte", "Schritten"])
      }
    var parts: [StepMention] = []
    var words = ""
    var isCounting = false
    var rest = Substring(message)
    while !rest.isEmpty {
      let word = rest.prefix { !$0.isWhitespace }
      let digits = word.prefix { $0.isASCII && $0.isNumber }
      if isCounting, let step = Int(digits) {
        var name = String(digits)
        if words.hasSuffix(one + " ") {
          words.removeLast(one.count + 1)
          name = "\(one) \(name)"
        }
        if !words.isEmpty { parts.append(.words(words)) }
        parts.append(.step(step, name))
        words = ""
        rest = rest.dropFirst(digits.count)
        let after = rest.prefix { !$0.isWhitespace }
        isCounting = after.isEmpty || after == ","
        words += after
        rest = rest.dropFirst(after.count)
      } else {
        isCounting =
          word == one || many.contains(String(word)) || (isCounting && word == language.and)
        words += word
        rest = rest.dropFirst(word.count)
      }
      let space = rest.prefix { $0.isWhitespace }
      words += space
      rest = rest.dropFirst(space.count)
    }
    if !words.isEmpty { parts.append(.words(words)) }
    return parts
  }
}
