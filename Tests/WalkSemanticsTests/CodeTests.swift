import Catalogue
import Program
import SourceText
import TestSupport
import Testing

@testable import WalkSemantics

@Suite struct CodeTests {
  /// Compiles a program, also one that uses what the kernel does not do yet.
  private func image(_ body: String) throws -> ProgramImage {
    let checked = Gate.$areOpen.withValue(true) { check("program p {\n\(body)\n}\nstart p\n") }
    #expect(checked.diagnostics.isEmpty, "\(checked.report)\n\(body)")
    return try #require(checked.scenario).programs[0]
  }

  private func interpreter(_ body: String) throws -> ReferenceInterpreter {
    ReferenceInterpreter(try image(body), libraries: Libraries.images(for: .x86_64))
  }

  private func run(_ body: String) throws -> ReferenceInterpreter.End {
    var interpreter = try self.interpreter(body)
    return interpreter.run()
  }

  private static let programs: [(String, Int64)] = [
    ("exit(7)", 7), ("return 9", 9), ("", 0), ("let a = 5\nexit(a * a - 1)", 24),
    ("let a = 1\nlet b = 0\nif a && b { exit(1) } else { exit(2) }", 2),
    ("let a = 0\nif a { exit(1) } else if !a { exit(2) }\nexit(3)", 2),
    ("let n = 0\nlet s = 0\nwhile n < 10 { n = n + 1\n s = s + n }\nexit(s)", 55),
    ("let s = 0\nrepeat 7 { s = s + 2 }\nexit(s)", 14),
    ("let s = 0\nlet n = 3\nrepeat n { n = n - 1\n repeat 2 { s = s + 1 } }\nexit(s)", 6),
    ("let n = -4\nlet s = 0\nrepeat n { s = 1 }\nexit(s)", 0),
    ("fn f(n) { if n < 2 { return n }\n return f(n - 1) + f(n - 2) }\nexit(f(12))", 144),
    ("exit(twice(4) + twice(1))\nfn twice(n) { return n * 2 }", 10),
    (
      "fn even(n) { if n == 0 { return 1 }\n return odd(n - 1) }\nfn odd(n) { if n == 0 { return 0 }\n return even(n - 1) }\nexit(even(10) * 2 + odd(7))",
      3
    ),
    (
      "fn six(a, b, c, d, e, f) { return a + 10 * b + 100 * c + 1000 * d + 10000 * e + 100000 * f }\nexit(1 + six(1, 2, 3, 4, 5, 6))",
      654_322
    ),
    ("fn inc(p) { *p = *p + 1 }\nlet x = 41\ninc(&x)\nexit(x)", 42),
    ("data t 10, 20, 30\nexit(t[0] + t[2] + *(t + 1))", 60),
    ("data t 10, 20, 30\nt[1] = 7\nlet p = t + 2\nexit(t[1] + *p + (p - t))", 39),
    ("data msg \"abc\"\nexit(msg[1])", 98),
    ("let s = \"xyz\"\nexit(s[2] - *s)", 2),
    ("bss buf 16\nbuf[3] = 300\nexit(buf[3] + buf[4])", 44),
    ("let x = 1\nlet p = &x\n*p = 1 << 40\nexit(x >> 38)", 4),
    ("let t = 3ms\nlet n = 4\ncompute t * n\nexit(t / 1us)", 3000),
    ("let a = -17\nexit(a >> 1)", -9), ("let a = 17\nexit(-a / 5 * 100 + -a % 5)", -302),
    (
      "let b = 3\nif b > 2 { let c = 4\n b = c } else { let d = 5\n b = d }\nlet e = 6\nexit(b * e)",
      24
    ),
    ("errno = 5\nexit(errno + 1)", 6),
    ("let x = 5\nlet y = 3\nexit((x > y) + (x >= 5) * 2 + (y < x) * 4 + (x <= 4) * 8)", 7),
  ]

  @Test(arguments: programs)
  func `programs compute what they say`(_ program: (body: String, expected: Int64)) throws {
    #expect(try run(program.body) == .exited(program.expected))
  }

