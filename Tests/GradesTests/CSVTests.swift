import Testing

@testable import Grades

@Suite struct CSVTests {
  private static func read(_ text: String) -> CSVTable { CSVTable(Array(text.utf8)) }

  private static func write(_ cells: [CSVText.Cell]) -> String {
    var csv = CSVText()
    csv.row(cells)
    return String(decoding: csv.bytes, as: UTF8.self)
  }

  @Test func `only what needs quotes is quoted`() {
    #expect(
      Self.write([.text("Doe, Jane"), .text("plain"), .text("a \"b\""), .text(""), .number("8.50")])
        == "\"Doe, Jane\",plain,\"a \"\"b\"\"\",,8.50\n")
    #expect(Self.write([.text(" a"), .text("b\nc"), .text("d;e")]) == "\" a\",\"b\nc\",\"d;e\"\n")
  }

  @Test(arguments: ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "\nx", "\u{FF1D}1"])
  func `row 39: formulas in text stay text`(_ formula: String) {
    let written = Self.write([.text(formula), .number("-1"), .text("a=\(formula)")])
    let fields = Self.read(written).rows.first?.fields
    #expect(fields == ["'\(formula)", "-1", "a=\(formula)"])
  }

  @Test func `rows 39 and 53: what is written is read as it was`() {
    let cells = [Sample.attack, "a", "", "\"", "'; DROP TABLE students;--", ",,", "\r\n", "é"]
    let written = Self.write(cells.map { .text($0.filter { $0 != "\0" }) })
    let table = Self.read(written)
    #expect(table.messages == [])
    #expect(table.rows.count == 1)
    for (field, cell) in zip(table.rows.first?.fields ?? [], cells) {
      let cell = cell.filter { $0 != "\0" }
      #expect(Array(field.utf8) == Array(CSVText.neutralised(cell).utf8))
    }
  }

  @Test(arguments: [
    "a,b\nc,d\n", "a,b\r\nc,d\r\n", "a,b\rc,d", "a;b\nc;d", "a\tb\nc\td", "\u{FEFF}a,b\n\nc,d\n\n",
  ])
  func `rows 13 and 15: marks, ends of lines and separators are told`(_ text: String) {
    let table = Self.read(text)
    #expect(table.rows.map(\.fields) == [["a", "b"], ["c", "d"]])
    #expect(table.messages == [])
  }

  @Test func `a row says in which line it begins`() {
    let table = Self.read("a,b\n\"1\n2\",x\n\n3,\"4\r\n5\"\r6,7\n")
    #expect(table.rows.map(\.line) == [1, 2, 5, 7])
    #expect(Self.read("a\r\nb\r\n\r\nc\r\n").rows.map(\.line) == [1, 2, 4])
    #expect(
      table.rows.map(\.fields) == [["a", "b"], ["1\n2", "x"], ["3", "4\r\n5"], ["6", "7"]])
  }

  @Test(arguments: [
    ("a,b\"c\nd", 1, "a quotation mark stands within a field that does not begin with one"),
    ("x\n\"a\"b,c\nd", 2, "there is text after the end of a quotation"),
    ("x\nd\n\"a,c\nd", 3, "the quotation that begins in line 3 does not end"),
    ("x\na\0b\nd", 2, "there is a NUL byte"),
  ])
  func `a bad line is told and the others are read`(text: String, line: Int, message: String) {
    let table = Self.read(text)
    #expect(table.messages == [LineMessage(line: line, isError: true, text: message)])
    #expect(!table.rows.contains { $0.line == line })
    #expect(table.rows.count == text.split(separator: "\n").count - (line == 3 ? 2 : 1))
  }

  @Test func `rows 12 and 14: what is no UTF-8 is told`() {
    let table = CSVTable(Array("a\n".utf8) + [0xE9, 0x0A] + Array("b\n".utf8))
    #expect(table.rows.map(\.fields) == [["a"], ["b"]])
    #expect(table.messages.map(\.line) == [2])
    #expect(table.messages.map(\.text) == ["there are bytes that are not UTF-8"])
    let wide = CSVTable([0xFF, 0xFE, 0x61, 0x00])
    #expect(wide.messages.map(\.text) == ["the table is UTF-16; save it as UTF-8"])
  }

  @Test func `rows 6 and 7: tables are read within bounds`() {
    var limits = CSVTable.Limits()
    limits.bytes = 100
    limits.rows = 3
    limits.fields = 2
    limits.fieldBytes = 4
    func texts(_ text: String) -> [String] {
      CSVTable(Array(text.utf8), limits: limits).messages.map(\.text)
    }
    #expect(texts("a\nb\nc\n") == [])
    #expect(texts("a\nb\nc\nd\ne\n") == ["only the first 3 rows are read"])
    #expect(texts("a,b,c\n") == ["the row has more than 2 fields"])
    #expect(texts("abcde,a\nb,c") == ["a field has more than 4 bytes"])
    #expect(texts("\"abcd\",a") == [])
    #expect(
      texts(String(repeating: "a\n", count: 51)) == [
        "the table has 102 bytes; at most 100 are read"
      ])
    let mistakes = Self.read(String(repeating: "a\"\n", count: 5_000))
    #expect(mistakes.messages.count == 1_001)
  }

  @Test func `a table of nothing has no rows`() {
    #expect(Self.read("").rows == [])
    #expect(Self.read("\n\n").rows == [])
    #expect(Self.read(",\n").rows.map(\.fields) == [["", ""]])
  }
}
