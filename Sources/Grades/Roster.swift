/// The students of a course.
///
/// What identifies a student is kept byte for byte: zeros in front, capitals and accents are not touched,
/// and two ids are the same when their bytes are.
public struct Roster: Sendable, Hashable {
  /// A student; what is not known is empty.
  public struct Student: Sendable, Hashable {
    /// The name that submissions have.
    public var id: String
    /// The name as it is spoken.
    public var name = ""
    /// The name as it is sorted: `Doe, Jane`.
    public var sortableName = ""
    /// The address for mail.
    public var email = ""
    /// What they log in with.
    public var username = ""
    /// Moodle's ID number.
    public var idNumber = ""
    /// The section or group.
    public var section = ""
    /// Canvas's own number.
    public var canvasID = ""
    /// Canvas's SIS User ID.
    public var sisID = ""
    /// Canvas's SIS Login ID.
    public var sisLogin = ""
    /// Brightspace's OrgDefinedId.
    public var organisationID = ""
    /// The user's id in LTI messages.
    public var ltiID = ""

    /// Makes a student of whom nothing but the id is known.
    public init(id: String) { self.id = id }
  }

  /// In the order of the table.
  public private(set) var students: [Student] = []
  /// What is wrong, in the order of lines: nothing is left out without a word.
  public private(set) var messages: [LineMessage] = []
  private var places: [ByteKey: Int] = [:]

  /// A roster of nobody.
  public init() {}

  /// A roster of these; of two with the same id the first one is kept.
  public init(_ students: some Sequence<Student>) {
    for student in students { _ = add(student) }
  }

  /// The student with an id, by its bytes.
  public subscript(id: String) -> Student? {
    places[ByteKey(id)].map { students[$0] }
  }

  /// Where a student stands in ``students``.
  func place(of id: String) -> Int? { places[ByteKey(id)] }

  /// Adds a student, unless one with this id is there.
  private mutating func add(_ student: Student) -> Bool {
    guard places[ByteKey(student.id)] == nil else { return false }
    places[ByteKey(student.id)] = students.count
    students.append(student)
    return true
  }
}

/// Reading a roster.
extension Roster {
  /// Reads a table with a header.
  ///
  /// Columns may stand in any order, and their names may be written with capitals, spaces, hyphens or
  /// underscores. Without a column `id`, the first of username, ID number, SIS login, SIS id, organisation's
  /// id and e-mail that there is identifies students. A gradebook that Canvas has exported can be read as
  /// it is.
  public init(csv bytes: [UInt8], limits: CSVTable.Limits = CSVTable.Limits()) {
    let table = CSVTable(bytes, limits: limits)
    messages = table.messages
    guard let header = table.rows.first else {
      if messages.isEmpty {
        messages = [LineMessage(line: 1, isError: true, text: "the roster has no header")]
      }
      return
    }
    if let columns = columns(of: header) {
      // Ids that people cannot tell apart; Swift compares them as they look.
      var looks: [String: String] = [:]
      for row in table.rows.dropFirst() {
        guard let id = read(row, columns) else { continue }
        if let other = looks.updateValue(id, forKey: id.lowercased()) {
          warn(row.line, "\(Self.shown(id)) looks like \(Self.shown(other)) and is another student")
        }
      }
    }
    // Sorting by line only, keeping the order within one.
    messages = messages.enumerated().sorted { left, right in
      (left.element.line, left.offset) < (right.element.line, right.offset)
    }.map(\.element)
  }

  private struct Columns {
    var paths: [WritableKeyPath<Student, String>?]
    var givenName: Int?
    var familyName: Int?
    var isCanvas: Bool
    var identifier: WritableKeyPath<Student, String>
  }

  /// Which column means what; `nil` when no column identifies students.
  private mutating func columns(of header: CSVTable.Row) -> Columns? {
    let names = header.fields.map(Self.folded)
    let isCanvas = names.contains("student") && names.contains("id") && names.contains("section")
    var columns = Columns(paths: [], isCanvas: isCanvas, identifier: \.id)
    var seen: Set<WritableKeyPath<Student, String>> = []
    for (index, name) in names.enumerated() {
      var path = isCanvas ? Self.meaningInCanvas(of: name) : Self.meaning(of: name)
      switch name {
      case "givenname", "firstname": columns.givenName = columns.givenName ?? index
      case "familyname", "lastname", "surname": columns.familyName = columns.familyName ?? index
      default:
        if let known = path, !seen.insert(known).inserted {
          warn(
            header.line,
            "column \(index + 1), \(Self.shown(header.fields[index])), means the same as one before it and is not read"
          )
          path = nil
        } else if path == nil, !isCanvas {
          warn(
            header.line,
            "column \(index + 1), \(Self.shown(header.fields[index])), is not known and is not read"
          )
        }
      }
      columns.paths.append(path)
    }
    let identifiers: [WritableKeyPath<Student, String>] = [
      \.id, \.username, \.idNumber, \.sisLogin, \.sisID, \.organisationID, \.email, \.canvasID,
    ]
    guard let identifier = identifiers.first(where: seen.contains) else {
      messages.append(
        LineMessage(
          line: header.line, isError: true, text: "no column identifies students, such as `id`"))
      return nil
    }
    columns.identifier = identifier
    return columns
  }

