public import SourceText

/// A name as written.
public struct Name: Sendable, Hashable {
  /// The text.
  public var text: String
  /// Where it stands.
  public var range: SourceRange

  /// Makes a name.
  public init(_ text: String, _ range: SourceRange) {
    self.text = text
    self.range = range
  }
}

/// A string as written, with its escapes worked out.
public struct StringSyntax: Sendable, Hashable {
  /// The bytes it stands for.
  public var bytes: [UInt8]
  /// Where it stands, quotes included.
  public var range: SourceRange

  /// Makes a string.
  public init(bytes: [UInt8], range: SourceRange) {
    self.bytes = bytes
    self.range = range
  }

  /// The bytes as text.
  public var text: String { String(decoding: bytes, as: UTF8.self) }
}

/// The unit after a number.
public enum UnitSyntax: String, Sendable, Hashable, CaseIterable {
  case ns, us, ms, s
  case B, KiB, MiB, GiB

  /// Nanoseconds or bytes in one.
  public var factor: Int64 {
    switch self {
    case .ns, .B: 1
    case .us: 1_000
    case .ms: 1_000_000
    case .s: 1_000_000_000
    case .KiB: 1 << 10
    case .MiB: 1 << 20
    case .GiB: 1 << 30
    }
  }

  /// Whether it is a unit of time; else of size.
  public var isTime: Bool {
    switch self {
    case .ns, .us, .ms, .s: true
    case .B, .KiB, .MiB, .GiB: false
    }
  }
}

/// An expression, of programs and of claims alike.
public indirect enum ExpressionSyntax: Sendable, Hashable {
  /// A number, already multiplied by its unit; `text` is the token's text. C's forms: 0x1f, 0644.
  /// A value of 2^63..<2^64 keeps its bits (addresses such as 0xffff800000000000).
  case number(Int64, UnitSyntax?, SourceRange)
  /// A string.
  case string(StringSyntax)
  /// A name.
  case name(Name)
  /// `base.member`.
  case member(ExpressionSyntax, Name)
  /// `f(…)`; the callee is a name or a member (`libc.printf`). `range` ends at `)`.
  case call(ExpressionSyntax, [ArgumentSyntax], SourceRange)
  /// `base[index]`; `range` ends at `]`.
  case index(ExpressionSyntax, ExpressionSyntax, SourceRange)
  /// An operator before its operand; `range` spans both.
  case prefix(PrefixOperator, ExpressionSyntax, SourceRange)
  /// An operator between two operands; the middle range is the operator's.
  case infix(ExpressionSyntax, InfixOperator, SourceRange, ExpressionSyntax)
  /// `[a, b]`; `range` includes the brackets.
  case list([ExpressionSyntax], SourceRange)
  /// `(e)`; `range` includes the parentheses.
  case parenthesised(ExpressionSyntax, SourceRange)
  /// A lasting verb where a state is wanted: `counter runs`, `editor sleeps on sda`.
  case lasting(PatternSyntax)
  /// What stands where no expression could be read; a diagnostic was given.
  case missing(SourceRange)

  /// Where it stands.
  public var range: SourceRange {
    switch self {
    case .number(_, _, let range), .call(_, _, let range), .index(_, _, let range),
      .prefix(_, _, let range), .list(_, let range), .parenthesised(_, let range),
      .missing(let range):
      range
    case .string(let string): string.range
    case .name(let name): name.range
    case .member(let base, let name): base.range.union(name.range)
    case .infix(let left, _, _, let right): left.range.union(right.range)
    case .lasting(let pattern): pattern.range
    }
  }
}

/// Operators before an operand.
public enum PrefixOperator: String, Sendable, Hashable, CaseIterable {
  case negate = "-"
  case complement = "~"
  case logicalNot = "!"
  case addressOf = "&"
  case dereference = "*"
  /// `not`, in claims.
  case not
}

/// Operators between operands, in C's precedence; `and`, `or`, `implies` bind weakest.
public enum InfixOperator: String, Sendable, Hashable, CaseIterable {
  case multiply = "*"
  case divide = "/"
  case remainder = "%"
  case add = "+"
  case subtract = "-"
  case shiftLeft = "<<"
  case shiftRight = ">>"
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
  case equal = "=="
  case notEqual = "!="
  case bitAnd = "&"
  case bitXor = "^"
  case bitOr = "|"
  case logicalAnd = "&&"
  case logicalOr = "||"
  case and
  case or
  case implies
}

