/// What a lexeme is, as fine as the parser wants it.
enum LexemeKind: UInt8 {
  /// The end of the text.
  case end
  /// Not in the table: what the parser sees where a line, and with it a statement, ends.
  case lineEnd
  /// Something that the lexer has already complained about.
  case bad
  case name, number, string
  case leftParenthesis, rightParenthesis, leftBracket, rightBracket, leftBrace, rightBrace
  case comma, semicolon, colon, dot, dots
  case assign, equal, notEqual, less, lessOrEqual, greater, greaterOrEqual, shiftLeft, shiftRight
  case plus, minus, star, slash, percent, ampersand, bar, caret, tilde, exclamation
  case logicalAnd, logicalOr
  // C's, which Walk does without: read so that one message can say so.
  case increment, compoundAssign, arrow, question

  /// The infix operator it is, with its precedence (10 binds tightest).
  var infix: (InfixOperator, Int)? {
    switch self {
    case .star: (.multiply, 10)
    case .slash: (.divide, 10)
    case .percent: (.remainder, 10)
    case .plus: (.add, 9)
    case .minus: (.subtract, 9)
    case .shiftLeft: (.shiftLeft, 8)
    case .shiftRight: (.shiftRight, 8)
    case .less: (.less, 7)
    case .lessOrEqual: (.lessOrEqual, 7)
    case .greater: (.greater, 7)
    case .greaterOrEqual: (.greaterOrEqual, 7)
    case .equal: (.equal, 6)
    case .notEqual: (.notEqual, 6)
    case .ampersand: (.bitAnd, 5)
    case .caret: (.bitXor, 4)
    case .bar: (.bitOr, 3)
    case .logicalAnd: (.logicalAnd, 2)
    case .logicalOr: (.logicalOr, 1)
    default: nil
    }
  }

  /// The prefix operator it is.
  var prefix: PrefixOperator? {
    switch self {
    case .minus: .negate
    case .tilde: .complement
    case .exclamation: .logicalNot
    case .ampersand: .addressOf
    case .star: .dereference
    default: nil
    }
  }
}

/// What a lexeme turned out to be, where its kind does not say it: what the formatter asks the parser.
struct LexemeRoles: OptionSet {
  let rawValue: UInt8

  /// The first of a statement, or of an item in braces.
  static let begins = LexemeRoles(rawValue: 1 << 0)
  /// A `;` or `,` between statements or items, which a line feed can stand for.
  static let separates = LexemeRoles(rawValue: 1 << 1)
  /// A sign before its operand: nothing stands between.
  static let sign = LexemeRoles(rawValue: 1 << 2)
  /// A bracket of arguments or an index: it follows what it belongs to directly.
  static let joins = LexemeRoles(rawValue: 1 << 3)
  /// A brace behind which statements stand.
  static let statements = LexemeRoles(rawValue: 1 << 4)
  /// A brace behind which items stand.
  static let items = LexemeRoles(rawValue: 1 << 5)
}

/// One token that means something to the parser: no space, no comment.
///
/// Offsets are 32 bits wide, which the limit on the size of a source allows.
struct Lexeme {
  /// What it is.
  var kind: LexemeKind
  /// The keyword it spells, for a name.
  var word: Word
  /// Whether a line feed stands between it and the lexeme before.
  var startsLine: Bool
  /// What the parser took it for, as far as layout hangs on it.
  var roles: LexemeRoles = []
  /// First byte in the fragment.
  var lower: Int32
  /// One past its last byte.
  var upper: Int32
  /// Its place in the row of tokens.
  var token: Int32
  /// For a bracket: the lexeme of its partner, or -1.
  var partner: Int32
}
