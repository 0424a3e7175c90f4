import SourceText
import Testing
import WalkSyntax

/// Writes trees as short text: what a test of their shape compares.
enum Shape {
  static func of(_ expression: ExpressionSyntax) -> String {
    switch expression {
    case .number(let value, let unit, _): "\(value)\(unit.map { ":\($0.rawValue)" } ?? "")"
    case .string(let string): "\"\(string.text)\""
    case .name(let name): name.text
    case .member(let base, let name): "\(of(base)).\(name.text)"
    case .call(let callee, let arguments, _):
      "\(of(callee))(\(arguments.map(of).joined(separator: ", ")))"
    case .index(let base, let index, _): "\(of(base))[\(of(index))]"
    case .prefix(let sign, let operand, _): "(\(sign.rawValue) \(of(operand)))"
    case .infix(let left, let infix, _, let right): "(\(of(left)) \(infix.rawValue) \(of(right)))"
    case .list(let elements, _): "[\(elements.map(of).joined(separator: ", "))]"
    case .parenthesised(let inner, _): "{\(of(inner))}"
    case .lasting(let pattern): "lasting<\(of(pattern))>"
    case .missing: "?"
    }
  }

  static func of(_ argument: ArgumentSyntax) -> String {
    switch argument {
    case .expression(let expression): of(expression)
    case .events(let events): of(events)
    case .until(let events): "until \(of(events))"
    case .from(let events): "from \(of(events))"
    }
  }

  static func of(_ pattern: PatternSyntax) -> String {
    pattern.words.map { word in
      switch word {
      case .word(let name): name.text
      case .string(let string): "\"\(string.text)\""
      case .number(let value, let unit, _): "\(value)\(unit.map { ":\($0.rawValue)" } ?? "")"
      }
    }.joined(separator: " ")
  }

  static func of(_ events: EventSetSyntax) -> String {
    switch events {
    case .pattern(let pattern): "<\(of(pattern))>"
    case .during(let events, let state): "(\(of(events)) while \(of(state)))"
    case .because(let left, let right): "(\(of(left)) because \(of(right)))"
    case .within(let left, let time, let right): "(\(of(left)) within \(of(time)) of \(of(right)))"
    case .either(let left, let right): "(\(of(left)) or \(of(right)))"
    }
  }

  static func of(_ claim: ClaimSyntax) -> String {
    switch claim {
    case .occurs(let events): of(events)
    case .state(let state, let atEnd, _): "\(atEnd ? "end" : "now"): \(of(state))"
    case .never(let events, _): "never \(of(events))"
    case .sequence(let parts, _): parts.map(of).joined(separator: " then ")
    case .before(let left, let right, _): "\(of(left)) before \(of(right))"
    case .count(let bound, let count, let events, _): "\(bound) \(of(count)) of \(of(events))"
    case .always(let state, _): "always \(of(state))"
    case .eventually(let state, _): "eventually \(of(state))"
    case .when(let events, let state, _): "when \(of(events)): \(of(state))"
    case .not(let inner, _): "not [\(of(inner))]"
    case .combined(let left, let infix, let right):
      "[\(of(left))] \(infix.rawValue) [\(of(right))]"
    case .schedules(let every, let inner, _): "in \(every ? "every" : "some") [\(of(inner))]"
    case .missing: "?"
    }
  }

  static func of(_ item: ItemSyntax) -> String {
    var text = ([item.key.text] + item.values.map(of)).joined(separator: " ")
    if let items = item.items { text += " {\(items.map(of).joined(separator: "; "))}" }
    if let body = item.body { text += " program{\(body.map(of).joined(separator: "; "))}" }
    return text
  }

  static func of(_ body: [ProgramStatementSyntax]) -> String {
    "{" + body.map(of).joined(separator: "; ") + "}"
  }

