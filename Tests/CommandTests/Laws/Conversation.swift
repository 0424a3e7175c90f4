import Claims
import LanguageService
import Lesson
import Program
import SourceText

@testable import ringwalk

/// An editor and the language server, each of which has an eye on the other.
struct Conversation {
  /// What the editor can ask about a text.
  static let methods = [
    "completion", "hover", "definition", "references", "documentHighlight", "prepareRename",
    "rename", "signatureHelp", "codeAction", "documentSymbol", "foldingRange",
    "semanticTokens/full",
    "inlayHint", "codeLens", "formatting", "nonsense",
  ]
  /// A folder that is not there, so that no file has a say.
  private static let folder = "/ringwalk-fuzz/course/"
  private static let other = "file:///ringwalk-fuzz/course/x.walk"

  private let uri: String
  private let path: String
  private let settings: UInt8
  private var server: LanguageServer
  /// The texts as the editor has them.
  private var texts: [String: TextModel] = [:]
  private var nextID: Int64 = 0
  /// Whether the client has said goodbye.
  private(set) var isOver = false

  /// Runs are short: it is not the kernel that is tried here.
  private static var limits: RunLimits {
    var limits = RunLimits()
    limits.steps = 2_000
    limits.events = 500
    limits.outputBytes = 4_096
    return limits
  }

  init(settings: UInt8) {
    self.settings = settings
    path = Self.folder + (settings & 8 == 0 ? "lesson.md" : "lesson.walk")
    uri = "file://" + path
    server = LanguageServer(limits: Self.limits)
  }

  // MARK: What is said

  /// Says hello.
  mutating func begin() throws(Flaw) {
    let encodings: JSONValue = settings & 2 == 0 ? ["utf-16"] : ["utf-16", "utf-8"]
    let refresh: JSONValue = ["refreshSupport": .bool(settings & 4 != 0)]
    try ask(
      "initialize",
      [
        "capabilities": [
          "general": ["positionEncodings": encodings],
          "workspace": ["codeLens": refresh, "inlayHint": refresh],
        ]
      ])
    try notify("initialized", [:])
  }

  /// Opens a text.
  mutating func open(_ bytes: ArraySlice<UInt8>, _ uri: String? = nil) throws(Flaw) {
    let uri = uri ?? self.uri
    let text = String(decoding: bytes, as: UTF8.self)
    texts[uri] = TextModel(text, encoding: server.encoding)
    try notify(
      "textDocument/didOpen",
      [
        "textDocument": [
          "uri": .string(uri), "languageId": "markdown", "version": 0, "text": .string(text),
        ]
      ])
    try publish()
  }

  /// Does one thing.
  mutating func act(_ part: ArraySlice<UInt8>) throws(Flaw) {
    let numbers = part.prefix(5) + repeatElement(0, count: 5 - min(5, part.count))
    let n = numbers.map(Int.init)
    let rest = part.dropFirst(5)
    let text = String(decoding: rest, as: UTF8.self)
    let start = TextPosition(line: n[1], character: n[2])
    let end = TextPosition(line: n[1] + n[3] % 8, character: n[4])
    switch n[0] % 8 {
    case 0, 1: try change([(start, end, text)], isPublished: true)
    case 2: try change([(start, end, text)], isPublished: false)
    case 3:
      let other = TextPosition(line: n[3], character: n[4])
      try change([(nil, nil, text), (start, start, "é\u{1F600}\r"), (other, other, "\n`")])
    case 4: try request(n[1], at: TextPosition(line: n[2], character: n[3]), text)
    case 5: try reopen(n[1], rest)
    case 6: try take(body: Array(rest))
    default: try remark(n[1], text)
    }
  }

