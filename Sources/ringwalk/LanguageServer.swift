import LanguageService
import Lesson
import Program
import SourceText

/// The texts that an editor has open, by their paths: they are newer than the files.
private final class OpenTexts {
  private var texts: [String: [UInt8]] = [:]

  subscript(path: String) -> [UInt8]? {
    get { texts[path] }
    set { texts[path] = newValue }
  }
}

/// The language server: messages in, messages out. It knows no streams and no clock.
struct LanguageServer {
  /// What a request may end in instead of a result; the numbers are JSON-RPC's and the protocol's.
  struct Failure: Error {
    let code: Int64
    let message: String

    static let parseError: Int64 = -32700
    static let invalidRequest: Int64 = -32600
    static let methodNotFound: Int64 = -32601
    static let invalidParams: Int64 = -32602
    static let serverNotInitialized: Int64 = -32002
    static let requestCancelled: Int64 = -32800
    static let requestFailed: Int64 = -32803

    static func params(_ message: String) -> Failure {
      Failure(code: invalidParams, message: message)
    }
  }

  /// Where the conversation is.
  private enum Stage {
    case begun, initialized, shutDown
  }

  /// A document that the client has open.
  struct OpenDocument {
    let document: LanguageDocument
    let path: String
    var version: JSONValue
    /// Whether what was published is not what is known now.
    var isStale = true
  }

  private var stage = Stage.begun
  private var output: [JSONValue] = []
  private var nextRequest: Int64 = 1
  private(set) var encoding = PositionEncoding.utf16
  private let limits: RunLimits
  /// What the client can do: be asked to ask again.
  private var refreshes: [String] = []
  var documents: [String: OpenDocument] = [:]
  private let texts = OpenTexts()
  /// Set when the server is to end.
  private(set) var exitCode: Int32?

  init(limits: RunLimits) { self.limits = limits }

  /// What is to be sent, in order.
  mutating func takeOutput() -> [JSONValue] {
    defer { output = [] }
    return output
  }

  mutating func notify(_ method: String, _ params: JSONValue) {
    output.append(["jsonrpc": "2.0", "method": .string(method), "params": params])
  }

  private mutating func ask(_ method: String) {
    output.append([
      "jsonrpc": "2.0", "id": .string("ringwalk-\(nextRequest)"), "method": .string(method),
    ])
    nextRequest += 1
  }

  private mutating func answer(_ id: JSONValue, _ result: JSONValue) {
    output.append(["jsonrpc": "2.0", "id": id, "result": result])
  }

  private mutating func answer(_ id: JSONValue, _ failure: Failure) {
    output.append([
      "jsonrpc": "2.0", "id": id,
      "error": ["code": .integer(failure.code), "message": .string(failure.message)],
    ])
  }

  // MARK: Messages

  /// Something came that is no message.
  mutating func refuse(_ reason: String) {
    answer(.null, Failure(code: Failure.parseError, message: reason))
  }

  /// The client has gone without a word.
  mutating func endOfInput() { exitCode = stage == .shutDown ? 0 : 1 }

  /// A message.
  ///
  /// - Parameter isCancelled: Whether a request was taken back.
  mutating func receive(_ message: JSONValue, isCancelled: (RequestID) -> Bool = { _ in false }) {
    guard case .object(let members) = message else {
      answer(.null, Failure(code: Failure.invalidRequest, message: "a message is an object"))
      return
    }
    guard let method = members["method"] else {
      // An answer to what was asked of the client says nothing new.
      if members["id"] == nil || members["result"] == nil && members["error"] == nil {
        answer(
          RequestID(members["id"])?.json ?? .null,
          Failure(code: Failure.invalidRequest, message: "a message has a method"))
      }
      return
    }
    let name = method.string
    guard let written = members["id"] else {
      if let name { notified(name, members["params"] ?? .null) }
      return
    }
    guard let id = RequestID(written), let name else {
      answer(
        RequestID(written)?.json ?? .null,
        Failure(
          code: Failure.invalidRequest,
          message: "a request has a method and an id of text or number"))
      return
    }
    do throws(Failure) {
      if isCancelled(id) {
        throw Failure(code: Failure.requestCancelled, message: "the request was taken back")
      }
      answer(id.json, try respond(to: name, members["params"] ?? .null))
    } catch {
      answer(id.json, error)
    }
  }

  private mutating func respond(
    to method: String, _ params: JSONValue
  ) throws(Failure) -> JSONValue {
    switch (stage, method) {
    case (.begun, "initialize"): return initialize(params)
    case (.begun, _):
      throw Failure(code: Failure.serverNotInitialized, message: "`initialize` comes first")
    case (.shutDown, _):
      throw Failure(code: Failure.invalidRequest, message: "nothing but `exit` follows `shutdown`")
    case (.initialized, "initialize"):
      throw Failure(code: Failure.invalidRequest, message: "`initialize` comes once")
    case (.initialized, "shutdown"):
      stage = .shutDown
      return .null
    case (.initialized, _): return try result(of: method, params)
    }
  }