  static func of(_ statement: ProgramStatementSyntax) -> String {
    switch statement {
    case .letBinding(let name, let value, _): "let \(name.text) = \(of(value))"
    case .assignment(let place, let value, _): "\(of(place)) = \(of(value))"
    case .ifElse(let condition, let body, let rest, _):
      "if \(of(condition)) \(of(body))\(rest.map { " else \(of($0))" } ?? "")"
    case .whileLoop(let condition, let body, _): "while \(of(condition)) \(of(body))"
    case .repeatLoop(let count, let body, _): "repeat \(of(count)) \(of(body))"
    case .function(let name, let parameters, let body, _):
      "fn \(name.text)(\(parameters.map(\.text).joined(separator: ", "))) \(of(body))"
    case .returnStatement(let value, _): "return \(value.map(of) ?? "-")"
    case .compute(let time, _): "compute \(of(time))"
    case .data(let name, let values, _):
      "data \(name.text) \(values.map(of).joined(separator: ", "))"
    case .bss(let name, let size, _): "bss \(name.text) \(of(size))"
    case .touch(let address, _): "touch \(of(address))"
    case .privileged(let name, _): "privileged \(name.text)"
    case .onSignal(let name, let restarts, let body, _):
      "on \(name.text)\(restarts ? " restart" : "") \(of(body))"
    case .signalAction(let action, let name, _): "\(action.rawValue) \(name.text)"
    case .lock(let name, let isLock, _): "\(isLock ? "lock" : "unlock") \(name.text)"
    case .spawn(let call, _): "spawn \(of(call))"
    case .expression(let expression, _): of(expression)
    case .missing: "?"
    }
  }

  static func of(_ statement: StatementSyntax) -> String {
    func block(_ items: [ItemSyntax]) -> String { "{\(items.map(of).joined(separator: "; "))}" }
    switch statement {
    case .include(let path, _): return "include \(path.text)"
    case .machine(let name, let items, _): return "machine \(name.text) \(block(items))"
    case .entity(let keyword, let name, let items, _):
      return "\(keyword.text) \(name.text) \(block(items))"
    case .node(let keyword, let path, let items, _):
      return "\(keyword.text) \(path.text) \(block(items))"
    case .symlink(let path, let target, _): return "symlink \(path.text) -> \(target.text)"
    case .swap(let device, let items, _): return "swap \(device.text) \(block(items))"
    case .mount(let path, let type, let device, let server, let isReadOnly, _):
      return "mount \(path.text) \(type.text) \(device?.text ?? "-") \(server?.text ?? "-")"
        + (isReadOnly ? " read_only" : "")
    case .program(let name, let body, _): return "program \(name.text) \(of(body))"
    case .start(let name, let options, _):
      let texts = options.map { option in
        switch option {
        case .named(let name): "named \(name.text)"
        case .user(let name): "as \(name.text)"
        case .directory(let path): "in \(path.text)"
        case .nice(let value): "nice \(of(value))"
        case .time(let value): "at \(of(value))"
        }
      }
      return "start \(name.text) [\(texts.joined(separator: ", "))]"
    case .at(let time, let words, _): return "at \(of(time)): \(of(words))"
    case .act(let words, _): return "act \(of(words))"
    case .run(.toEnd, _): return "run"
    case .run(.duration(let time), _): return "run for \(of(time))"
    case .run(.until(let claim), _): return "run until \(of(claim))"
    case .expect(let claim, _): return "expect \(of(claim))"
    case .claimBlock(let title, let origin, let unders, _):
      let texts = unders.map { under in
        let heads = under.configurations.map { $0.items.map(of).joined(separator: " and ") }
        let trials = under.trials.map { ($0.isRefuted ? "refute " : "") + of($0.claim) }
        return "under \(heads.joined(separator: ", ")): \(trials.joined(separator: "; "))"
      }
      return "claim \(title.text) \(origin?.text ?? "-") {\(texts.joined(separator: " | "))}"
    case .studentProgram(let name, _): return "student \(name.text)"
    case .starter(let inner, _):
      return "starter {\(inner.map(of).joined(separator: "; "))}"
    case .check(let check, _):
      let head = check.isHidden ? "hidden check" : "check"
      let points = check.points.map(of) ?? "-"
      let after = check.dependencies.map { " after \($0.text)" }.joined()
      return "\(head) \(check.title.text) \(points)\(check.isInParts ? " in parts" : "")\(after) "
        + "\(block(check.variations)): \(of(check.claim))"
    case .hint(let text, let attempts, _):
      return "hint \(text.text) \(attempts.map(of) ?? "-")"
    case .demand(let isForbidden, let names, _):
      return "\(isForbidden ? "forbid" : "require") \(names.map(\.text).joined(separator: ", "))"
    case .limits(let items, _): return "limit \(block(items))"
    case .reveal(let names, let isAfterDue, _):
      return "reveal \(names.map(\.text).joined(separator: ", "))\(isAfterDue ? " after due" : "")"
    case .ask(let question, _): return "ask \(question.text)"
    case .answer(let name, let value, _): return "answer \(name?.text ?? "-") \(of(value))"
    case .choice(let value, let claim, _):
      return "choice \(of(value))" + (claim.map { " if \(of($0))" } ?? "")
    case .choices(let configurations, _):
      let heads = configurations.map { $0.items.map(of).joined(separator: " and ") }
      return "choices {\(heads.joined(separator: " | "))}"
    case .order(let sets, _): return "order \(sets.map(of).joined(separator: ", "))"
    case .table(let moments, let states, _):
      return "table \(moments.map(of).joined(separator: ", ")): "
        + states.map(of).joined(separator: ", ")
    case .vary(let name, let first, let last, _):
      return "vary \(name.text) \(of(first)) \(last.map(of) ?? "-")"
    case .missing: return "?"
    }
  }
}

