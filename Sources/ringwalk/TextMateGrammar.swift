import Catalogue
import WalkSyntax

/// The colours of Walk in TextMate's form, which VS Code and most other editors read.
///
/// The words are those of the parser's tables and of the catalogues. Where a word of the language is one, is
/// told by what stands before it: a keyword begins a statement, follows a certain other word, or joins two
/// claims; elsewhere it is a name. The language server knows better (it parses); a test compares the two over
/// all lessons.
enum TextMateGrammar {
  /// A rule, or a list of them.
  private typealias Rule = JSONValue

  /// The grammar of scripts.
  static var walk: JSONValue {
    object([
      "name": .string("Walk"), "scopeName": .string("source.walk"),
      "fileTypes": .array([.string("walk")]),
      "patterns": include("script"), "repository": object(repository),
    ])
  }

  /// What colours the `walk` fences of Markdown, and inline values.
  static var injection: JSONValue {
    object([
      "name": .string("Walk in Markdown"), "scopeName": .string("markdown.walk.codeblock"),
      "injectionSelector": .string("L:text.html.markdown"), "fileTypes": .array([]),
      "patterns": include("fence", "value"),
      "repository": object([
        "fence": region(
          #"(^|\G)(\s*)(`{3,}|~{3,})\s*(walk)(\s+[^`\r\n]*)?$"#, #"(^|\G)(\2|\s{0,3})(\3)\s*$"#,
          begins: [3: "punctuation.definition.markdown", 4: "fenced_code.block.language.markdown"],
          ends: [3: "punctuation.definition.markdown"], name: "markup.fenced_code.block.markdown",
          [
            object([
              "begin": .string(#"(^|\G)(\s*)(.*)"#),
              "while": .string(#"(^|\G)(?!\s*([`~]{3,})\s*$)"#),
              "contentName": .string("meta.embedded.block.walk"),
              "patterns": .array([object(["include": .string("source.walk")])]),
            ])
          ]),
        "value": region(
          #"(`)(\{=)"#, #"(\})(`)"#, begins: [2: "keyword.operator.walk"],
          ends: [1: "keyword.operator.walk"], name: "markup.inline.raw.string.markdown",
          [object(["include": .string("source.walk")])]),
      ]),
    ])
  }

  // MARK: Rules

  private static func object(_ members: [String: JSONValue]) -> JSONValue { .object(members) }

  private static func include(_ names: String...) -> JSONValue { .array(rules(names)) }

  /// Rules by their names; `value` stands for all that a value is made of.
  private static func rules(_ names: [String]) -> [Rule] {
    names.flatMap { $0 == "value" ? values : [$0] }.map { object(["include": .string("#\($0)")]) }
  }

  private static let values = [
    "string", "character", "number", "constant", "question", "operator",
  ]

  private static func captures(_ scopes: [Int: String]) -> JSONValue {
    object(
      Dictionary(
        scopes.map { ("\($0.key)", object(["name": .string("\($0.value)\(suffix($0.value))")])) },
        uniquingKeysWith: { first, _ in first }))
  }

  /// Scopes are of this language, except where they are Markdown's.
  private static func suffix(_ scope: String) -> String {
    scope.hasSuffix(".markdown") || scope.hasSuffix(".walk") ? "" : ".walk"
  }

  private static func match(_ expression: String, _ scopes: [Int: String]) -> Rule {
    object(["match": .string(expression), "captures": captures(scopes)])
  }

  private static func match(_ expression: String, _ scope: String) -> Rule {
    object(["match": .string(expression), "name": .string(scope + suffix(scope))])
  }

  private static func region(
    _ begin: String, _ end: String, begins: [Int: String] = [:], ends: [Int: String] = [:],
    name: String? = nil, _ patterns: [Rule]
  ) -> Rule {
    var members: [String: JSONValue] = [
      "begin": .string(begin), "end": .string(end), "patterns": .array(patterns),
    ]
    if !begins.isEmpty { members["beginCaptures"] = captures(begins) }
    if !ends.isEmpty { members["endCaptures"] = captures(ends) }
    if let name { members["name"] = .string(name) }
    return object(members)
  }

  /// The words of a list, the longest first.
  static func any(_ words: some Sequence<String>, separator: String = "|") -> String {
    words.sorted { ($1.utf8.count, $0) < ($0.utf8.count, $1) }.joined(separator: separator)
  }

  // MARK: Words

  private static let name = "[A-Za-z_][A-Za-z0-9_]*"
  /// Where a statement may begin.
  private static let start = #"(?:^|(?<=[{;}:]))\s*"#
  /// Where a statement of one line ends.
  private static let lineEnd = #"(?=[;}#])|$"#
  private static let keyword = "keyword.control"
  private static let joining = "keyword.other"
  private static let declaring = "storage.type"
  private static let type = "entity.name.type"
  /// Statements that have rules of their own.
  private static let special: Set<String> = [
    "student", "starter", "claim", "program", "start", "mount", "symlink", "run", "vary", "hint",
    "reveal", "choice", "at", "module", "signal", "swap", "check", "hidden",
  ]
  /// Words of claims that stand between any others.
  private static let claimWords = Set(Keywords.claims).subtracting([
    "exactly", "at", "least", "most", "of", "in", "every", "some", "schedule", "end", "within",
  ])

  /// A statement of one line, in which some words are keywords as well.
  private static func line(_ word: String, _ words: [String], _ more: [Rule] = []) -> Rule {
    let inner = words.isEmpty ? [] : [match(#"\b(?:\#(any(words)))\b"#, keyword)]
    return region(
      #"\#(start)\b(\#(word))\b"#, lineEnd, begins: [1: keyword], more + inner + rules(["value"]))
  }

  private static let repository: [String: Rule] = [
    "script": object([
      "patterns": include(
        "comment", "program", "module", "starter", "claim-block", "student", "start", "mount",
        "symlink", "signal", "swap", "check", "run", "vary", "hint", "reveal", "choice",
        "declaration", "device-act", "statement", "items", "count", "claim-phrase", "claim-word",
        "value")
    ]),

    "comment": match("#.*$", "comment.line.number-sign"),
    "string": region(
      "\"", "\"|$", name: "string.quoted.double.walk",
      [
        match(
          #"\\(?:[0-3][0-7]{2}|x[0-9A-Fa-f]{1,2}|.)"#, "constant.character.escape")
      ]),
    "character": match(
      #"'(?:\\(?:[0-3][0-7]{2}|x[0-9A-Fa-f]{2}|.)|[^'\\])'"#, "constant.character"),
    "number": match(
      #"\b(0[xX][0-9A-Fa-f]+|0b[01]+|[0-9]+)(\#(any(Keywords.units)))?\b"#,
      [1: "constant.numeric", 2: "constant.numeric.unit"]),
    "constant": match(
      #"\b(?:\#(any(NamedConstant.all.map(\.name))))\b"#, "support.constant"),
    "question": match(#"\b(\#(name))\s*(?=\()"#, [1: "support.function"]),
    "operator": match(
      #"&&|\|\||==|!=|<=|>=|<<|>>|\.\.|[-+*/%&|^~!<>=]"#, "keyword.operator"),

    "program": region(
      #"\#(start)\b(program)\s+(\#(name))\s*(\{)"#, #"\}"#, begins: [1: declaring, 2: type],
      rules(["code"])),
    "student": match(
      #"\#(start)\b(student)\s+(program)\s+(\#(name))"#, [1: keyword, 2: declaring, 3: type]),
    "starter": region(
      #"\#(start)\b(starter)\s*\{"#, #"\}"#, begins: [1: keyword], rules(["script"])),
    "claim-block": region(
      #"\#(start)\b(claim)\s+("(?:\\.|[^"\\])*")(?:\s+(from)\s+("(?:\\.|[^"\\])*"))?\s*(\{)"#,
      #"\}"#,
      begins: [
        1: keyword, 2: "string.quoted.double", 3: keyword, 4: "string.quoted.double",
      ], rules(["script"])),
    "module": region(
      #"\#(start)\b(module)\s+(\#(name))\s*\{"#, #"\}"#, begins: [1: declaring, 2: type],
      rules(["module-item"])),
    "module-item": object([
      "patterns": .array(
        rules(["comment"]) + [
          region(
            #"\b(init|exit|open|read|write|release|mount|unmount)\s*\{"#, #"\}"#,
            begins: [1: "entity.other.attribute-name"], rules(["code"])),
          region(
            #"\b(interrupt)\s+(\#(name))\s*\{"#, #"\}"#,
            begins: [1: "entity.other.attribute-name"], rules(["code"])),
          region(#"\{"#, #"\}"#, rules(["module-item"])),
        ] + rules(["value"]))
    ]),
    "items": region(#"\{"#, #"\}"#, rules(["comment", "items", "value"])),
    "declaration": match(
      #"\#(start)\b(machine|user|disk|nic|serial|keyboard|module)\s+(\#(name))(?=\s*(?:[{};,#:]|$))"#,
      [1: declaring, 2: type]),

    "start": line("start", ["named", "as", "in", "nice", "at"]),
    "mount": line("mount", ["on", "from", "read_only"]),
    "symlink": line("symlink", ["to"]),
    "hint": line("hint", ["after", "attempts", "attempt"]),
    "reveal": line(
      "reveal", [], [match(#"\b(after)\s+(due)\b"#, [1: keyword, 2: keyword])]),
    "signal": match(
      #"\#(start)\b(signal)\s+(\#(name))\b"#, [1: keyword, 2: "support.constant"]),
    "swap": match(#"\#(start)\b(swap)\s+(on)\b"#, [1: keyword, 2: keyword]),
    "check": region(
      #"\#(start)\b(?:(hidden)\s+)?(check)\b"#, ":|$", begins: [1: keyword, 2: keyword],
      [
        match(#"\b(in)\s+(parts)\b"#, [1: keyword, 2: keyword]),
        match(#"\b(?:points?|after|with)\b"#, keyword),
      ] + rules(["items", "value"])),
    "run": match(#"\#(start)\b(run)(?:\s+(for|until))?\b"#, [1: keyword, 2: keyword]),
    "vary": match(
      #"\#(start)\b(vary)\s+(\#(name))\s+(in)\b"#,
      [1: keyword, 2: "variable.other", 3: keyword]),
    "choice": region(
      #"\#(start)\b(choice)\b"#, #"\b(if)\b|\#(lineEnd)"#, begins: [1: keyword],
      ends: [1: keyword], rules(["value"])),
    "device-act": match(
      #"\#(start)(\#(name))\s+(receives|types|fails)\b"#, [2: keyword]),
    "statement": match(
      #"\#(start)\b((?:\#(any(Set(Keywords.statements).subtracting(special).union(["under", "refute"]))))|at(?!\s+(?:end|least|most)\b))\b"#,
      [1: keyword]),

    "count": region(
      #"\b(exactly|at(?=\s+(?:least|most)\b)|within)\b"#, #"\b(of)\b|$"#, begins: [1: joining],
      ends: [1: joining], [match(#"\b(?:least|most)\b"#, joining)] + rules(["value"])),
    "claim-phrase": object([
      "patterns": .array([
        match(#"\b(at)\s+(end)\b"#, [1: joining, 2: joining]),
        match(
          #"\b(in)\s+(every|some)\s+(schedule)\b"#, [1: joining, 2: joining, 3: joining]),
        match(#"(?<=[(,])\s*(until|from)\b"#, [1: joining]),
      ])
    ]),
    "claim-word": match(#"\b(?:\#(any(claimWords)))\b"#, joining),

    "code": object([
      "patterns": .array(
        rules(["comment"]) + [
          region(#"\{"#, #"\}"#, rules(["code"])),
          match(
            #"\#(start)\b(fn)\s+(\#(name))"#, [1: declaring, 2: "entity.name.function"]),
          match(
            #"\#(start)\b(let|data|bss)\s+(\#(name))"#, [1: declaring, 2: "variable.other"]),
          match(
            #"\#(start)\b(on)\s+(\#(name))(?:\s+(restart)\b)?"#,
            [1: keyword, 2: "support.constant", 3: keyword]),
          match(#"\#(start)\b(\#(any(Keywords.programs)))\b"#, [1: keyword]),
          match(#"\belse\b|(?<=else )if\b"#, keyword),
          match(
            #"\b(\#(any(SystemCall.all.map(\.name))))\s*(?=\()"#,
            [1: "support.function.syscall"]),
          match(#"\b(\#(name))\s*(?=\()"#, [1: "entity.name.function"]),
        ] + rules(["string", "character", "number", "constant", "operator"]))
    ]),
  ]
}