  /// Changes the text, in several steps of one message.
  private mutating func change(
    _ changes: [(start: TextPosition?, end: TextPosition?, text: String)], isPublished: Bool = true
  ) throws(Flaw) {
    guard texts[uri] != nil else { return }
    var json: [JSONValue] = []
    for (start, end, text) in changes {
      if let start, let end {
        texts[uri]?.replace(start, end, with: text)
        let range: JSONValue = [
          "start": LanguageServer.json(start), "end": LanguageServer.json(end),
        ]
        json.append(["range": range, "text": .string(text)])
      } else {
        texts[uri] = TextModel(text, encoding: server.encoding)
        json.append(["text": .string(text)])
      }
    }
    try notify(
      "textDocument/didChange",
      ["textDocument": ["uri": .string(uri), "version": 1], "contentChanges": .array(json)])
    if isPublished { try publish() }
  }

  /// Asks something about a place.
  private mutating func request(
    _ method: Int, at place: TextPosition, _ name: String
  ) throws(Flaw) {
    let method = Self.methods[method % Self.methods.count]
    let position = LanguageServer.json(place)
    let result = try ask(
      "textDocument/\(method)",
      [
        "textDocument": ["uri": .string(uri)], "position": position, "newName": .string(name),
        "range": ["start": position, "end": position], "context": ["diagnostics": []],
      ])
    guard let text = texts[uri], let result else { return }
    if method == "semanticTokens/full" { try look(atTokens: result, text) }
    if method == "formatting" { try look(atEdits: result, text) }
  }

  /// Closes a text and opens it, or another one that it may include.
  private mutating func reopen(_ kind: Int, _ bytes: ArraySlice<UInt8>) throws(Flaw) {
    let address = kind & 1 == 0 ? uri : Self.other
    if texts.removeValue(forKey: address) != nil {
      try notify("textDocument/didClose", ["textDocument": ["uri": .string(address)]])
    }
    if kind & 2 == 0 { try open(bytes, address) }
    try publish()
  }

  /// Says something that changes nothing.
  private mutating func remark(_ kind: Int, _ text: String) throws(Flaw) {
    switch kind % 5 {
    case 0: try notify("textDocument/didSave", ["textDocument": ["uri": .string(uri)]])
    case 1: try notify("workspace/didChangeWatchedFiles", ["changes": []])
    case 2: try notify("$/cancelRequest", ["id": .string(text)])
    case 3: try notify(text, ["textDocument": ["uri": .string(text)]])
    default:
      try ask(
        "workspace/executeCommand",
        ["command": "ringwalk.run", "arguments": [.string(uri), .string(text)]])
    }
    try publish()
  }

  // MARK: What comes as it is

  /// A message whose body is anything.
  private mutating func take(body: [UInt8]) throws(Flaw) {
    let header = Array("Content-Length: \(body.count)\r\n\r\n".utf8)
    var reader = reader(of: header + body, chunk: 7)
    switch reader.next() {
    case .message(let json): try take(json)
    case .broken(let reason): try refuse(reason)
    case .end: throw Flaw("a message of \(body.count) bytes is none at all")
    }
    guard case .end = reader.next() else { throw Flaw("something comes behind the last message") }
    for (uri, open) in server.documents {
      let text = String(decoding: open.document.file.bytes, as: UTF8.self)
      texts[uri] = TextModel(text, encoding: server.encoding)
    }
    texts = texts.filter { server.documents[$0.key] != nil }
    try publish()
  }

  /// All that comes in a stream.
  mutating func take(stream: [UInt8], chunk: Int) throws(Flaw) {
    if settings & 2 != 0 { try begin() }
    var reader = reader(of: stream, chunk: chunk)
    for _ in 0...(stream.count + 1) {
      switch reader.next() {
      case .message(let json): try take(json)
      case .broken(let reason): try refuse(reason)
      case .end:
        server.endOfInput()
        guard server.exitCode != nil else { throw Flaw("it stays when the client has gone") }
        return
      }
      if isOver { return }
      for (uri, runs) in server.publish() { server.add(runs.prefix(2).map { $0.make() }, to: uri) }
      try look(at: server.takeOutput(), answers: 0)
    }
    throw Flaw("more comes out of a stream than goes in")
  }