@Suite struct `The tree` {
  @Test(arguments: [
    ("include \"a.walk\"", "include a.walk"),
    ("machine arm64", "machine arm64 {}"),
    (
      "machine x86_64 { cpus 2, tick 4ms\n scheduler rr { quantum 8ms }; protection [smep, smap] }",
      "machine x86_64 {cpus 2; tick 4000000:ms; scheduler rr {quantum 8000000:ms}; protection [smep, smap]}"
    ),
    ("machine x86_64\n{\ncosts\n{ syscall 120ns }\n}", "machine x86_64 {costs {syscall 120:ns}}"),
    ("user ada { uid 1000, groups [staff] }", "user ada {uid 1000; groups [staff]}"),
    ("disk sda { latency 2 * 5ms }", "disk sda {latency (2 * 5000000:ms)}"),
    (
      "module m { text 8KiB, init { printk(\"a\") } exit { f() } }",
      "module m {text 8192:KiB; init program{printk(\"a\")}; exit program{f()}}"
    ),
    ("mount \"/\" ext4 on sda", "mount / ext4 sda -"),
    ("mount \"/net\" nfs from \"server\" on eth0", "mount /net nfs eth0 server"),
    ("mount \"/old\" ext4 read_only on sda", "mount /old ext4 sda - read_only"),
    ("swap on sda { size 64KiB }", "swap sda {size 65536:KiB}"), ("swap on sda", "swap sda {}"),
    (
      "module m { provides filesystem \"toyfs\", provides device \"/dev/toy\" { read { return 0 } } }",
      "module m {provides filesystem \"toyfs\"; "
        + "provides device \"/dev/toy\" {read program{return 0}}}"
    ),
    ("dir \"/a\"", "dir /a {}"),
    (
      "file \"/a\" { owner ada, mode 0644, text \"hi\\n\" }",
      "file /a {owner ada; mode 420; text \"hi\n\"}"
    ),
    ("symlink \"/a\" to \"b\"", "symlink /a -> b"),
    ("start a", "start a []"),
    (
      "start a nice -5 named b at 2ms as c in \"/d\"",
      "start a [nice (- 5), named b, at 2000000:ms, as c, in /d]"
    ),
    ("at 12ms: ttyS0 receives \"x\"", "at 12000000:ms: ttyS0 receives \"x\""),
    ("at 12ms: signal SIGINT to editor", "at 12000000:ms: signal SIGINT to editor"),
    ("load module hello as root", "act load module hello as root"),
    ("sda fails", "act sda fails"), ("kbd types \"x\"", "act kbd types \"x\""),
    ("signal SIGINT to a.child2.child", "act signal SIGINT to a.child2.child"),
    ("run", "run"), ("run for 10ms", "run for 10000000:ms"),
    ("run until a sleeps", "run until <a sleeps>"),
    ("run until a sleeps or b wakes", "run until (<a sleeps> or <b wakes>)"),
    (
      "run until a.mode == kernel and b runs",
      "run until now: ((a.mode == kernel) and lasting<b runs>)"
    ),
    ("student program r", "student r"),
    ("starter { start a\n run }", "starter {start a []; run}"),
    ("check \"t\": a exits 0", "check t - {}: <a exits 0>"),
    (
      "hidden check \"t\" 3 points with machine arm64, cpus 2: exactly 2 of a sleeps",
      "hidden check t 3 {machine arm64; cpus 2}: exactly 2 of <a sleeps>"
    ),
    (
      "check \"t\" 3 points in parts after \"s\", \"r\" with seeds 2: a sleeps then a wakes",
      "check t 3 in parts after s after r {seeds 2}: <a sleeps> then <a wakes>"
    ),
    ("hint \"look\"", "hint look -"),
    ("hint \"look\" after 2 attempts", "hint look 2"),
    ("require read, libc.printf", "require read, libc.printf"),
    ("forbid while, nanosleep", "forbid while, nanosleep"),
    ("limit steps 1000, time 2s", "limit {steps 1000; time 2000000000:s}"),
    ("reveal title, verdict", "reveal title, verdict"),
    (
      "reveal claim after due", "reveal claim after due"
    ),
    ("check \"t\" 1 point:\n a exits 0", "check t 1 {}: <a exits 0>"),
    ("ask \"why\"", "ask why"), ("answer 4", "answer - 4"), ("answer fd = 4", "answer fd 4"),
    ("answer result(open by a)", "answer - result(<open by a>)"),
    ("vary n in 2..5", "vary n 2 5"), ("vary n in [\"a\", \"b\"]", "vary n [\"a\", \"b\"] -"),
    (
      "claim \"c\" from \"d\" {\n under isolation shared, isolation kpti: expect a runs\n expect b runs\n}",
      "claim c d {under isolation shared, isolation kpti: <a runs>; <b runs>}"
    ),
    (
      "claim \"c\" {\n refute a runs\n under machine arm64 and cpus 2, page 4KiB:\n refute b runs }",
      "claim c - {under : refute <a runs> | under machine arm64 and cpus 2, page 4096:KiB: refute <b runs>}"
    ),
  ])
  func `of a statement`(_ text: String, _ shape: String) {
    #expect(first(text).map(Shape.of) == shape)
  }

