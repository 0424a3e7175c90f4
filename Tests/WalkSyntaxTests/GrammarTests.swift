import Foundation
import SourceText
import TestSupport
import Testing
import WalkSyntax

/// How many sentences are tried: some thousands in each run of the tests, and what
/// `RINGWALK_SENTENCES` says in a longer one.
private let sentenceCount =
  ProcessInfo.processInfo.environment["RINGWALK_SENTENCES"].flatMap { Int($0) } ?? 4_000

@Suite struct `The grammar` {
  let grammar: Grammar

  init() throws { grammar = try Grammar.walk() }

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

  /// What a sentence begins with, the rule that makes it, and what stands behind it. Most begin deeper
  /// than a script does, so that each rule gets its share.
  private static let roots = [
    ("", "script", ""), ("program p ", "block", ""), ("expect ", "claim", ""), ("", "script", ""),
    ("claim \"c\" { ", "under", "\n}"), ("", "claim-block", ""), ("module m ", "items", ""),
    ("program p { ", "action", "\n}"), ("", "statement", ""), ("", "bare", ""),
    ("", "statement", ""), ("start p ", "start-option", ""),
  ]

  /// A sentence of the grammar; the same for the same maker.
  private func sentence(_ maker: inout SentenceMaker, _ index: Int) -> String {
    let (head, rule, tail) = Self.roots[index % Self.roots.count]
    return head + maker.sentence(rule, depth: 12 + index % 30) + tail
  }

  private func maker(seed: UInt64) -> SentenceMaker {
    SentenceMaker(grammar, reserved: Set(Keywords.all + Keywords.units), seed: seed)
  }

  @Test(arguments: 1...8 as ClosedRange<UInt64>)
  func `makes sentences that are accepted, printed back, and formatted`(seed: UInt64) {
    var maker = maker(seed: seed)
    for index in 0..<(sentenceCount / 8) {
      let text = sentence(&maker, index)
      let script = parse(text)
      guard script.diagnostics.isEmpty, isLossless(script) else {
        Issue.record(
          "seed \(seed), sentence \(index): \(complaints(script))\n\(text.debugDescription)")
        return
      }
      if let flaw = flaw(Array(text.utf8)) {
        Issue.record("seed \(seed), sentence \(index): \(flaw)\n\(text.debugDescription)")
        return
      }
    }
  }

  @Test func `makes sentences of all its rules`() {
    var maker = maker(seed: 1)
    for index in 0..<4_000 { _ = sentence(&maker, index) }
    #expect(Set(grammar.order).subtracting(maker.used) == ["trivia"])
  }

  /// A script's tokens as the grammar has them: line feeds are none between round and square brackets.
  private func tokens(_ script: ScriptSyntax) -> [Recogniser.Token] {
    var tokens: [Recogniser.Token] = []
    var depth = 0
    for token in script.tokens {
      let text = String(decoding: script.fragment.bytes[token.lower..<token.upper], as: UTF8.self)
      switch token.kind {
      case .space, .comment, .invalid: continue
      case .newline: if depth == 0 { tokens.append(Recogniser.Token("", kinds: ["NEWLINE"])) }
      case .name, .keyword:
        let isChild = text.wholeMatch(of: /child[0-9]*/) != nil
        tokens.append(Recogniser.Token(text, kinds: isChild ? ["NAME", "CHILD"] : ["NAME"]))
      case .number: tokens.append(Recogniser.Token("", kinds: ["NUMBER"]))
      case .string: tokens.append(Recogniser.Token("", kinds: ["STRING"]))
      case .punctuation:
        if text == "(" || text == "[" { depth += 1 }
        if text == ")" || text == "]" { depth -= 1 }
        tokens.append(Recogniser.Token(text))
      }
    }
    return tokens
  }

  /// What the grammar does not understand of a script: the end of what it does; `nil` for nothing.
  private func surprise(_ script: ScriptSyntax, _ recogniser: Recogniser) -> String? {
    let tokens = tokens(script)
    guard let count = recogniser.failure(tokens, rule: "script") else { return nil }
    return tokens.prefix(count + 1).suffix(12).map { $0.text.isEmpty ? "\($0.kinds)" : $0.text }
      .joined(separator: " ")
  }