  private mutating func notified(_ method: String, _ params: JSONValue) {
    if method == "exit" {
      exitCode = stage == .shutDown ? 0 : 1
      return
    }
    guard stage == .initialized, let uri = params["textDocument"]?["uri"]?.string else {
      if stage == .initialized, method == "workspace/didChangeWatchedFiles" { forgetAll() }
      return
    }
    switch method {
    case "textDocument/didOpen": open(uri, params)
    case "textDocument/didChange": change(uri, params)
    case "textDocument/didClose": close(uri)
    case "textDocument/didSave": forgetAll()
    default: break
    }
  }

  private mutating func initialize(_ params: JSONValue) -> JSONValue {
    stage = .initialized
    let capabilities = params["capabilities"]
    let offered = (capabilities?["general"]?["positionEncodings"]?.array ?? []).compactMap(\.string)
    // Bytes are what everything here counts; UTF-16 is what every client knows.
    encoding = offered.contains("utf-8") ? .utf8 : .utf16
    for feature in ["codeLens", "inlayHint"]
    where capabilities?["workspace"]?[feature]?["refreshSupport"]?.bool == true {
      refreshes.append("workspace/\(feature)/refresh")
    }
    return [
      "capabilities": Self.capabilities(encoding),
      "serverInfo": ["name": "ringwalk", "version": .string(Tool.version)],
    ]
  }

  // MARK: Documents

  private mutating func open(_ uri: String, _ params: JSONValue) {
    guard let text = params["textDocument"]?["text"]?.string else { return }
    var path = FileURI.path(of: uri) ?? uri.split(separator: "/").last.map(String.init) ?? uri
    if !path.hasSuffix(".walk"), params["textDocument"]?["languageId"]?.string == "walk" {
      path += ".walk"
    }
    let folder = LessonText(name: path, bytes: []).folder
    let document = LanguageDocument(
      name: path, bytes: Array(text.utf8), encoding: encoding, limits: limits
    ) { [texts] name throws(IncludeFailure) in
      if let text = texts[folder + name] { return text }
      return try LessonText.include(name, below: folder).get()
    }
    texts[path] = document.file.bytes
    forget(whatIncludes: path)
    documents[uri] = OpenDocument(
      document: document, path: path, version: params["textDocument"]?["version"] ?? .null)
  }

  private mutating func change(_ uri: String, _ params: JSONValue) {
    guard let open = documents[uri] else { return }
    for change in params["contentChanges"]?.array ?? [] {
      guard let text = change["text"]?.string else { continue }
      if let range = change["range"] {
        // A place that cannot be read would let the texts part; what follows is refused with it.
        guard let start = Self.position(range["start"]), let end = Self.position(range["end"])
        else {
          break
        }
        open.document.replace(start, end, with: Array(text.utf8))
      } else {
        open.document.replace(with: Array(text.utf8))
      }
    }
    documents[uri]?.version = params["textDocument"]?["version"] ?? .null
    documents[uri]?.isStale = true
    texts[open.path] = open.document.file.bytes
    forget(whatIncludes: open.path)
  }

  /// Has those texts read again that include a file.
  private mutating func forget(whatIncludes path: String) {
    for (uri, open) in documents where open.document.includes(path) {
      open.document.forget()
      documents[uri]?.isStale = true
    }
  }

  private mutating func close(_ uri: String) {
    guard let closed = documents.removeValue(forKey: uri) else { return }
    // From now on the file counts again, and not what was written in the editor.
    texts[closed.path] = nil
    forget(whatIncludes: closed.path)
    notify("textDocument/publishDiagnostics", ["uri": .string(uri), "diagnostics": []])
  }

  /// Has all texts read again, since a file that they include may be another one.
  private mutating func forgetAll() {
    for uri in documents.keys {
      documents[uri]?.document.forget()
      documents[uri]?.isStale = true
    }
  }

  /// Takes runs that were made for a document.
  mutating func add(_ runs: [LessonMemory.MadeRun], to uri: String) {
    documents[uri]?.document.add(runs)
    documents[uri]?.isStale = true
  }

  /// Publishes what is known of texts that have changed, and says which runs are missing.
  mutating func publish() -> [(uri: String, runs: [LessonMemory.WantedRun])] {
    var wanted: [(uri: String, runs: [LessonMemory.WantedRun])] = []
    for uri in documents.keys.sorted() {
      guard let open = documents[uri], open.isStale else { continue }
      documents[uri]?.isStale = false
      var params: JSONValue = [
        "uri": .string(uri), "diagnostics": .array(diagnostics(of: open.document, uri)),
      ]
      if open.version != .null { params["version"] = open.version }
      notify("textDocument/publishDiagnostics", params)
      let runs = open.document.wantedRuns
      wanted.append((uri, runs))
      if runs.isEmpty { for method in refreshes { ask(method) } }
    }
    return wanted
  }

  /// The document that a request is about.
  func document(_ params: JSONValue) throws(Failure) -> (uri: String, document: LanguageDocument) {
    guard let uri = params["textDocument"]?["uri"]?.string else {
      throw .params("the document is missing")
    }
    guard let open = documents[uri] else { throw .params("\(uri) is not open") }
    return (uri, open.document)
  }

  /// The document and the offset that a request is about.
  func place(_ params: JSONValue) throws(Failure) -> (
    uri: String, document: LanguageDocument, offset: Int
  ) {
    let (uri, document) = try document(params)
    guard let position = Self.position(params["position"]) else {
      throw .params("the position is missing")
    }
    return (uri, document, document.lines.offset(of: position))
  }
}