  @Test(arguments: [
    (
      "let x = open(\"foo\", O_RDONLY | O_CREAT, 0644)",
      "let x = open(\"foo\", (O_RDONLY | O_CREAT), 420)"
    ),
    ("x = 1", "x = 1"), ("*p = 1", "(* p) = 1"), ("p[i + 1] = *q", "p[(i + 1)] = (* q)"),
    ("if x { a() }", "if x {a()}"),
    (
      "if (x == 1) { a() }\nelse if y { b() }\nelse { c() }",
      "if {(x == 1)} {a()} else {if y {b()} else {c()}}"
    ),
    ("while 1 { }", "while 1 {}"), ("repeat 20 { compute 1ms }", "repeat 20 {compute 1000000:ms}"),
    ("fn f(a, b) { return a + b }", "fn f(a, b) {return (a + b)}"),
    ("fn f()\n{ return }", "fn f() {return -}"),
    ("data msg \"hello\"", "data msg \"hello\""), ("data t 1, 2,\n 3", "data t 1, 2, 3"),
    ("bss buf 4KiB", "bss buf 4096:KiB"), ("touch p + 1", "touch (p + 1)"),
    ("privileged hlt", "privileged hlt"), ("on SIGSEGV { exit(1) }", "on SIGSEGV {exit(1)}"),
    ("on SIGUSR1 restart { }", "on SIGUSR1 restart {}"), ("ignore SIGINT", "ignore SIGINT"),
    ("default SIGINT", "default SIGINT"), ("block SIGINT", "block SIGINT"),
    ("unblock SIGINT", "unblock SIGINT"),
    ("block = default + ignore()", "block = (default + ignore())"),
    ("lock m", "lock m"), ("unlock m", "unlock m"), ("spawn f(1)", "spawn f(1)"),
    ("call libc.printf(\"x\")", "libc.printf(\"x\")"),
    ("let a = *0xffff800000000000", "let a = (* -140737488355328)"),
    ("let a = 1 + 2 * 3 - 4", "let a = ((1 + (2 * 3)) - 4)"),
    (
      "let a = 1 << 2 < 3 == 4 & 5 ^ 6 | 7 && 8 || 9",
      "let a = ((((((((1 << 2) < 3) == 4) & 5) ^ 6) | 7) && 8) || 9)"
    ),
    ("let a = - ~ ! & * p", "let a = (- (~ (! (& (* p)))))"),
    ("let a = -p[1].b(2)", "let a = (- p[1].b(2))"),
    ("let c = 'a'", "let c = 97"), ("let c = '\\n'", "let c = 10"),
    ("let n = 0b101 + 0x1F + 017 + 0", "let n = (((5 + 31) + 15) + 0)"),
    ("data = 1", "data = 1"), ("lock[0] = 1", "lock[0] = 1"), ("touch(p)", "touch {p}"),
    ("write(1,\n  \"a\",\n  1)", "write(1, \"a\", 1)"),
    ("let a = 1 +\n 2", "let a = (1 + 2)"),
    ("a(); b()", "a(); b()"),
  ])
  func `of a program's statement`(_ text: String, _ shape: String) {
    let shapeOfAll = first("program p {\n\(text)\n}").map(Shape.of)
    #expect(shapeOfAll == "program p {\(shape)}")
  }