  private func reader(of bytes: [UInt8], chunk: Int) -> MessageReader {
    var rest = bytes[...]
    return MessageReader {
      defer { rest = rest.dropFirst(chunk) }
      return Array(rest.prefix(chunk))
    }
  }

  private mutating func refuse(_ reason: String) throws(Flaw) {
    server.refuse(reason)
    try look(at: server.takeOutput(), answers: 1)
  }

  /// A message, with as many answers as JSON-RPC has for it.
  private mutating func take(_ json: JSONValue) throws(Flaw) {
    server.receive(json)
    var answers = 1
    if case .object(let members) = json {
      if members["method"] == nil {
        // An answer; nothing is said to that.
        let isAnswer = members["result"] != nil || members["error"] != nil
        answers = members["id"] != nil && isAnswer ? 0 : 1
      } else if members["id"] == nil {
        answers = 0
      }
    }
    try look(at: server.takeOutput(), answers: answers)
    isOver = server.exitCode != nil || json["method"]?.string == "shutdown"
  }

  // MARK: What is answered

  /// Sends a message as it goes over the wire; what comes out of the reader is the same.
  private mutating func send(_ message: JSONValue, answers: Int) throws(Flaw) -> [JSONValue] {
    guard let bytes = try? LSPCommand.framed(message) else { throw Flaw("a message has no JSON") }
    var reader = reader(of: bytes, chunk: 1 + Int(settings) * 16)
    guard case .message(let received) = reader.next(), received == message else {
      throw Flaw("a message is read as another one")
    }
    server.receive(received)
    let output = server.takeOutput()
    try look(at: output, answers: answers)
    for (uri, text) in texts {
      guard let bytes = server.documents[uri]?.document.file.bytes else {
        throw Flaw("\(uri) is not open")
      }
      guard bytes == text.bytes else { throw Flaw("the texts have parted") }
    }
    return output
  }

  private mutating func notify(_ method: String, _ params: JSONValue) throws(Flaw) {
    _ = try send(["jsonrpc": "2.0", "method": .string(method), "params": params], answers: 0)
    isOver = server.exitCode != nil
  }

  /// Asks, and gives the result; `nil` when it is refused.
  @discardableResult
  private mutating func ask(_ method: String, _ params: JSONValue) throws(Flaw) -> JSONValue? {
    nextID += 1
    let id: JSONValue = nextID % 2 == 0 ? .integer(nextID) : .string("\(nextID)")
    let output = try send(
      ["jsonrpc": "2.0", "id": id, "method": .string(method), "params": params], answers: 1)
    guard let answer = output.first(where: { $0["id"] == id && $0["method"] == nil }) else {
      throw Flaw("\(method) has no answer")
    }
    if let code = answer["error"]?["code"]?.int {
      // That a name cannot be changed, a text not formatted, something not be found.
      guard [-32601, -32602, -32803].contains(code) else { throw Flaw("\(method) ends in \(code)") }
    }
    return answer["result"]
  }

  /// Lets the server publish, and makes runs that it wants.
  private mutating func publish() throws(Flaw) {
    for (uri, runs) in server.publish() { server.add(runs.prefix(4).map { $0.make() }, to: uri) }
    try look(at: server.takeOutput(), answers: 0)
  }

  /// Whether messages of the server can be sent, answer as much as they should, and point into the text.
  private func look(at output: [JSONValue], answers: Int) throws(Flaw) {
    var count = 0
    for message in output {
      guard (try? LSPCommand.framed(message)) != nil else { throw Flaw("an answer has no JSON") }
      guard message["jsonrpc"]?.string == "2.0" else { throw Flaw("an answer has no version") }
      if message["id"] != nil, message["method"] == nil {
        count += 1
        guard (message["result"] == nil) != (message["error"] == nil) else {
          throw Flaw("an answer has not one of result and error")
        }
      }
      if let text = texts[uri] { try look(atPlacesOf: message, text) }
    }
    guard count == answers else { throw Flaw("\(count) answers where \(answers) belong") }
  }

