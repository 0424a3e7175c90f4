/// A table of comma-separated values (RFC 4180), read within bounds.
///
/// The separator is the one of comma, semicolon and tab that the first line has most of. Lines end in LF,
/// CR LF or CR. A byte order mark is passed over; lines with nothing in them are, too.
public struct CSVTable: Sendable, Hashable {
  /// A row that could be read.
  public struct Row: Sendable, Hashable {
    /// The line in which it begins, from 1.
    public var line: Int
    /// Its fields, without their quotes.
    public var fields: [String]
  }

  /// How much is read.
  public struct Limits: Sendable, Hashable {
    /// The bytes of the whole table.
    public var bytes = 64 << 20
    /// The rows, with the header.
    public var rows = 1_000_000
    /// The fields of a row.
    public var fields = 1_000
    /// The bytes of a field.
    public var fieldBytes = 64 << 10

    /// The limits that hold unless others are given.
    public init() {}
  }

  /// The rows that could be read, in their order.
  public private(set) var rows: [Row] = []
  /// What is wrong, in the order of lines. A row about which something is said here is not in ``rows``.
  public private(set) var messages: [LineMessage] = []

  /// Reads a table; what cannot be read is in ``messages``.
  public init(_ bytes: [UInt8], limits: Limits = Limits()) {
    guard bytes.count <= limits.bytes else {
      fail(1, "the table has \(bytes.count) bytes; at most \(limits.bytes) are read")
      return
    }
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
      fail(1, "the table is UTF-16; save it as UTF-8")
      return
    }
    var reader = Reader(bytes, limits: limits)
    while let row = reader.next() {
      switch row {
      case .success(let row):
        guard row.fields != [""] else { continue }
        guard rows.count < limits.rows else {
          fail(row.line, "only the first \(limits.rows) rows are read")
          return
        }
        rows.append(row)
      case .failure(let problem):
        fail(problem.line, problem.text)
        // A table of nothing but mistakes must not become a list of a million of them.
        if messages.count >= 1_000 {
          fail(problem.line, "reading ends here, after 1000 mistakes")
          return
        }
      }
    }
  }

  private mutating func fail(_ line: Int, _ text: String) {
    messages.append(LineMessage(line: line, isError: true, text: text))
  }

  private struct Problem: Error {
    var line: Int
    var text: String
  }

  /// Goes through the bytes once.
  private struct Reader {
    private let bytes: [UInt8]
    private let limits: Limits
    private let separator: UInt8
    private var offset = 0
    private var line = 1

    private static let quote = UInt8(ascii: "\"")

    init(_ bytes: [UInt8], limits: Limits) {
      self.bytes = bytes
      self.limits = limits
      if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { offset = 3 }
      separator = Self.separator(of: bytes[offset...])
    }

    /// The first of those that stand most often in the first line, quoted text left out.
    private static func separator(of bytes: ArraySlice<UInt8>) -> UInt8 {
      let candidates = [UInt8(ascii: ","), UInt8(ascii: ";"), 0x09]
      var counts = [0, 0, 0]
      var isQuoted = false
      for byte in bytes {
        if byte == quote { isQuoted.toggle() }
        if isQuoted { continue }
        if byte == 0x0A || byte == 0x0D { break }
        if let index = candidates.firstIndex(of: byte) { counts[index] += 1 }
      }
      var best = 0
      for index in counts.indices where counts[index] > counts[best] { best = index }
      return candidates[best]
    }

    /// The next row or what is wrong with it; `nil` at the end.
    mutating func next() -> Result<Row, Problem>? {
      guard offset < bytes.count else { return nil }
      let start = line
      var fields: [String] = []
      var problem: Problem?
      while true {
        let fieldLine = line
        let (content, fault) = field()
        var text = ""
        if let fault {
          problem = problem ?? Problem(line: fieldLine, text: fault)
        } else if content.count > limits.fieldBytes {
          problem =
            problem
            ?? Problem(
              line: fieldLine, text: "a field has more than \(limits.fieldBytes) bytes")
        } else if content.contains(0) {
          problem = problem ?? Problem(line: fieldLine, text: "there is a NUL byte")
        } else if let valid = String(validating: content, as: UTF8.self) {
          text = valid
        } else {
          problem = problem ?? Problem(line: fieldLine, text: "there are bytes that are not UTF-8")
        }
        if fields.count < limits.fields {
          fields.append(text)
        } else {
          problem =
            problem
            ?? Problem(
              line: fieldLine, text: "the row has more than \(limits.fields) fields")
        }
        guard offset < bytes.count, bytes[offset] == separator else { break }
        offset += 1
      }
      endLine()
      if let problem { return .failure(problem) }
      return .success(Row(line: start, fields: fields))
    }

    /// Reads up to the separator or the end of the line, which stay.
    private mutating func field() -> (content: [UInt8], fault: String?) {
      guard offset < bytes.count, bytes[offset] == Self.quote else {
        let start = offset
        while offset < bytes.count, !isEnd(bytes[offset]) { offset += 1 }
        let content = bytes[start..<offset]
        guard !content.contains(Self.quote) else {
          return ([], "a quotation mark stands within a field that does not begin with one")
        }
        return (Array(content), nil)
      }
      var content: [UInt8] = []
      let start = line
      offset += 1
      while offset < bytes.count {
        let byte = bytes[offset]
        if byte == Self.quote {
          guard offset + 1 < bytes.count, bytes[offset + 1] == Self.quote else { break }
          offset += 1
        } else if byte == 0x0A || (byte == 0x0D && !isLineFeed(offset + 1)) {
          line += 1
        }
        content.append(byte)
        offset += 1
      }
      guard offset < bytes.count else {
        return ([], "the quotation that begins in line \(start) does not end")
      }
      offset += 1
      guard offset == bytes.count || isEnd(bytes[offset]) else {
        while offset < bytes.count, !isEnd(bytes[offset]) { offset += 1 }
        return ([], "there is text after the end of a quotation")
      }
      return (content, nil)
    }

    private func isEnd(_ byte: UInt8) -> Bool {
      byte == separator || byte == 0x0A || byte == 0x0D
    }

    private func isLineFeed(_ offset: Int) -> Bool {
      offset < bytes.count && bytes[offset] == 0x0A
    }

    private mutating func endLine() {
      guard offset < bytes.count else { return }
      if bytes[offset] == 0x0D, isLineFeed(offset + 1) { offset += 1 }
      offset += 1
      line += 1
    }
  }
}

/// What is said of a line of a file.
public struct LineMessage: Sendable, Hashable {
  /// From 1.
  public var line: Int
  /// Whether what the line says was not taken; else it is a warning.
  public var isError: Bool
  /// What is wrong.
  public var text: String

  /// Makes a message.
  public init(line: Int, isError: Bool, text: String) {
    self.line = line
    self.isError = isError
    self.text = text
  }
}