  @Test(arguments: [
    ("a sleeps on sda", "<a sleeps on sda>"),
    ("open by a returns -1", "<open by a returns -1>"),
    ("page_fault by a minor", "<page_fault by a minor>"),
    ("a faults at 0xffff800000000000", "<a faults at -140737488355328>"),
    ("a.mode == kernel", "now: (a.mode == kernel)"),
    ("a.child exits 0", "<a.child exits 0>"),
    ("kernel kills a.child2.child with SIGKILL", "<kernel kills a.child2.child with SIGKILL>"),
    ("a.child runs == b", "now: (lasting<a.child runs> == b)"),
    ("a.child.exit == 0", "now: (a.child.exit == 0)"), ("a.child", "now: a.child"),
    ("a.child and b.child2 runs", "[now: a.child] and [<b.child2 runs>]"),
    ("done", "now: done"),
    ("never a sleeps", "never <a sleeps>"),
    ("a sleeps then b wakes then c runs", "<a sleeps> then <b wakes> then <c runs>"),
    ("a runs before b runs", "<a runs> before <b runs>"),
    (
      "a wakes because b interrupts because c calls read",
      "((<a wakes> because <b interrupts>) because <c calls read>)"
    ),
    (
      "a wakes while b runs then c wakes while d.x == 1",
      "(<a wakes> while lasting<b runs>) then (<c wakes> while (d.x == 1))"
    ),
    ("a wakes while not b runs", "(<a wakes> while (not lasting<b runs>))"),
    (
      "a wakes while (b runs or c runs)", "(<a wakes> while {(lasting<b runs> or lasting<c runs>)})"
    ),
    ("a wakes within 5ms of b sleeps", "(<a wakes> within 5000000:ms of <b sleeps>)"),
    ("exactly 2 of a sleeps", "exactly 2 of <a sleeps>"),
    ("at least n of (a sleeps or b sleeps)", "at least n of (<a sleeps> or <b sleeps>)"),
    (
      "at most 1 + 1 of a sleeps while b runs",
      "at most (1 + 1) of (<a sleeps> while lasting<b runs>)"
    ),
    ("always a and b", "always (a and b)"),
    ("always a == 1 and never b sleeps", "[always (a == 1)] and [never <b sleeps>]"),
    ("always a or not at end b", "[always a] or [not [end: b]]"),
    ("always not a runs", "always (not lasting<a runs>)"),
    ("eventually a runs or b.x > 2", "eventually (lasting<a runs> or (b.x > 2))"),
    ("at end a.exit == 0 and b >= 1", "end: ((a.exit == 0) and (b >= 1))"),
    ("when a sleeps: b runs and c", "when <a sleeps>: (lasting<b runs> and c)"),
    ("when a sleeps or b sleeps: c", "when (<a sleeps> or <b sleeps>): c"),
    ("not a sleeps then b wakes", "not [<a sleeps> then <b wakes>]"),
    ("a sleeps and b wakes or c runs", "[[<a sleeps>] and [<b wakes>]] or [<c runs>]"),
    (
      "a sleeps implies b wakes implies c runs",
      "[<a sleeps>] implies [[<b wakes>] implies [<c runs>]]"
    ),
    ("a.x == 1 and b sleeps", "[now: (a.x == 1)] and [<b sleeps>]"),
    ("(never a sleeps) and (b == 1)", "[never <a sleeps>] and [now: {(b == 1)}]"),
    ("(a sleeps or b sleeps) then c wakes", "(<a sleeps> or <b sleeps>) then <c wakes>"),
    ("((a sleeps)) then (b wakes)", "<a sleeps> then <b wakes>"),
    ("(a + 1) * 2 == 4", "now: (({(a + 1)} * 2) == 4)"),
    ("(a runs) == b", "now: ({lasting<a runs>} == b)"),
    ("in every schedule: a sleeps and b wakes", "in every [[<a sleeps>] and [<b wakes>]]"),
    ("not in some schedule: never a sleeps", "not [in some [never <a sleeps>]]"),
    ("count(a sleeps) == 2", "now: (count(<a sleeps>) == 2)"),
    (
      "f(a, a.b + 1, a runs, (a runs or b runs), a runs and b)",
      "now: f(a, (a.b + 1), <a runs>, (<a runs> or <b runs>), (lasting<a runs> and b))"
    ),
    ("cputime(a, until b wakes) > 3ms", "now: (cputime(a, until <b wakes>) > 3000000:ms)"),
    ("cputime(a, from b wakes, until c)", "now: cputime(a, from <b wakes>, until <c>)"),
    ("a sleeps\n  # why\n  then b wakes", "<a sleeps> then <b wakes>"),
    ("(a sleeps\nthen\nb wakes)", "<a sleeps> then <b wakes>"),
  ])
  func `of a claim`(_ text: String, _ shape: String) {
    #expect(first("expect \(text)").map(Shape.of) == "expect \(shape)")
  }