/// One argument of a call: an expression in programs; in claims also an event set, or an event set
/// behind `until` or `from`.
public enum ArgumentSyntax: Sendable, Hashable {
  /// `e`.
  case expression(ExpressionSyntax)
  /// `E`, an event set (`open by editor`, `editor wakes`).
  case events(EventSetSyntax)
  /// `until E`.
  case until(EventSetSyntax)
  /// `from E`.
  case from(EventSetSyntax)
}

/// What a program says of a signal in one word and its name.
public enum SignalAction: String, Sendable, Hashable, CaseIterable {
  /// It is to have no effect.
  case ignore
  /// It is to have the effect that it has by itself.
  case restoreDefault = "default"
  /// It is to wait.
  case block
  /// It need not wait any more.
  case unblock
}

/// A statement in a program.
public indirect enum ProgramStatementSyntax: Sendable, Hashable {
  /// `let x = e`.
  case letBinding(Name, ExpressionSyntax, SourceRange)
  /// `x = e`, `*p = e`, `p[i] = e`.
  case assignment(ExpressionSyntax, ExpressionSyntax, SourceRange)
  /// `if e { … } else { … }`; an `else if` is an `else` with one statement.
  case ifElse(ExpressionSyntax, [ProgramStatementSyntax], [ProgramStatementSyntax]?, SourceRange)
  /// `while e { … }`.
  case whileLoop(ExpressionSyntax, [ProgramStatementSyntax], SourceRange)
  /// `repeat e { … }`.
  case repeatLoop(ExpressionSyntax, [ProgramStatementSyntax], SourceRange)
  /// `fn f(a, b) { … }`.
  case function(Name, [Name], [ProgramStatementSyntax], SourceRange)
  /// `return` or `return e`.
  case returnStatement(ExpressionSyntax?, SourceRange)
  /// `compute 3ms`.
  case compute(ExpressionSyntax, SourceRange)
  /// `data msg "hello"`, also several values: `data table 1, 2, 3`.
  case data(Name, [ExpressionSyntax], SourceRange)
  /// `bss buf 4KiB`.
  case bss(Name, ExpressionSyntax, SourceRange)
  /// `touch p`.
  case touch(ExpressionSyntax, SourceRange)
  /// `privileged hlt`.
  case privileged(Name, SourceRange)
  /// `on SIGSEGV { … }`, and `on SIGUSR1 restart { … }`, which lets interrupted calls go on.
  case onSignal(Name, restarts: Bool, [ProgramStatementSyntax], SourceRange)
  /// `ignore SIGINT`, `default SIGINT`, `block SIGINT`, `unblock SIGINT`.
  case signalAction(SignalAction, Name, SourceRange)
  /// `lock m`, `unlock m`.
  case lock(Name, isLock: Bool, SourceRange)
  /// `spawn f()`.
  case spawn(ExpressionSyntax, SourceRange)
  /// A call or another expression, for its effect. `call libc.printf("…")` is one as well.
  case expression(ExpressionSyntax, SourceRange)
  /// What could not be read; a diagnostic was given.
  case missing(SourceRange)

  /// Where it stands.
  public var range: SourceRange {
    switch self {
    case .letBinding(_, _, let range), .assignment(_, _, let range), .ifElse(_, _, _, let range),
      .whileLoop(_, _, let range), .repeatLoop(_, _, let range), .function(_, _, _, let range),
      .returnStatement(_, let range), .compute(_, let range), .data(_, _, let range),
      .bss(_, _, let range), .touch(_, let range), .privileged(_, let range),
      .onSignal(_, _, _, let range), .signalAction(_, _, let range), .lock(_, _, let range),
      .spawn(_, let range),
      .expression(_, let range), .missing(let range):
      range
    }
  }
}

/// One item of a declaration's block: `latency 5ms`, `owner ada`, `protection [smep, smap]`,
/// `scheduler round_robin { quantum 8ms }`, `syscall 120ns`.
public struct ItemSyntax: Sendable, Hashable {
  /// The first word.
  public var key: Name
  /// What follows it, in order.
  public var values: [ExpressionSyntax]
  /// The block after it, if any.
  public var items: [ItemSyntax]?
  /// A program block after it (`init { … }` of a module, `read { … }` of its device), if any.
  public var body: [ProgramStatementSyntax]?
  /// Where all of it stands.
  public var range: SourceRange

  /// Makes an item.
  public init(
    key: Name, values: [ExpressionSyntax], items: [ItemSyntax]?, body: [ProgramStatementSyntax]?,
    range: SourceRange
  ) {
    self.key = key
    self.values = values
    self.items = items
    self.body = body
    self.range = range
  }
}