  @Test func `a division by zero is left to the machine`() throws {
    #expect(try run("let z = 0\nexit(1 / z)") == .divideError)
    #expect(try run("exit(1 / 0)") == .divideError)
  }

  @Test func `touching an address really reads it`() throws {
    #expect(try run("touch 0x10\nexit(0)") == .badAddress(0x10))
    #expect(
      try run("let x = *0xffff800000000000\nexit(0)") == .badAddress(-0x8000_0000_0000))
  }

  @Test func `system calls get their arguments by the convention`() throws {
    var interpreter = try self.interpreter(
      """
      bss buf 8
      let fd = open("foo", O_RDWR | O_CREAT, 0644)
      let one = 1
      let n = read(fd, buf + one, one + one)
      let bad = write(fd + n, "hi", 2)
      if bad == -1 && errno == EBADF { exit(n * 10 + fd) }
      exit(1)
      """)
    interpreter.answer = { call in [2: 3, 0: 2, 1: -9][call.number] ?? -38 }
    #expect(interpreter.run() == .exited(23))
    let calls = interpreter.calls
    let bss = interpreter.image.bssBase
    #expect(interpreter.text(calls[0].arguments[0]) == "foo")
    #expect(Array(calls[0].arguments[1...2]) == [0o102, 0o644])
    #expect(Array(calls[1].arguments[0...2]) == [3, bss + 1, 2])
    #expect(calls[2].arguments[0] == 5 && interpreter.text(calls[2].arguments[1]) == "hi")
    #expect(
      calls.map(\.written).map { SystemCall[SystemCallID(rawValue: UInt32($0))]?.name }
        == ["open", "read", "write", "exit_group"])
  }

  @Test func `a raw system call with seven values keeps their order`() throws {
    var interpreter = try self.interpreter(
      """
      fn id(x) { return x }
      let a = 1
      let r = 100 + syscall(id(500), a, id(2), a + 2, id(4), id(a + 4), 6)
      exit(r)
      """)
    interpreter.answer = { _ in 5 }
    #expect(interpreter.run() == .exited(105))
    #expect(interpreter.calls[0].written == -1)
    #expect(interpreter.calls[0].number == 500)
    #expect(interpreter.calls[0].arguments == [1, 2, 3, 4, 5, 6])
  }

  @Test func `time spans are passed as timespecs`() throws {
    var interpreter = try self.interpreter(
      "let t = 1500ms\nnanosleep(t)\nnanosleep(2s)\nnanosleep(0x10)")
    _ = interpreter.run()
    let places = interpreter.calls.prefix(3).map { $0.arguments[0] }
    #expect(interpreter.word(places[0]) == 1 && interpreter.word(places[0] + 8) == 500_000_000)
    #expect(interpreter.word(places[1]) == 2 && interpreter.word(places[1] + 8) == 0)
    #expect(places[2] == 0x10)
  }

  @Test func `segments begin on pages, and names know their bytes`() throws {
    let image = try image(
      "data words 1, 2\ndata text \"abc\"\nbss buf 4KiB\nlet x = open(text, 0)\nexit(words[0])")
    #expect(image.dataBase % 4096 == 0 && image.bssBase % 4096 == 0)
    #expect(image.dataBase >= 0x40_1000 + Int64(image.instructions.count) * 8)
    #expect(image.bssBase >= image.dataBase + Int64(image.data.count))
    #expect(image.ranges.count == image.instructions.count)
    let sizes = Dictionary(uniqueKeysWithValues: image.symbols.map { ($0.name, $0.byteCount) })
    #expect(sizes == ["words": 16, "text": 4, "buf": 4096])
    #expect(image.symbols.map(\.address) == image.symbols.map(\.address).sorted())
  }

  @Test func `the source of a system call is the whole call`() throws {
    let checked = check("program p {\n  let fd = open(\"foo\", O_RDONLY)\n}\nstart p")
    let image = try #require(checked.scenario).programs[0]
    let index = try #require(image.instructions.firstIndex { $0.opcode == .systemCall })
    #expect(checked.sources.text(image.ranges[index]) == "open(\"foo\", O_RDONLY)")
  }

  // MARK: Random expressions

  private indirect enum Tree {
    case variable(Int)
    case number(Int64)
    case unary(String, Tree)
    case binary(Tree, String, Tree)
    case call(Tree)

    var text: String {
      switch self {
      case .variable(let index): "v\(index)"
      case .number(let value): value < 0 ? "(\(value))" : "\(value)"
      case .unary(let op, let operand): "\(op)(\(operand.text))"
      case .binary(let left, let op, let right): "(\(left.text) \(op) \(right.text))"
      case .call(let argument): "same(\(argument.text))"
      }
    }

    /// C's meaning on 64 bits; `nil` where it divides by zero.
    func value(_ variables: [Int64]) -> Int64? {
      switch self {
      case .variable(let index): return variables[index]
      case .number(let value): return value
      case .call(let argument): return argument.value(variables)
      case .unary(let op, let operand):
        guard let x = operand.value(variables) else { return nil }
        return op == "-" ? 0 &- x : op == "~" ? ~x : x == 0 ? 1 : 0
      case .binary(let left, let op, let right):
        guard let x = left.value(variables) else { return nil }
        if op == "&&", x == 0 { return 0 }
        if op == "||", x != 0 { return 1 }
        guard let y = right.value(variables) else { return nil }
        switch op {
        case "+": return x &+ y
        case "-": return x &- y
        case "*": return x &* y
        case "/": return y == 0 ? nil : x.dividedReportingOverflow(by: y).partialValue
        case "%": return y == 0 ? nil : x.remainderReportingOverflow(dividingBy: y).partialValue
        case "<<": return x &<< y
        case ">>": return x &>> y
        case "&": return x & y
        case "|": return x | y
        case "^": return x ^ y
        case "==": return x == y ? 1 : 0
        case "!=": return x != y ? 1 : 0
        case "<": return x < y ? 1 : 0
        case "<=": return x <= y ? 1 : 0
        case ">": return x > y ? 1 : 0
        case ">=": return x >= y ? 1 : 0
        default: return y != 0 ? 1 : 0
        }
      }
    }

    static func random(_ depth: Int, _ generator: inout SeededGenerator) -> Tree {
      let operators = [
        "+", "-", "*", "/", "%", "<<", ">>", "&", "|", "^", "==", "!=", "<", "<=", ">", ">=",
        "&&", "||",
      ]
      switch depth == 0
        ? Int.random(in: 0..<3, using: &generator) : Int.random(in: 0..<12, using: &generator)
      {
      case 0, 1: return .variable(Int.random(in: 0..<4, using: &generator))
      case 2:
        let numbers: [Int64] = [0, 1, 2, 3, 7, -1, 63, 4096, 1 << 31, -(1 << 40), .max]
        return .number(numbers.randomElement(using: &generator) ?? 0)
      case 3:
        return .unary(
          ["-", "~", "!"].randomElement(using: &generator) ?? "-", random(depth - 1, &generator))
      case 4: return .call(random(depth - 1, &generator))
      default:
        return .binary(
          random(depth - 1, &generator), operators.randomElement(using: &generator) ?? "+",
          random(depth - 1, &generator))
      }
    }
  }

  @Test func `random expressions mean what C means`() throws {
    let seed: UInt64 = 20_261_122
    var generator = SeededGenerator(seed: seed)
    var exited = 0
    for round in 0..<400 {
      let variables = (0..<4).map { _ in
        Bool.random(using: &generator)
          ? Int64.random(in: -9...9, using: &generator)
          : Int64(truncatingIfNeeded: generator.next()) >> 1
      }
      let tree = Tree.random(round % 8, &generator)
      let lets = variables.enumerated().map { "let v\($0) = \($1)" }.joined(separator: "\n")
      let end = try run("fn same(x) { let y = x\n return y }\n\(lets)\nexit(\(tree.text))")
      let expected = tree.value(variables).map(ReferenceInterpreter.End.exited) ?? .divideError
      #expect(end == expected, "seed \(seed), round \(round): \(tree.text) of \(variables)")
      if case .exited = end { exited += 1 }
    }
    #expect(exited > 200)
  }
}