  /// Takes a student in; returns the id of one who was.
  private mutating func read(_ row: CSVTable.Row, _ columns: Columns) -> String? {
    let count = columns.paths.count
    guard row.fields.count == count else {
      messages.append(
        LineMessage(
          line: row.line, isError: true,
          text: "there are \(row.fields.count) fields where the header has \(count)"))
      return nil
    }
    // Canvas's second line is about the assignments.
    if columns.isCanvas, row.fields[0].contains("Points Possible") { return nil }
    var student = Student(id: "")
    for (path, field) in zip(columns.paths, row.fields) {
      if let path { student[keyPath: path] = field }
    }
    student.id = student[keyPath: columns.identifier]
    let given = columns.givenName.map { row.fields[$0] } ?? ""
    let family = columns.familyName.map { row.fields[$0] } ?? ""
    if student.name.isEmpty {
      student.name = [given, family].filter { !$0.isEmpty }.joined(separator: " ")
    }
    if student.sortableName.isEmpty {
      student.sortableName = [family, given].filter { !$0.isEmpty }.joined(separator: ", ")
    }
    if let problem = Self.problem(with: student.id) {
      messages.append(LineMessage(line: row.line, isError: true, text: problem))
      return nil
    }
    if let place = places[ByteKey(student.id)] {
      let isSame = students[place] == student
      messages.append(
        LineMessage(
          line: row.line, isError: true,
          text: "\(Self.shown(student.id)) is there already"
            + (isSame ? "" : ", with other data, which are kept")))
      return nil
    }
    if Self.looksRewritten(student.id) {
      warn(row.line, "\(Self.shown(student.id)) looks like an id that a spreadsheet has rewritten")
    }
    return add(student) ? student.id : nil
  }

  private mutating func warn(_ line: Int, _ text: String) {
    messages.append(LineMessage(line: line, isError: false, text: text))
  }

  /// Why an id cannot be one.
  private static func problem(with id: String) -> String? {
    if id.isEmpty { return "there is no id" }
    if id.unicodeScalars.contains(where: PlainText.isDangerous) {
      return "\(shown(id)) has characters that cannot be seen"
    }
    if id.utf8.count > 255 { return "an id has \(id.utf8.count) bytes; it may have 255" }
    if id.utf8.first == UInt8(ascii: " ") || id.utf8.last == UInt8(ascii: " ") {
      return "\(shown(id)) begins or ends with a space"
    }
    return nil
  }

  /// `1.23E+05`, of what was `123000` or `1e5`.
  private static func looksRewritten(_ id: String) -> Bool {
    id.wholeMatch(of: /[0-9](\.[0-9]+)?[eE]\+?[0-9]+/) != nil
  }

  private static func shown(_ text: String) -> String {
    "`\(PlainText.cut(PlainText.visible(text), toBytes: 100))`"
  }

  /// A name of a column without capitals, spaces and the like.
  private static func folded(_ name: String) -> String {
    var folded = ""
    for scalar in name.lowercased().unicodeScalars {
      switch scalar {
      case " ", "_", "-", ".", "\t": break
      default: folded.unicodeScalars.append(scalar)
      }
    }
    return folded
  }

  /// What a column means.
  private static func meaning(of name: String) -> WritableKeyPath<Student, String>? {
    switch name {
    case "id", "student", "studentid": \.id
    case "name", "fullname", "studentname": \.name
    case "sortablename": \.sortableName
    case "email", "emailaddress", "mail": \.email
    case "username", "login", "user": \.username
    case "idnumber", "studentnumber": \.idNumber
    case "section", "group": \.section
    case "canvasid": \.canvasID
    case "sisid", "sisuserid": \.sisID
    case "sislogin", "sisloginid": \.sisLogin
    case "orgdefinedid", "organisationid": \.organisationID
    case "ltiid", "ltiuserid": \.ltiID
    default: nil
    }
  }

  /// What a column of a gradebook of Canvas means.
  private static func meaningInCanvas(of name: String) -> WritableKeyPath<Student, String>? {
    switch name {
    case "student": \.sortableName
    case "id": \.canvasID
    default: meaning(of: name)
    }
  }
}
