import SourceText

// What a question offers and asks for, besides a value that is typed.
extension Parser {
  /// `choice`, `choices`, `order` or `table`; the word stands at hand.
  mutating func questionStatement() -> StatementSyntax {
    let start = position
    let word = word
    takeKeyword()
    switch word {
    case .choice:
      let value = value()
      var claim: ClaimSyntax?
      if case .string = value, accept(.ifTrue) { claim = wholeClaim() }
      return .choice(value, claim, range(from: start))
    case .choices:
      let configurations = accept(.under) ? configurations() : []
      return .choices(configurations, range(from: start))
    case .order:
      let events = eventList()
      return .order(events, range(from: start))
    default:
      expect(.when)
      let moments = eventList()
      expect(.colon, ":")
      continueLine()
      var states = [value()]
      while accept(.comma) {
        continueLine()
        states.append(value())
      }
      return .table(moments, states, range(from: start))
    }
  }

  /// Event sets with commas between; the line may end behind a comma.
  private mutating func eventList() -> [EventSetSyntax] {
    var sets: [EventSetSyntax] = []
    repeat {
      if !sets.isEmpty { continueLine() }
      let generic = claim()
      guard !failed else { return sets }
      sets.append(events(from: generic))
    } while accept(.comma)
    return sets
  }
}
