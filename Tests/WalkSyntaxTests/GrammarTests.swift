import Foundation
import SourceText
import TestSupport
import Testing
import WalkSyntax

@Suite struct `The grammar` {
  let grammar: Grammar

  init() throws {
    let url = Fixtures.directory.appending(path: "../../grammar/walk.ebnf")
    grammar = try Grammar(String(contentsOf: url, encoding: .utf8))
  }

  @Test func `defines every rule it uses and uses every rule it defines`() {
    let used = grammar.reachable(from: ["script", "trivia"])
    #expect(used == Set(grammar.order))
  }

  @Test func `has the keywords and signs of the parser, and no others`() {
    let literals = grammar.literals { !Grammar.isLexical($0) }
    let words = literals.filter { $0.first?.isLetter == true }
    #expect(words == Set(Keywords.all))
    #expect(literals.subtracting(words) == Set(Keywords.punctuation))
    #expect(grammar.literals { $0 == "UNIT" } == Set(Keywords.units))
  }

  @Test(arguments: 1...8)
  func `makes sentences that the parser accepts`(seed: UInt64) {
    let reserved = Set(Keywords.all + Keywords.units)
    var maker = SentenceMaker(grammar, reserved: reserved, seed: seed)
    let roots = [
      ("", "script"), ("program p ", "block"), ("expect ", "claim"), ("", "script"),
      ("claim \"c\" { ", "under"), ("", "claim-block"), ("module m ", "items"),
      ("program p { ", "action"),
      ("", "statement"), ("", "bare"), ("", "statement"), ("start p ", "start-option"),
    ]
    let tails = ["under": "\n}", "action": "\n}"]
    var accepted = 0
    for index in 0..<900 {
      // Most sentences begin deeper, so that each rule gets its share.
      let (head, rule) = roots[index % roots.count]
      let text = head + maker.sentence(rule, depth: 12 + index % 30) + (tails[rule] ?? "")
      let script = parse(text)
      // "Each at most once" is said in a comment of the grammar.
      let codes = Set(script.diagnostics.map { "\($0.code)" })
      if codes == ["W0134"] { continue }
      accepted += 1
      guard codes.isEmpty, isLossless(script) else {
        Issue.record(
          "seed \(seed), sentence \(index): \(complaints(script))\n\(text.debugDescription)")
        return
      }
    }
    #expect(accepted > 800, "seed \(seed)")
    #expect(Set(grammar.order).subtracting(maker.used) == ["trivia"], "seed \(seed)")
  }
}
