import Program
import Testing
import Trace
import WalkSemantics

@Suite struct EventPatternTests {
  private static let preamble = """
    machine x86_64 { cpus 2 }
    disk sda { latency 5ms }
    module toy { init { } }
    program p {
        bss buf 16
        buf[0] = 1
    }
    start p
    start p named q
    run

    """

  /// All ways to write a form: options given and left out, each choice.
  private static func spellings(_ text: String) -> [String] {
    if let open = text.firstIndex(of: "["), let close = text.lastIndex(of: "]") {
      var depth = 0
      var end = close
      for index in text[open...].indices {
        if text[index] == "[" { depth += 1 }
        if text[index] == "]" {
          depth -= 1
          if depth == 0 {
            end = index
            break
          }
        }
      }
      let before = String(text[..<open])
      let inside = String(text[text.index(after: open)..<end])
      let after = String(text[text.index(after: end)...])
      return spellings(before + inside + after)
        + spellings(String((before + after).replacing("  ", with: " ")))
    }
    var results = [""]
    for word in text.split(separator: " ") {
      let choices: [String] =
        switch word {
        case "P", "A": ["p"]
        case "B": ["q"]
        case "D": ["sda", "timer"]
        case "DISK": ["sda"]
        case "CPU": ["cpu0"]
        case "OTHER": ["cpu1"]
        case "CALL": ["open"]
        case "N": ["3"]
        case "ERRNO": ["ENOENT"]
        case "SIG": ["SIGSEGV"]
        case "ADDR": ["0xffff800000000000"]
        case "NAME": ["buf"]
        case "MODULE": ["toy"]
        case "ROUTINE": ["do_sys_openat2", "do_syscall_64"]
        case "\"text\"": ["\"foo\""]
        default: word.split(separator: "|").map(String.init)
        }
      results = results.flatMap { result in
        choices.map { result.isEmpty ? $0 : "\(result) \($0)" }
      }
    }
    return results
  }

  @Test(arguments: EventPatternForm.all.map(\.text))
  func `each form can be written in claims of every shape`(_ text: String) throws {
    let form = try #require(EventPatternForm.all.first { $0.text == text })
    for spelling in Self.spellings(text) {
      var script = Self.preamble
      script += "expect \(spelling)\nexpect never \(spelling)\n"
      script += "expect \(spelling) then \(spelling) then p runs\n"
      script += "expect \(spelling) before p exits\nexpect exactly 2 of \(spelling)\n"
      script += "expect \(spelling) while p.mode == user\nexpect \(spelling) because p runs\n"
      script += "expect p runs within 5ms of \(spelling)\nexpect when \(spelling): time > 0ns\n"
      script += "expect count(\(spelling)) == 0 and time < 5ms\n"
      if form.isLasting {
        script += "expect always \(spelling)\nexpect p wakes while \(spelling)\n"
      }
      script += "run until \(spelling)\n"
      let checked = check(script)
      #expect(checked.diagnostics.isEmpty, "\(spelling):\n\(checked.report)")
      guard let scenario = checked.scenario,
        case .occurs(.pattern(let pattern)) = scenario.expectations[0].claim
      else {
        Issue.record("\(spelling)")
        continue
      }
      #expect(Set(pattern.kinds).isSubset(of: EventKind.allCases) && !pattern.kinds.isEmpty)
      #expect(scenario.expectations[0].text == spelling)
    }
  }

  /// The pattern that words make.
  private func pattern(_ words: String) throws -> EventPattern {
    let checked = check(Self.preamble + "expect \(words)\n")
    guard case .occurs(.pattern(let pattern))? = checked.scenario?.expectations.first?.claim else {
      Issue.record("\(checked.report)")
      return EventPattern([])
    }
    return pattern
  }

  @Test func `results are what the program sees`() throws {
    #expect(try pattern("open by p returns 3").a == 3...3)
    #expect(try pattern("open by p returns -1").a == -4095 ... -1)
    #expect(try pattern("open by p returns").a == nil)
    #expect(try pattern("open by p fails").a == -4095 ... -1)
    #expect(try pattern("open by p fails with ENOENT").a == -2 ... -2)
    #expect(try pattern("exit by p").kinds == [.callsSystemCall])
  }

  @Test func `details become conditions on the fields that hold them`() throws {
    let p = TaskID(rawValue: 1)
    let q = TaskID(rawValue: 2)
    var wanted = EventPattern([.sleeps])
    wanted.task = p
    wanted.waitDevice = DeviceID(rawValue: 1)
    #expect(try pattern("p sleeps on sda") == wanted)
    wanted = EventPattern([.switchesContext])
    wanted.a = 1...1
    wanted.b = 2...2
    #expect(try pattern("kernel switches from p to q") == wanted)
    wanted.a = nil
    #expect(try pattern("kernel switches to q") == wanted)
    wanted.b = 0...0
    #expect(try pattern("kernel switches to idle") == wanted)
    wanted = EventPattern([.entersKernel])
    wanted.task = q
    wanted.object = EntryReason.interrupt.rawValue
    #expect(try pattern("q enters kernel by interrupt") == wanted)
    wanted = EventPattern([.isKilled])
    wanted.object = 11
    wanted.task = q
    #expect(try pattern("kernel kills q with SIGSEGV") == wanted)
    wanted = EventPattern([.picksNext])
    wanted.object = 2
    #expect(try pattern("kernel picks q") == wanted)
    wanted = EventPattern([.copiesString, .copiesFromUser])
    wanted.text = "foo"
    #expect(try pattern("kernel copies \"foo\" from kernel") == wanted)
  }

  @Test func `a name in memory stands for all its bytes`() throws {
    let checked = check(Self.preamble + "expect p faults on buf\n")
    let scenario = try #require(checked.scenario)
    let buf = try #require(scenario.programs[0].symbols.first { $0.name == "buf" })
    guard case .occurs(.pattern(let pattern)) = scenario.expectations[0].claim else { return }
    #expect(pattern.a == buf.address...(buf.address + 15))
  }

  @Test func `lasting verbs are states where a state is wanted`() throws {
    let checked = check(
      Self.preamble + "expect at end p sleeps on sda\nexpect at end q is in kernel\n"
        + "expect p runs while q runs\n")
    let claims = try #require(checked.scenario).expectations.map(\.claim)
    #expect(
      claims[0]
        == .atEnd(
          .observable(.taskSleepsOn(TaskID(rawValue: 1), DeviceID(rawValue: 1)))))
    #expect(
      claims[1]
        == .atEnd(
          .binary(
            .equal, .observable(.taskMode(TaskID(rawValue: 2))),
            .constant(Int64(PrivilegeMode.kernel.rawValue), .mode))))
  }
}