/// A word of an event pattern.
public enum PatternWordSyntax: Sendable, Hashable {
  /// A name or keyword: `editor`, `editor.child2`, `sleeps`, `on`, `ENOENT`, `SIGSEGV`.
  case word(Name)
  /// A string: `"foo"`.
  case string(StringSyntax)
  /// A number, with sign and unit: `3`, `-1`, `0xffff800000000000`.
  case number(Int64, UnitSyntax?, SourceRange)

  /// Where it stands.
  public var range: SourceRange {
    switch self {
    case .word(let name): name.range
    case .string(let string): string.range
    case .number(_, _, let range): range
    }
  }
}

/// An event pattern: *subject verb [object] [details]*, words only. Which verbs exist and what may
/// follow them is for the checker to say.
public struct PatternSyntax: Sendable, Hashable {
  /// The words; never empty.
  public var words: [PatternWordSyntax]
  /// Where they stand.
  public var range: SourceRange

  /// Makes a pattern.
  public init(words: [PatternWordSyntax], range: SourceRange) {
    self.words = words
    self.range = range
  }
}

/// A set of events.
public indirect enum EventSetSyntax: Sendable, Hashable {
  /// Those that match a pattern.
  case pattern(PatternSyntax)
  /// `E while STATE`.
  case during(EventSetSyntax, ExpressionSyntax)
  /// `E because E`.
  case because(EventSetSyntax, EventSetSyntax)
  /// `E within 5ms of E`.
  case within(EventSetSyntax, ExpressionSyntax, EventSetSyntax)
  /// `( E )`, and `E or E` inside such parentheses.
  case either(EventSetSyntax, EventSetSyntax)

  /// Where it stands.
  public var range: SourceRange {
    switch self {
    case .pattern(let pattern): pattern.range
    case .during(let events, let state): events.range.union(state.range)
    case .because(let left, let right), .either(let left, let right),
      .within(let left, _, let right):
      left.range.union(right.range)
    }
  }
}

/// A claim.
public indirect enum ClaimSyntax: Sendable, Hashable {
  /// `E`.
  case occurs(EventSetSyntax)
  /// A state of the present moment, and `at end STATE`.
  case state(ExpressionSyntax, atEnd: Bool, SourceRange)
  /// `never E`.
  case never(EventSetSyntax, SourceRange)
  /// `E then E then E`.
  case sequence([EventSetSyntax], SourceRange)
  /// `E before E`.
  case before(EventSetSyntax, EventSetSyntax, SourceRange)
  /// `exactly|at least|at most N of E`; the text is the bound's words with one space.
  case count(String, ExpressionSyntax, EventSetSyntax, SourceRange)
  /// `always STATE`.
  case always(ExpressionSyntax, SourceRange)
  /// `eventually STATE`.
  case eventually(ExpressionSyntax, SourceRange)
  /// `when E: STATE`.
  case when(EventSetSyntax, ExpressionSyntax, SourceRange)
  /// `not C`.
  case not(ClaimSyntax, SourceRange)
  /// `C and C`, `C or C`, `C implies C`.
  case combined(ClaimSyntax, InfixOperator, ClaimSyntax)
  /// `in every schedule: C` (true) and `in some schedule: C` (false).
  case schedules(every: Bool, ClaimSyntax, SourceRange)
  /// What could not be read; a diagnostic was given.
  case missing(SourceRange)

  /// Where it stands.
  public var range: SourceRange {
    switch self {
    case .occurs(let events): events.range
    case .state(_, _, let range), .never(_, let range), .sequence(_, let range),
      .before(_, _, let range), .count(_, _, _, let range), .always(_, let range),
      .eventually(_, let range), .when(_, _, let range), .not(_, let range),
      .schedules(_, _, let range), .missing(let range):
      range
    case .combined(let left, _, let right): left.range.union(right.range)
    }
  }
}

/// How far `run` goes.
public enum RunExtentSyntax: Sendable, Hashable {
  /// `run`.
  case toEnd
  /// `run for 10ms`.
  case duration(ExpressionSyntax)
  /// `run until C`: an event (`.occurs`) or a state (`.state`).
  case until(ClaimSyntax)
}

/// A qualifier of `start`, in the order written.
public enum StartOptionSyntax: Sendable, Hashable {
  /// `named NAME`.
  case named(Name)
  /// `as USER`.
  case user(Name)
  /// `in "DIR"`.
  case directory(StringSyntax)
  /// `nice N`.
  case nice(ExpressionSyntax)
  /// `at 2ms`.
  case time(ExpressionSyntax)
}

