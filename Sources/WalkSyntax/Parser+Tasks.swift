import SourceText

// What a task asks for and how a submission to it is judged.
extension Parser {
  /// `check` or `hidden check`; the word stands at hand.
  mutating func checkStatement() -> StatementSyntax {
    let start = position
    let isHidden = accept(.hidden)
    expect(.check)
    let title = string("the title of the check in quotes")
    var points: ExpressionSyntax?
    if !failed, kind != .colon, ![.with, .inside, .after].contains(word) {
      points = expression(.item)
      if !accept(.points), !accept(.point) { failExpected("`points`") }
    }
    var isInParts = false
    if accept(.inside) {
      expect(.parts)
      isInParts = true
    }
    var dependencies: [StringSyntax] = []
    if accept(.after) {
      repeat {
        dependencies.append(string("the title of another check in quotes"))
      } while accept(.comma)
    }
    let variations = accept(.with) ? inlineItems() : []
    expect(.colon, ":")
    continueLine()
    let claimStart = position
    let claim = wholeClaim()
    return .check(
      CheckSyntax(
        title: title, points: points, isHidden: isHidden, isInParts: isInParts,
        dependencies: dependencies, variations: variations, claim: claim,
        claimRange: range(from: claimStart)),
      range(from: start))
  }

  /// `hint`, `require`, `forbid`, `limit` or `reveal`; the word stands at hand.
  mutating func taskStatement() -> StatementSyntax {
    let start = position
    let word = word
    takeKeyword()
    switch word {
    case .hint:
      let text = string("the hint in quotes")
      var attempts: ExpressionSyntax?
      if accept(.after) {
        attempts = expression(.item)
        if !accept(.attempts), !accept(.attempt) { failExpected("`attempts`") }
      }
      return .hint(text, after: attempts, range(from: start))
    case .require, .forbid:
      var names: [Name] = []
      repeat {
        var name = name("a system call, such as `read`, or a word, such as `while`")
        if accept(.dot) {
          let member = self.name("a function of the library after the dot")
          name = Name("\(name.text).\(member.text)", name.range.union(member.range))
        }
        names.append(name)
      } while accept(.comma)
      return .demand(isForbidden: word == .forbid, names, range(from: start))
    case .limit:
      let items = inlineItems()
      return .limits(items, range(from: start))
    default:
      var names: [Name] = []
      repeat {
        names.append(name("what is to be seen, such as `title`"))
      } while accept(.comma)
      var isAfterDue = false
      if accept(.after) {
        expect(.due)
        isAfterDue = true
      }
      return .reveal(names, isAfterDue: isAfterDue, range(from: start))
    }
  }
}
