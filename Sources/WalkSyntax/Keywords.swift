/// The words of the language, each once.
///
/// A word is a keyword only where the grammar asks for it; anywhere else it is a name like any
/// other, so a process may be called `end` and a file server `from`.
enum Word: String, CaseIterable {
  /// No word of the language.
  case plain = ""

  // What begins a statement.
  case include, machine, user, disk, nic, serial, keyboard, module, dir, file, symlink, mount, swap
  case program, start, at, load, unload, signal, run, expect, claim, student, starter, check
  case hidden, ask, answer, choice, choices, order, table, vary
  case hint, require, forbid, limit, reveal
  // What stands inside one.
  case named
  case asUser = "as"
  case inside = "in"
  case nice, to, on, from
  case readOnly = "read_only"
  case forTime = "for"
  case until, under, refute, with, points, point, parts, after, attempts, attempt, due
  // Acts of devices.
  case receives, types, fails
  // Items that hold a program.
  case initialize = "init"
  case exit, open, read, write, release, unmount, interrupt
  // Claims.
  case never, always, eventually, exactly, least, most, of, when, every, some, schedule, end
  case not, and, or, implies, then, before, because
  case whileTrue = "while"
  case within
  // Programs.
  case letName = "let"
  case ifTrue = "if"
  case elseBranch = "else"
  case repeatTimes = "repeat"
  case function = "fn"
  case returnValue = "return"
  case compute, data, bss, touch, privileged, lock, unlock, spawn, call
  case restart, ignore
  case restoreDefault = "default"
  case block, unblock

  /// Whether it joins two claims, event sets or states.
  var isConnective: Bool {
    switch self {
    case .then, .before, .because, .whileTrue, .within, .and, .or, .implies: true
    default: false
    }
  }

  /// Whether a device may do it, as a statement of its own.
  var isActOfDevice: Bool { self == .receives || self == .types || self == .fails }

  /// Whether a program block may follow it among the items of a module or of its device.
  var holdsProgram: Bool {
    switch self {
    case .initialize, .exit, .open, .read, .write, .release, .mount, .unmount, .interrupt: true
    default: false
    }
  }

  /// Whether only statements outside of programs begin with it.
  var beginsStatement: Bool { rawValue != "" && Keywords.statementWords.contains(self) }
}

/// The words and signs of the language: what lexer, grammar test and editors agree on.
public enum Keywords {
  static let statementWords: [Word] = [
    .include, .machine, .user, .disk, .nic, .serial, .keyboard, .module, .dir, .file, .symlink,
    .mount, .swap, .program, .start, .at, .load, .unload, .signal, .run, .expect, .claim, .student,
    .starter, .check, .hidden, .ask, .answer, .choice, .choices, .order, .table, .vary,
    .hint, .require, .forbid, .limit, .reveal,
  ]
  static let clauseWords: [Word] = [
    .named, .asUser, .inside, .nice, .at, .to, .on, .from, .readOnly, .forTime, .until, .under,
    .refute, .with, .points, .point, .parts, .after, .attempts, .attempt, .due, .receives, .types,
    .fails, .initialize, .exit, .open, .read,
    .write, .release, .unmount, .interrupt,
  ]
  static let claimWords: [Word] = [
    .never, .always, .eventually, .exactly, .at, .least, .most, .of, .when, .inside, .every, .some,
    .schedule, .end, .not, .and, .or, .implies, .then, .before, .because, .whileTrue, .within,
  ]
  static let programWords: [Word] = [
    .letName, .ifTrue, .elseBranch, .whileTrue, .repeatTimes, .function, .returnValue, .compute,
    .data, .bss, .touch, .privileged, .on, .restart, .ignore, .restoreDefault, .block, .unblock,
    .lock, .unlock, .spawn, .call,
  ]

  /// Words that begin a statement of a script.
  public static let statements: [String] = statementWords.map(\.rawValue)
  /// Words inside such statements.
  public static let clauses: [String] = clauseWords.map(\.rawValue)
  /// Words of claims.
  public static let claims: [String] = claimWords.map(\.rawValue)
  /// Words that begin, or continue, a statement of a program.
  public static let programs: [String] = programWords.map(\.rawValue)
  /// Units, written directly after a number.
  public static let units: [String] = UnitSyntax.allCases.map(\.rawValue)
  /// Every keyword once, in order of the alphabet; the units are not among them.
  public static let all: [String] = Set(statements + clauses + claims + programs).sorted()
  /// Operators and brackets.
  public static let punctuation: [String] = [
    "(", ")", "[", "]", "{", "}", ",", ";", ":", ".", "..", "=", "==", "!=", "<", "<=", ">", ">=",
    "<<", ">>", "+", "-", "*", "/", "%", "&", "|", "^", "~", "!", "&&", "||",
  ]

  /// Types of C (and words of its kin) that begin a declaration there.
  static let declaratorsOfC: Set<String> = [
    "int", "char", "long", "short", "unsigned", "signed", "void", "const", "static", "size_t",
    "ssize_t", "off_t", "pid_t", "mode_t", "bool", "float", "double", "struct", "auto", "var",
    "volatile", "uint8_t", "uint32_t", "uint64_t", "int32_t", "int64_t",
  ]
  /// Statements of C that Walk does without.
  static let statementsOfC: Set<String> = [
    "for", "do", "switch", "case", "default", "break", "continue", "goto", "typedef", "sizeof",
  ]
}

/// Finds the keyword that a run of bytes spells: one probe and one comparison for most words.
struct WordTable {
  private static let slotCount = 512
  private var slots: [Word]
  private var spellings: [[UInt8]]
  private let longest: Int

  /// The table of all words.
  static let shared = WordTable()

  private init() {
    slots = Array(repeating: .plain, count: Self.slotCount)
    spellings = Array(repeating: [], count: Self.slotCount)
    var longest = 0
    for word in Word.allCases where word != .plain {
      let spelling = Array(word.rawValue.utf8)
      longest = max(longest, spelling.count)
      var slot = Self.slot(spelling, 0, spelling.count)
      while slots[slot] != .plain { slot = (slot + 1) % Self.slotCount }
      slots[slot] = word
      spellings[slot] = spelling
    }
    self.longest = longest
  }

  private static func slot(_ bytes: [UInt8], _ lower: Int, _ upper: Int) -> Int {
    var hash: UInt32 = 2_166_136_261
    for index in lower..<upper { hash = (hash ^ UInt32(bytes[index])) &* 16_777_619 }
    return Int((hash ^ (hash >> 15)) % UInt32(slotCount))
  }

  /// The keyword at a range of bytes, or `.plain`.
  func word(_ bytes: [UInt8], _ lower: Int, _ upper: Int) -> Word {
    guard upper - lower <= longest, upper > lower else { return .plain }
    var slot = Self.slot(bytes, lower, upper)
    while slots[slot] != .plain {
      let isSame =
        spellings[slot].count == upper - lower
        && spellings[slot].indices.allSatisfy { spellings[slot][$0] == bytes[lower + $0] }
      if isSame { return slots[slot] }
      slot = (slot + 1) % Self.slotCount
    }
    return .plain
  }
}