  /// Whether what points into the text points at something.
  private func look(atPlacesOf json: JSONValue, _ text: TextModel) throws(Flaw) {
    switch json {
    case .array(let values):
      for value in values { try look(atPlacesOf: value, text) }
    case .object(let members):
      if let other = members["uri"]?.string, other != uri { return }
      if let place = LanguageServer.position(json), !text.has(place) {
        throw Flaw("\(place.line):\(place.character) is no place of the text")
      }
      if let start = LanguageServer.position(members["start"]),
        let end = LanguageServer.position(members["end"]), end < start
      {
        throw Flaw("a range ends before it begins")
      }
      for value in members.values { try look(atPlacesOf: value, text) }
    default: break
    }
  }

  private func look(atTokens result: JSONValue, _ text: TextModel) throws(Flaw) {
    let data = (result["data"]?.array ?? []).compactMap(\.int)
    guard data.count % 5 == 0 else { throw Flaw("tokens of \(data.count) numbers") }
    var place = TextPosition(line: 0, character: 0)
    for index in stride(from: 0, to: data.count, by: 5) {
      let isSameLine = data[index] == 0
      place.line += data[index]
      place.character = data[index + 1] + (isSameLine ? place.character : 0)
      let end = TextPosition(line: place.line, character: place.character + data[index + 2])
      guard data[index] >= 0, data[index + 1] >= 0, data[index + 2] > 0, text.has(end) else {
        throw Flaw("a token at \(place.line):\(place.character) is not in the text")
      }
    }
  }

  /// Whether the editor comes to the formatted text by the edits.
  private func look(atEdits result: JSONValue, _ text: TextModel) throws(Flaw) {
    var edited = text
    // From the last one on, so that places stay what they are.
    for edit in (result.array ?? []).reversed() {
      guard let start = LanguageServer.position(edit["range"]?["start"]),
        let end = LanguageServer.position(edit["range"]?["end"]),
        let replacement = edit["newText"]?.string
      else { throw Flaw("an edit without place or text") }
      edited.replace(start, end, with: replacement)
    }
    let file = SourceFile(name: path, bytes: text.bytes)
    guard edited.bytes == LessonFormatter.format(file).bytes else {
      throw Flaw("the edits make another text than the formatter")
    }
  }

  // MARK: The end

  /// Whether the server has come to know of the text what it would know had it seen nothing else; then
  /// goodbye.
  mutating func end() throws(Flaw) {
    if let document = server.documents[uri]?.document {
      var rounds = 0
      while case let wanted = document.wantedRuns, !wanted.isEmpty, rounds < 12 {
        server.add(wanted.prefix(8).map { $0.make() }, to: uri)
        rounds += 1
      }
      try publish()
      if document.wantedRuns.isEmpty { try compare(document) }
    }
    try ask("shutdown", .null)
    try notify("exit", .null)
    guard server.exitCode == 0 else { throw Flaw("it does not end well") }
  }

  private func compare(_ document: LanguageDocument) throws(Flaw) {
    let open = texts
    let lesson = Lesson.compile(
      SourceFile(name: path, bytes: document.file.bytes),
      includes: { name throws(IncludeFailure) in
        if let text = open["file://" + Self.folder + name] { return text.bytes }
        return try LessonText.include(name, below: Self.folder).get()
      }, limits: Self.limits)
    guard document.lesson.diagnostics == lesson.diagnostics else {
      throw Flaw("its messages are others than those of the text on its own")
    }
    let verdicts = { (lesson: Lesson) in
      lesson.scenarios.flatMap { $0.judgements.map(\.verdict) }
    }
    guard verdicts(document.lesson) == verdicts(lesson) else {
      throw Flaw("its verdicts are others than those of the text on its own")
    }
    guard document.lesson.values.map(\.text) == lesson.values.map(\.text) else {
      throw Flaw("its values are others than those of the text on its own")
    }
  }
}