  @Test(arguments: [
    ("choice 4", "choice 4"),
    ("choice \"a\" if b runs before c runs", "choice \"a\" if <b runs> before <c runs>"),
    ("choice \"a\"", "choice \"a\""),
    ("choices", "choices {}"),
    (
      "choices under scheduler fifo and cpus 2, tick 1ms",
      "choices {scheduler fifo and cpus 2 | tick 1000000:ms}"
    ),
    (
      "order a sleeps,\n  b runs while a sleeps, c wakes or d wakes",
      "order <a sleeps>, (<b runs> while lasting<a sleeps>), (<c wakes> or <d wakes>)"
    ),
    ("table when a sleeps, b runs:\n a.x, b.x + 1", "table <a sleeps>, <b runs>: a.x, (b.x + 1)"),
  ])
  func `of a question`(_ text: String, _ shape: String) {
    #expect(first(text).map(Shape.of) == shape)
  }

  @Test(arguments: [
    ("choice", "W0123"), ("choice 1 if a runs", "W0124"), ("choices of a", "W0124"),
    ("choices under", "W0123"), ("order", "W0123"), ("order a runs,", "W0123"),
    ("order a runs then b runs", "W0152"), ("table a runs: a.x", "W0123"),
    ("table when a runs", "W0123"), ("table when a runs: a.x,", "W0123"),
  ])
  func `of a broken question is told once`(_ text: String, _ code: String) {
    #expect(parse(text).diagnostics.map { "\($0.code)" } == [code])
  }

  @Test func `of strings has their bytes`() {
    let text = #"ask "\n\t\r\0\\\"\'\a\b\f\v\x41\x7\101\0011é""#
    guard case .ask(let string, _)? = first(text) else {
      Issue.record("no question")
      return
    }
    #expect(
      string.bytes == [10, 9, 13, 0, 92, 34, 39, 7, 8, 12, 11, 0x41, 7, 0x41, 1, 0x31, 0xC3, 0xA9])
  }

  @Test func `of numbers has their units`() {
    for unit in UnitSyntax.allCases {
      guard
        case .answer(_, .number(let value, let found, _), _)? = first("answer 3\(unit.rawValue)")
      else {
        Issue.record("no number")
        return
      }
      #expect(found == unit)
      #expect(value == 3 * unit.factor)
    }
  }

  @Test func `of a script with an error has its other statements`() {
    let script = parse("start a\nstart 5\nstart b\nprogram p { x = ; y = 1 }\nrun")
    #expect(
      script.statements.map(Shape.of) == [
        "start a []", "start  []", "start b []", "program p {x = ?; y = 1}", "run",
      ])
    #expect(complaints(script).count == 2)
  }

  @Test func `of a misspelt declaration is the declaration`() {
    let script = parse("progam editor { exit(0) }\nstrat editor\ndsk sda { latency 5ms }")
    #expect(
      script.statements.map(Shape.of) == [
        "program editor {exit(0)}", "start editor []", "disk sda {latency 5000000:ms}",
      ])
    #expect(complaints(script).count == 3)
  }
}

