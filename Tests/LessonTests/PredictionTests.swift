import Testing
import Trace
import WalkSemantics

@testable import Lesson

/// A reader that waits for a disk while a counter runs.
private let world = """
  ```walk world
  machine x86_64 { cpus 1, tick 4ms, scheduler round_robin { quantum 4ms } }
  disk sda { latency 5ms }
  mount "/" ext4 on sda
  user ada { uid 1001 }
  file "/home/ada/foo" { owner ada, mode 0644, text "hello\\n" }
  program reader {
      bss buf 4KiB
      let fd = open("/home/ada/foo", O_RDONLY)
      let n = read(fd, buf, 5)
      exit(n)
  }
  program counter { repeat 10 { compute 4ms } }
  ```

  ```walk scenario=disk
  start reader as ada
  start counter
  run until reader sleeps
  ```

  """

private let rest = """

  ```walk continue
  run
  ```

  """

/// The question of a fence between the two halves of the scenario.
private func question(_ statements: String, _ words: String = "predict=q") throws
  -> LessonPrediction
{
  let lesson = compile(world + "```walk \(words)\nask \"?\"\n\(statements)\n```\n" + rest)
  #expect(lesson.diagnostics.isEmpty, "\(lesson.messages)")
  return try #require(lesson.fences.first { $0.role == .predict }?.prediction)
}

private func answer(_ statements: String) throws -> LessonPrediction.Answer {
  guard case .typed(let answer) = try question(statements).form else {
    throw Unexpected.form
  }
  return answer
}

private func choices(_ statements: String) throws -> [LessonPrediction.Choice] {
  guard case .choice(let choices) = try question(statements).form else { throw Unexpected.form }
  return choices
}

private enum Unexpected: Error { case form }

@Suite("Predictions")
struct PredictionTests {
  @Test func `a question that has an answer with some values only is told`() {
    func messages(_ last: Int) -> String {
      compile(
        world + """
          ```walk predict=q
          vary n in 0..\(last)
          program p { if n == 0 { open("/x", O_RDONLY) } }
          start p
          run
          ask "What does open return?"
          answer duration(p calls open, p returns to user)
          ```

          """ + rest
      ).messages
    }
    #expect(messages(0) == "")
    #expect(messages(1).contains("n = 1"), "\(messages(1))")
  }

  @Test func `a key is worked out after the whole run of the scenario above`() throws {
    // When the fence stands there, nothing of this has happened.
    let status = try question("answer reader.exit")
    guard case .typed(let answer) = status.form else { throw Unexpected.form }
    #expect(answer.text == "5")
    #expect(answer.accepted == ["5"])
    #expect(answer.hint == "a number")
    #expect(status.questions == ["?"])
    #expect(status.outcome.hasPrefix("It is 5. See step "))
    #expect(status.outcome.hasSuffix(": reader exits with status 5."))
  }