  @Test func `knows what lessons and scripts are written in`() {
    let recogniser = Recogniser(grammar)
    var count = 0
    for (name, bytes) in Corpus.scripts {
      let script = parse(bytes)
      guard script.diagnostics.isEmpty else { continue }
      count += 1
      if let surprise = surprise(script, recogniser) { Issue.record("\(name): \(surprise)") }
    }
    #expect(count > 250)
    #expect(recogniser.failure(tokens(parse("run until\n")), rule: "script") == 2)
  }

  @Test(arguments: 1...8 as ClosedRange<UInt64>)
  func `has neighbours that end in messages, and nothing worse`(seed: UInt64) {
    var maker = maker(seed: seed &+ 1_000)
    var random = SeededGenerator(seed: seed)
    let recogniser = Recogniser(grammar)
    var refused = 0
    let count = max(100, sentenceCount / 80)
    for index in 0..<count {
      var bytes = Array(sentence(&maker, index).utf8)
      for _ in 0..<Int.random(in: 1...4, using: &random) { Self.mutate(&bytes, &random) }
      let script = parse(bytes)
      refused += script.diagnostics.isEmpty ? 0 : 1
      let place = "seed \(seed), sentence \(index)"
      let text = String(decoding: bytes, as: UTF8.self).debugDescription
      #expect(isLossless(script), "\(place): \(text)")
      #expect(script.diagnostics.count <= WalkParser.maximumDiagnostics + 1, "\(place): \(text)")
      for range in script.diagnostics.compactMap(\.primary?.range) {
        #expect(range.lower >= 0 && range.upper <= bytes.count, "\(place): \(text)")
      }
      if let flaw = flaw(bytes) { Issue.record("\(place): \(flaw)\n\(text)") }
      // What the parser takes is a sentence; it would take too long to look at all of them so closely.
      if script.diagnostics.isEmpty, script.tokens.count < 120, index < 100,
        let surprise = surprise(script, recogniser)
      {
        Issue.record("\(place) is no sentence: \(surprise)\n\(text)")
      }
    }
    #expect(refused > count / 2, "seed \(seed)")
  }

  /// Spoils a text a little: a byte or token goes, comes twice, changes places or comes from elsewhere.
  private static func mutate(_ bytes: inout [UInt8], _ random: inout SeededGenerator) {
    let tokens = parse(bytes).tokens
    guard let token = tokens.randomElement(using: &random) else { return bytes.append(0x7B) }
    let place = Int.random(in: 0...bytes.count, using: &random)
    let strangers =
      Keywords.punctuation + Keywords.all
      + ["\n", "#", "\"", "'", "\\", "\u{0}", "\u{FEFF}", "é", "/*", "++", "0x", "9ms", "1.5", "@"]
    switch Int.random(in: 0..<9, using: &random) {
    case 0: bytes.removeSubrange(token.lower..<token.upper)
    case 1: bytes.insert(contentsOf: Array(bytes[token.lower..<token.upper]), at: place)
    case 2: bytes.insert(contentsOf: Array(bytes[token.lower..<token.upper]), at: token.lower)
    case 3:
      guard let other = tokens.randomElement(using: &random), other.lower >= token.upper else {
        return
      }
      let moved = Array(bytes[other.lower..<other.upper])
      bytes.replaceSubrange(other.lower..<other.upper, with: bytes[token.lower..<token.upper])
      bytes.replaceSubrange(token.lower..<token.upper, with: moved)
    case 4, 5:
      let stranger = strangers.randomElement(using: &random) ?? "}"
      bytes.insert(contentsOf: Array(" \(stranger) ".utf8), at: token.lower)
    case 6: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
    case 7: if place < bytes.count { bytes.remove(at: place) }
    default: bytes.removeSubrange(place...)
    }
  }
}