/// A statement at the top level of a script.
public indirect enum StatementSyntax: Sendable, Hashable {
  /// `include "path.walk"`.
  case include(StringSyntax, SourceRange)
  /// `machine x86_64 { … }`; the block may be missing.
  case machine(Name, [ItemSyntax], SourceRange)
  /// `user`, `disk`, `nic`, `serial`, `keyboard`, `module` NAME `{ … }`.
  case entity(keyword: Name, Name, [ItemSyntax], SourceRange)
  /// `dir "/path" { … }`, `file "/path" { … }`.
  case node(keyword: Name, StringSyntax, [ItemSyntax], SourceRange)
  /// `symlink "/path" to "target"`.
  case symlink(StringSyntax, StringSyntax, SourceRange)
  /// `mount "/path" ext4 [on DEVICE] [from "server"] [read_only]`.
  case mount(StringSyntax, Name, Name?, StringSyntax?, isReadOnly: Bool, SourceRange)
  /// `swap on DISK { … }`; the block may be missing.
  case swap(Name, [ItemSyntax], SourceRange)
  /// `program NAME { … }`.
  case program(Name, [ProgramStatementSyntax], SourceRange)
  /// `start NAME …`.
  case start(Name, [StartOptionSyntax], SourceRange)
  /// `at 15ms: signal SIGINT to editor`: the words after the colon.
  case at(ExpressionSyntax, PatternSyntax, SourceRange)
  /// `load module hello as root`, `unload module hello`, and such acts without a time.
  case act(PatternSyntax, SourceRange)
  /// `run …`.
  case run(RunExtentSyntax, SourceRange)
  /// `expect C`.
  case expect(ClaimSyntax, SourceRange)
  /// `claim "…" from "…" { under A, B: expect … }`.
  case claimBlock(StringSyntax, StringSyntax?, [UnderSyntax], SourceRange)
  /// `student program NAME`.
  case studentProgram(Name, SourceRange)
  /// `starter { … }`.
  case starter([StatementSyntax], SourceRange)
  /// `check "…" 2 points [in parts] [after "…"] [with …]: C`, `hidden check …`.
  case check(CheckSyntax, SourceRange)
  /// `hint "…"`, `hint "…" after 2 attempts`: for the check above.
  case hint(StringSyntax, after: ExpressionSyntax?, SourceRange)
  /// `require read, while`, `forbid nanosleep`: what a submission must or must not use.
  case demand(isForbidden: Bool, [Name], SourceRange)
  /// `limit steps 10000, time 2s`: what a run of a submission may take.
  case limits([ItemSyntax], SourceRange)
  /// `reveal title, verdict`, `reveal claim after due`: what students see of hidden checks.
  case reveal([Name], isAfterDue: Bool, SourceRange)
  /// `ask "…"`.
  case ask(StringSyntax, SourceRange)
  /// `answer E`, `answer NAME = E`.
  case answer(Name?, ExpressionSyntax, SourceRange)
  /// `choice E`, `choice "…" if C`.
  case choice(ExpressionSyntax, ClaimSyntax?, SourceRange)
  /// `choices`, `choices under A, B`.
  case choices([ConfigurationSyntax], SourceRange)
  /// `order E, E, E`.
  case order([EventSetSyntax], SourceRange)
  /// `table when E, E: STATE, STATE`.
  case table([EventSetSyntax], [ExpressionSyntax], SourceRange)
  /// `vary NAME in 2..5`, `vary NAME in [a, b]`; the two ends of a range, or the list.
  case vary(Name, ExpressionSyntax, ExpressionSyntax?, SourceRange)
  /// What could not be read; a diagnostic was given.
  case missing(SourceRange)

  /// Where it stands.
  public var range: SourceRange {
    switch self {
    case .include(_, let range), .machine(_, _, let range), .entity(_, _, _, let range),
      .node(_, _, _, let range), .symlink(_, _, let range), .mount(_, _, _, _, _, let range),
      .swap(_, _, let range), .program(_, _, let range), .start(_, _, let range),
      .at(_, _, let range),
      .act(_, let range), .run(_, let range), .expect(_, let range),
      .claimBlock(_, _, _, let range), .studentProgram(_, let range), .starter(_, let range),
      .check(_, let range), .hint(_, _, let range), .demand(_, _, let range),
      .limits(_, let range), .reveal(_, _, let range), .ask(_, let range),
      .answer(_, _, let range), .choice(_, _, let range),
      .choices(_, let range), .order(_, let range), .table(_, _, let range),
      .vary(_, _, _, let range),
      .missing(let range):
      range
    }
  }
}