  @Test func `the steps of the scenario are those of the key`() throws {
    let lesson = compile(world + "```walk predict=q\nask \"?\"\nanswer reader.exit\n```\n" + rest)
    let fence = try #require(lesson.fences.first { $0.role == .predict })
    #expect(fence.scenario == 0)
    #expect(lesson.scenarios.count == 1)
    // A question adds nothing to its scenario: no fence, no event.
    #expect(lesson.scenarios[0].fences.count == 2)
    #expect(
      lesson.scenarios[0].run.trace.events == compile(world + rest).scenarios[0].run.trace.events)
  }

  @Test func `a question may name its scenario`() throws {
    let other = "```walk scenario=other\nstart counter\nrun\n```\n"
    let text = "```walk predict=q of=disk\nask \"?\"\nanswer reader.exit\n```\n"
    let lesson = compile(world + rest + other + text)
    #expect(lesson.diagnostics.isEmpty, "\(lesson.messages)")
    #expect(lesson.fences.last?.scenario == 0)
    #expect(lesson.fences.last?.prediction != nil)
  }

  @Test func `a question with statements of its own is about a run of its own`() throws {
    let own = "program p { exit(3) }\nstart p\nrun\nask \"?\"\nanswer p.exit\n"
    let lesson = compile(world + rest + "```walk predict=q\n\(own)```\n")
    #expect(lesson.diagnostics.isEmpty, "\(lesson.messages)")
    #expect(lesson.scenarios.count == 1)
    #expect(lesson.fences.last?.scenario == nil)
    guard case .typed(let answer)? = lesson.fences.last?.prediction?.form else {
      throw Unexpected.form
    }
    #expect(answer.text == "3")
  }

  @Test func `times are right in each unit, and rounded`() throws {
    let sleep = try answer("answer duration(reader sleeps, reader wakes)")
    #expect(sleep.text.hasPrefix("5.0") && sleep.text.hasSuffix(" ms"))
    for text in ["5 ms", "5ms", "5000us", "0.005 s", sleep.text] {
      #expect(sleep.accepted.contains(AnswerText.normal(text)), "\(text)")
    }
    for text in ["5", "5 us", "4 ms", "5.1 ms", "6ms", "10 ms"] {
      #expect(!sleep.accepted.contains(AnswerText.normal(text)), "\(text)")
    }
    #expect(sleep.hint?.contains("with its unit") == true)
  }

  @Test(arguments: [
    ("reader.state", ["zombie"]), ("reader.mode", ["kernel"]),
    ("sda.reads >= 1", ["yes", "true", "1"]),
    ("result(open by reader)", ["3"]), ("4KiB", ["4096"]), ("\"Who?\"", ["who?"]),
  ])
  func `other keys are right as they are printed`(_ key: String, _ accepted: [String]) throws {
    #expect(try answer("answer \(key)").accepted == accepted)
  }

  @Test func `a choice is right where its claim holds`() throws {
    let all = try choices(
      """
      choice "reader" if sda interrupts while reader runs
      choice "counter" if sda interrupts while counter runs
      choice "neither"
      """)
    #expect(all.map(\.text) == ["reader", "counter", "neither"])
    #expect(all.map { $0.isRight } == [false, true, false])
    #expect(all[0].explanation.hasPrefix("Expected: "))
    #expect(all[1].explanation == "" && all[2].explanation == "")
    let right = try question(
      "choice \"a\" if never counter sleeps\nchoice \"b\" if counter sleeps")
    #expect(right.outcome.hasPrefix("“a”: "))
  }

  @Test func `a choice beside an answer is right where it is its value`() throws {
    let all = try choices("choice 0x4\nchoice 3\nchoice 5\nanswer result(open by reader)")
    #expect(all.map(\.text) == ["4", "3", "5"])
    #expect(all.map { $0.isRight } == [false, true, false])
  }

  @Test func `wrong choices are right on another machine, or wrong by one`() throws {
    let all = try choices(
      "answer cputime(counter, until reader exits)\nchoices under scheduler fifo, tick 4ms")
    let right = try #require(all.first { $0.isRight })
    #expect(all.filter { $0.isRight }.count == 1)
    // What is the same on the other machine is no wrong answer.
    #expect(!all.contains { $0.explanation.contains("tick 4ms") })
    #expect(
      all.map(\.explanation) == [
        "That is one tick less.", "", "That is one tick more.",
        "That is so under `scheduler fifo`.",
      ])
    #expect(right.text == all[1].text)
    #expect(all[3].text == "40 ms")
  }

  @Test(arguments: [
    ("reader.exit", ["4", "5", "6"]), ("counter.exit - counter.exit", ["0", "1", "2"]),
    ("4KiB", ["0 bytes", "4 KiB", "8 KiB"]), ("reader.mode", ["user", "kernel"]),
    ("sda.reads > 0", ["no", "yes"]),
  ])
  func `what is wrong by one depends on what is asked`(_ key: String, _ texts: [String]) throws {
    #expect(try choices("answer \(key)\nchoices").map(\.text) == texts)
  }

  @Test func `an order is that of the first steps`() throws {
    let all = try question("order reader wakes, reader sleeps, sda interrupts")
    guard case .order(let moments) = all.form else { throw Unexpected.form }
    #expect(moments.map(\.text) == ["reader wakes", "reader sleeps", "sda interrupts"])
    #expect(moments[1].step < moments[2].step && moments[2].step < moments[0].step)
    #expect(
      all.outcome
        == "In order: at step \(moments[1].step) `reader sleeps`, "
        + "at step \(moments[2].step) `sda interrupts`, at step \(moments[0].step) `reader wakes`.")
  }

  @Test func `a table has the states just after the first such events`() throws {
    let all = try question(
      "table when reader sleeps, sda interrupts: reader.state, counter.state, sda.reads")
    guard case .table(let moments, let rows) = all.form else { throw Unexpected.form }
    #expect(moments.map(\.text) == ["reader sleeps", "sda interrupts"])
    #expect(rows.map(\.text) == ["reader.state", "counter.state", "sda.reads"])
    #expect(
      rows.map { $0.cells.map(\.text) } == [
        ["sleeping", "sleeping"], ["runnable", "running"], ["1", "1"],
      ])
    #expect(rows[0].options.contains("zombie") && rows[2].options.isEmpty)
    #expect(all.outcome.contains("`counter.state` is running"))
  }

  @Test(arguments: [
    ("5 ms", "5000000t"), (" 5000us ", "5000000t"), ("0.005 s", "5000000t"), ("5 \u{B5}s", "5000t"),
    ("1.5ms", "1500000t"), ("0b1s", "1000000000t"), ("-5ms", "-5000000t"), ("0 ms", "0t"),
    ("0x1F", "31"), ("0644", "420"), ("0b101", "5"), ("+3", "3"), ("-3", "-3"), ("-0", "0"),
    ("3.0", "3"), ("00", "0"), ("0x1fb", "507"), ("4 KiB", "4096"), ("4096B", "4096"), ("0b", "0"),
    ("18446744073709551615", "18446744073709551615"),
    ("18446744073709551616", "18446744073709551616"),
    // Words, and what is no number.
    ("Sleeping", "sleeping"), ("a \t B", "a b"), ("", ""), ("-", "-"), ("08", "08"), ("1.5", "1.5"),
    ("5 apples", "5 apples"), ("constructor", "constructor"), ("0777.5", "0777.5"), ("1.", "1."),
    (".5", ".5"), ("0x", "0x"), ("0.0000000001s", "0.0000000001s"), ("12 3", "12 3"),
    ("1e3", "1e3"),
  ])
  func `spellings of one answer are one`(_ text: String, _ normal: String) {
    #expect(AnswerText.normal(text) == normal)
  }
}
