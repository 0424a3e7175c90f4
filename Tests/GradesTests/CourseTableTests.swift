import Grades
import Testing

@Suite struct CourseTableTests {
  /// Worked out with `date --date … +%s`.
  @Test(arguments: [
    ("1970-01-01T00:00:00Z", 0), ("2026-09-01T23:59:00+02:00", 1_788_299_940),
    ("2026-09-01 21:59Z", 1_788_299_940), ("2024-02-29T12:00:00-05:30", 1_709_227_800),
    ("2000-03-01T00:00:00+00:00", 951_868_800), ("1788299940", 1_788_299_940),
  ])
  func `row 48: a moment with its zone is one`(_ text: String, _ seconds: Int64) {
    #expect(secondsSince1970(of: text) == seconds)
  }

  @Test(arguments: [
    "", "2026-09-01", "2026-09-01T23:59:00", "2026-13-01T00:00:00Z", "2026-02-29T00:00:00Z",
    "2026-09-01T24:00:00Z", "2026-09-01T23:60:00Z", "1969-12-31T23:59:59Z", "tomorrow",
    "99999999999999999999", "2026-09-01T23:59:00+25:00", "２０２６-09-01T00:00:00Z",
  ])
  func `row 48: what may be another moment elsewhere is none`(_ text: String) {
    #expect(secondsSince1970(of: text) == nil)
  }

  @Test func `a course says what its tasks are called and when they are due`() {
    let table = CourseTaskTable(
      csv: Array("Task,due,canvas,title\na,2026-09-01T21:59Z,17,First\nb,,,\n".utf8),
      tasks: ["a", "b", "c"])
    #expect(table.messages.isEmpty)
    let first = table.task("a", maximum: Points(whole: 3))
    #expect(first.title == "First" && first.canvasID == "17" && first.dueAt == 1_788_299_940)
    for name in ["b", "c"] {
      let task = table.task(name, maximum: .zero)
      #expect(task.title == name && task.dueAt == nil && task.canvasID == "")
    }
  }

  @Test func `mistakes are told with their lines`() {
    let table = CourseTaskTable(
      csv: Array("task,due,room\na,soon,1\nz,,1\na,,1\na,,1\nb\n".utf8), tasks: ["a", "b"])
    #expect(table.messages.map(\.line).sorted() == [1, 2, 3, 4, 5, 6])
    #expect(table.messages.filter(\.isError).count == 5)
    #expect(CourseTaskTable(csv: Array("x\n1\n".utf8), tasks: []).messages.contains { $0.isError })
    #expect(CourseTaskTable(csv: [], tasks: []).messages.contains { $0.isError })
  }

  @Test func `row 48: receipts are by a submission's id, byte for byte`() {
    let table = ReceiptTable(
      csv: Array(
        "submission,received\nada.walk,2026-09-01T21:59Z\nbob/a.walk,5\ne\u{301}/a.walk,7\n".utf8))
    #expect(table.messages.isEmpty)
    #expect(table.seconds(of: "ada.walk#a") == 1_788_299_940)
    #expect(table.seconds(of: "ada.walk") == 1_788_299_940)
    #expect(table.seconds(of: "bob/a.walk") == 5)
    #expect(table.seconds(of: "e\u{301}/a.walk") == 7 && table.seconds(of: "\u{E9}/a.walk") == nil)
    #expect(table.seconds(of: "eve.walk") == nil)
    let twice = ReceiptTable(csv: Array("submission,received\na,5\na,5\na,6\nb,x\n".utf8))
    #expect(twice.messages.map(\.line) == [4, 5])
  }
}