@Suite struct `A value` {
  func value(_ text: String) -> (String, [String]) {
    var sources = SourceSet()
    let file = SourceFile(name: "value", bytes: Array(text.utf8))
    let (value, found) = WalkParser.parseValue(SourceFragment(file, id: sources.add(file)))
    return (Shape.of(value), found.map { "\($0.code)" })
  }

  @Test(arguments: [
    ("result(open by editor)", "result(<open by editor>)"),
    ("duration(open by editor)", "duration(<open by editor>)"),
    ("cputime(counter, until editor wakes)", "cputime(counter, until <editor wakes>)"),
    ("editor.exit == 0\n and a runs", "((editor.exit == 0) and lasting<a runs>)"),
    (" sda.reads ", "sda.reads"),
  ])
  func `is an expression`(_ text: String, _ shape: String) {
    #expect(value(text) == (shape, []))
  }

  @Test(arguments: [
    ("", "W0123"), ("result(open by editor", "W0120"), ("a.b c", "W0124"),
    ("never a sleeps", "W0151"),
    ("1 2", "W0124"), ("a; b", "W0124"),
  ])
  func `that cannot be read is told`(_ text: String, _ code: String) {
    #expect(value(text).1 == [code])
  }
}

@Suite struct `Tokens` {
  func kinds(_ text: String) -> String {
    parse(text).tokens.filter { $0.kind != .space }.map { token in
      switch token.kind {
      case .space: ""
      case .newline: "/"
      case .comment: "#"
      case .keyword: "k"
      case .name: "n"
      case .number: "1"
      case .string: "s"
      case .punctuation: "."
      case .invalid: "!"
      }
    }.joined()
  }

  @Test(arguments: [
    ("start a as b in \"/c\" nice 5 # d\nrun", "knknksk1#/k"),
    (
      "program start { let end = 1; while end { } }",
      "kn.kn.1.kn..."
    ),
    ("expect a sleeps on b then c wakes while d.x == 1", "knnnnknnkn.n.1"),
    ("expect at end never_mind == 1", "kkkn.1"),
    ("module m { init { f() } }", "kn.k.n...."),
    ("disk @ é\n", "k!!/"),
  ])
  func `are keywords where they act as such`(_ text: String, _ expected: String) {
    #expect(kinds(text) == expected)
  }

  @Test func `print the text back`() {
    let text = "\u{FEFF}start a # é\r\n\tdisk \"x\\\"\u{0}\" 5ms..@@ é“ü” 'c' ++ \n"
    #expect(isLossless(parse(text)))
  }
}

@Suite struct `A fence of a lesson` {
  /// A fence inside a quote: each line has lost its `> `.
  @Test func `has its ranges in the lesson`() throws {
    let lesson = "Text\n> ```walk\n> start editor\n> strat counter\n> expect (a sleeps\n> ```\n"
    let file = SourceFile(name: "lesson.md", bytes: Array(lesson.utf8))
    var sources = SourceSet()
    let id = sources.add(file)
    var bytes: [UInt8] = []
    var segments: [SourceFragment.Segment] = []
    for line in 2...4 {
      let start = file.lineStarts[line] + 2
      segments.append(.init(fragmentOffset: bytes.count, fileOffset: start))
      bytes += file.bytes[start..<file.lineStarts[line + 1]]
    }
    let script = WalkParser.parse(SourceFragment(file: id, bytes: bytes, segments: segments))
    let places = script.diagnostics.compactMap { diagnostic in
      diagnostic.primary.map { label in
        "\(file.position(at: label.range.lower).line):"
          + "\(file.position(at: label.range.lower).column) \(sources.text(label.range))"
      }
    }
    #expect(places == ["4:3 strat", "5:10 ("])
    #expect(sources.text(try #require(script.statements.first).range) == "start editor")
    let edit = try #require(script.diagnostics.first?.fixIts.first?.edits.first)
    #expect(sources.text(edit.range) == "strat")
  }

  @Test func `has ranges of all nodes inside the text`() throws {
    let text = `The language's page`.world
    for statement in parse(text).statements {
      #expect(statement.range.byteCount > 0)
      #expect(statement.range.upper <= text.utf8.count)
    }
  }
}