/// `under isolation shared, machine arm64 and cpus 2: expect …`.
public struct UnderSyntax: Sendable, Hashable {
  /// The configurations that the claims speak of; none: the machine as written.
  public var configurations: [ConfigurationSyntax]
  /// The claims.
  public var trials: [TrialSyntax]
  /// Where it stands.
  public var range: SourceRange

  /// Makes one `under`.
  public init(
    configurations: [ConfigurationSyntax], trials: [TrialSyntax], range: SourceRange
  ) {
    self.configurations = configurations
    self.trials = trials
    self.range = range
  }
}

/// `machine arm64 and cpus 2`: what is different from the machine as written.
public struct ConfigurationSyntax: Sendable, Hashable {
  /// The machine items that are replaced.
  public var items: [ItemSyntax]
  /// Where they stand.
  public var range: SourceRange

  /// Makes a configuration.
  public init(items: [ItemSyntax], range: SourceRange) {
    self.items = items
    self.range = range
  }
}

/// `expect C` or `refute C` in a claim block.
public struct TrialSyntax: Sendable, Hashable {
  /// The claim.
  public var claim: ClaimSyntax
  /// Whether the author says that it does not hold.
  public var isRefuted: Bool
  /// Where it stands, with its word.
  public var range: SourceRange

  /// Makes a trial.
  public init(claim: ClaimSyntax, isRefuted: Bool, range: SourceRange) {
    self.claim = claim
    self.isRefuted = isRefuted
    self.range = range
  }
}

/// A check of a task.
public struct CheckSyntax: Sendable, Hashable {
  /// Its title.
  public var title: StringSyntax
  /// The points, as written.
  public var points: ExpressionSyntax?
  /// Whether students do not see it.
  public var isHidden: Bool
  /// Whether each part of the claim that holds brings its share of the points.
  public var isInParts: Bool
  /// The titles of the checks that must have been passed before.
  public var dependencies: [StringSyntax]
  /// What varies the machine: `with machine arm64`, `with cpus 2`.
  public var variations: [ItemSyntax]
  /// The claim.
  public var claim: ClaimSyntax
  /// Where the claim stands, with all of its brackets.
  public var claimRange: SourceRange

  /// Makes a check.
  public init(
    title: StringSyntax, points: ExpressionSyntax?, isHidden: Bool, isInParts: Bool = false,
    dependencies: [StringSyntax] = [], variations: [ItemSyntax], claim: ClaimSyntax,
    claimRange: SourceRange? = nil
  ) {
    self.title = title
    self.points = points
    self.isHidden = isHidden
    self.isInParts = isInParts
    self.dependencies = dependencies
    self.variations = variations
    self.claim = claim
    self.claimRange = claimRange ?? claim.range
  }
}

/// What kind of text a token is; enough to colour it.
public enum TokenKind: UInt8, Sendable, Hashable, CaseIterable {
  /// Spaces, tabs, carriage returns, and a byte-order mark at the very beginning.
  case space
  /// A line feed.
  case newline
  /// `#` to the end of the line.
  case comment
  /// A word of the language where it is one.
  case keyword
  /// Any other word.
  case name
  /// A number, with its unit.
  case number
  /// A string, quotes included.
  case string
  /// Operators and brackets.
  case punctuation
  /// Bytes that begin no token.
  case invalid
}

/// One token; every byte of a script is in exactly one.
public struct Token: Sendable, Hashable {
  /// What it is.
  public var kind: TokenKind
  /// First byte, counted in the fragment.
  public var lower: Int
  /// One past its last byte, counted in the fragment.
  public var upper: Int

  /// Makes a token.
  public init(_ kind: TokenKind, lower: Int, upper: Int) {
    self.kind = kind
    self.lower = lower
    self.upper = upper
  }
}

/// A parsed script: nodes over a lossless row of tokens.
///
/// The tokens' bytes, one after another, are the source. All ranges in nodes are places in the file
/// that the fragment was taken from.
public struct ScriptSyntax: Sendable {
  /// The text.
  public var fragment: SourceFragment
  /// Every byte, in order.
  public var tokens: [Token]
  /// The statements.
  public var statements: [StatementSyntax]
  /// What was wrong, in order of place.
  public var diagnostics: [Diagnostic]

  /// Makes a script.
  public init(
    fragment: SourceFragment, tokens: [Token], statements: [StatementSyntax],
    diagnostics: [Diagnostic]
  ) {
    self.fragment = fragment
    self.tokens = tokens
    self.statements = statements
    self.diagnostics = diagnostics
  }
}
