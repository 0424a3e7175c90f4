import Testing

@testable import Grades

@Suite struct RosterTests {
  private static func read(_ text: String) -> Roster { Roster(csv: Array(text.utf8)) }

  @Test func `columns are found by their names, in any order`() {
    let roster = Self.read(
      """
      Email Address;ID;Full_Name;sortable name;User Name;id-number;Section;Canvas ID;SIS User ID;SIS Login ID;OrgDefinedId;LTI User ID
      jane@example.org;00123;Jane Doe;Doe, Jane;jdoe;n1;S 1;77;sis1;login1;org1;lti1
      """)
    #expect(roster.messages == [])
    var jane = Roster.Student(id: "00123")
    jane.name = "Jane Doe"
    jane.sortableName = "Doe, Jane"
    jane.email = "jane@example.org"
    jane.username = "jdoe"
    jane.idNumber = "n1"
    jane.section = "S 1"
    jane.canvasID = "77"
    jane.sisID = "sis1"
    jane.sisLogin = "login1"
    jane.organisationID = "org1"
    jane.ltiID = "lti1"
    #expect(roster.students == [jane])
  }

  @Test func `names are put together of their parts`() {
    let roster = Self.read("username,First name,Surname\njdoe,Jane,Doe\nx,,Only\n")
    #expect(roster.students.map(\.id) == ["jdoe", "x"])
    #expect(roster.students.map(\.name) == ["Jane Doe", "Only"])
    #expect(roster.students.map(\.sortableName) == ["Doe, Jane", "Only"])
  }

  @Test func `a gradebook of Canvas is a roster`() {
    let roster = Self.read(
      """
      Student,ID,SIS User ID,SIS Login ID,Section,Lab 1 (1234)
          Points Possible,,,,,10.00
      "Doe, Jane",77,S001,jdoe,Section 1,8.50
      """)
    #expect(roster.messages == [])
    #expect(roster.students.map(\.id) == ["jdoe"])
    #expect(roster.students.map(\.sortableName) == ["Doe, Jane"])
    #expect(roster.students.map(\.canvasID) == ["77"])
  }

  @Test func `row 26: ids are kept byte for byte`() {
    let ids = [
      "00123", "1e5", "é", "e\u{301}", "ADA", "ada", "0x1F", "1.0", "=x", "'; DROP TABLE x;--",
    ]
    let roster = Self.read("id\n" + ids.joined(separator: "\n"))
    #expect(roster.students.map { Array($0.id.utf8) } == ids.map { Array($0.utf8) })
    #expect(roster["e\u{301}"]?.id.utf8.count == 3)
    #expect(roster["é"]?.id.utf8.count == 2)
    #expect(roster["123"] == nil)
    #expect(
      roster.messages == [
        LineMessage(
          line: 3, isError: false, text: "`1e5` looks like an id that a spreadsheet has rewritten"),
        LineMessage(
          line: 5, isError: false, text: "`e\u{301}` looks like `é` and is another student"),
        LineMessage(line: 7, isError: false, text: "`ada` looks like `ADA` and is another student"),
      ])
  }

  @Test func `row 25: no line is left out without a word`() {
    let roster = Self.read(
      """
      id,name,shoe size,mail,email
      ada,Ada,37,a,b
      ada,Ada,38,a,b
      ada,Other,38,a,b
      bob,Bob
      ,Nobody,1,a,b
       cy,Cy,1,a,b
      d\u{202E}y,Dy,1,a,b
      eve,"Eve" X,1,a,b
      fay,Fay,40,a,b
      """)
    #expect(roster.students.map(\.id) == ["ada", "fay"])
    #expect(
      roster.messages.map { "\($0.line) \($0.isError ? "error" : "warning") \($0.text)" } == [
        "1 warning column 3, `shoe size`, is not known and is not read",
        "1 warning column 5, `email`, means the same as one before it and is not read",
        "3 error `ada` is there already",
        "4 error `ada` is there already, with other data, which are kept",
        "5 error there are 2 fields where the header has 5",
        "6 error there is no id",
        "7 error ` cy` begins or ends with a space",
        "8 error `d\\u{202E}y` has characters that cannot be seen",
        "9 error there is text after the end of a quotation",
      ])
  }

  @Test func `of two students with the same id the first is kept`() {
    var other = Roster.Student(id: "ada")
    other.name = "Other"
    let roster = Roster([Roster.Student(id: "ada"), other, Roster.Student(id: "bob")])
    #expect(roster.students.map(\.id) == ["ada", "bob"])
    #expect(roster["ada"]?.name == "")
    #expect(Self.read("id\nada \n").messages.map(\.text) == ["`ada ` begins or ends with a space"])
  }

  @Test func `a roster needs a header and somebody's id`() {
    #expect(Self.read("").messages.map(\.text) == ["the roster has no header"])
    #expect(
      Self.read("section,name\na,b").messages.map(\.text)
        == ["no column identifies students, such as `id`"])
    #expect(
      Roster(csv: [0xFF, 0xFE, 0x61]).messages.map(\.text) == [
        "the table is UTF-16; save it as UTF-8"
      ])
  }
}
