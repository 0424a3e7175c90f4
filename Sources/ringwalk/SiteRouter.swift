import Handout

/// The site at one moment: what can be asked for.
struct SiteSnapshot: Sendable {
  /// A page of a lesson, or the index.
  struct Page: Sendable {
    /// The page without links to its neighbours; `nil` when it could not be made yet.
    var file: HandoutFile?
    var previous: HandoutLink?
    var next: HandoutLink?
    var title: String
    /// What is wrong with its lesson.
    var problems: [LiveProblem]
    /// Changes when the page changes.
    var revision: String
  }

  /// The pages by their file names.
  var pages: [String: Page] = [:]
  /// What the links to their neighbours look like.
  var theme: HandoutTheme?

  /// The revision of a page that is not there.
  static let missing = "none"

  func revision(of name: String) -> String { pages[name]?.revision ?? Self.missing }
}

/// Who may ask this server.
///
/// A page of another site can make its own name lead to this machine (DNS rebinding) and would then be
/// of the same origin; the browser says in `Host` which name it was.
struct AllowedHosts: Sendable {
  /// The names, in lower case.
  private let names: Set<String>
  /// Whether any address in digits will do, because the server listens on all of them.
  private let hasAddresses: Bool

  /// The hosts of a server that listens at an address.
  init(listeningOn address: String) {
    let name = address.contains(":") ? "[\(address.lowercased())]" : address.lowercased()
    names = ["localhost", "127.0.0.1", "[::1]", name]
    hasAddresses = address == "0.0.0.0" || address == "::"
  }

  /// Whether the value of a `Host` field is one of them, with any port.
  func allows(_ host: String) -> Bool {
    var name = host.lowercased()
    let isBracketed = name.hasPrefix("[")
    if isBracketed {
      guard let end = name.firstIndex(of: "]") else { return false }
      let port = name[name.index(after: end)...]
      guard port.isEmpty || Self.isPort(port) else { return false }
      name = String(name[...end])
    } else if let colon = name.firstIndex(of: ":") {
      guard Self.isPort(name[colon...]) else { return false }
      name = String(name[..<colon])
    }
    if names.contains(name) { return true }
    guard hasAddresses else { return false }
    if isBracketed {
      return name.dropFirst().dropLast().utf8.allSatisfy {
        $0 == 0x3A || $0 == 0x2E || (0x30...0x39).contains($0) || (0x61...0x66).contains($0)
      }
    }
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil }
  }

  private static func isPort(_ text: Substring) -> Bool {
    text.utf8.count > 1 && text.utf8.first == 0x3A
      && text.utf8.dropFirst().allSatisfy { (0x30...0x39).contains($0) }
  }
}

/// From a request to what is to be done: a function of the request and of the site at that moment.
///
/// A path is only ever looked up among the pages that were made. No path is joined to that of a
/// folder, so none can lead out of one.
struct SiteRouter: Sendable {
  let hosts: AllowedHosts

  /// What is to be done.
  enum Action: Sendable, Equatable {
    case answer(HTTPResponse)
    /// Answer when the page has another revision.
    case awaitChange(page: String, revision: String)
    /// Run a script of the playground.
    case run(script: String)
    /// Show what a script did: its page, or another file of it.
    case showResult(id: String, file: String)
  }

  /// How many bytes a script of the playground may have.
  static let scriptByteLimit = 256 << 10
  /// How many bytes of body are read: each byte of a form may be escaped by three.
  static let bodyByteLimit = 3 * scriptByteLimit + 1_024

  /// Whether a request may send a body, seen from its head; otherwise the answer.
  func refusal(ofHead request: HTTPRequest) -> HTTPResponse? {
    guard hosts.allows(request.host) else {
      return Self.notice(
        .forbidden, "Not for this name", "This server answers only for its own machine.")
    }
    if request.contentLength > Self.bodyByteLimit {
      return Self.notice(
        .tooLarge, "Too large", "A script may have \(Self.scriptByteLimit >> 10) KiB.")
    }
    guard ["GET", "HEAD", "POST"].contains(request.method) else { return Self.wrongMethod }
    if request.method != "POST", request.contentLength > 0 { return Self.badRequest }
    guard request.method == "POST" else { return nil }
    guard request.path == PlaygroundPage.runPath else { return Self.wrongMethod }
    // Only our own page may let scripts run here.
    guard request.origin?.lowercased() == "http://\(request.host.lowercased())" else {
      return Self.notice(
        .forbidden, "Not from here", "Scripts are run only for the playground's own page.")
    }
    return nil
  }

  /// What is to be done about a request whose body has come.
  func action(for request: HTTPRequest, in site: SiteSnapshot) -> Action {
    if let refusal = refusal(ofHead: request) { return .answer(refusal) }
    if request.method == "POST" { return run(request) }
    guard let path = HTTPRequest.unescaped(request.path.utf8, isForm: false) else {
      return .answer(Self.badRequest)
    }
    switch path {
    case PlaygroundPage.path:
      return .answer(HTTPResponse(.okay, body: PlaygroundPage.html()))
    case LivePage.scriptPath:
      return .answer(Self.asset(LiveAssets.script, "text/javascript"))
    case PlaygroundPage.scriptPath:
      return .answer(Self.asset(LiveAssets.playground, "text/javascript"))
    case LivePage.sheetPath:
      return .answer(Self.asset(LiveAssets.sheet, "text/css"))
    case "/favicon.ico":
      // Browsers ask for one whatever a page says.
      return .answer(HTTPResponse(.noContent, body: []))
    case PlaygroundPage.runPath:
      return .answer(Self.wrongMethod)
    case LivePage.changesPath:
      guard let page = HTTPRequest.field("page", of: request.query.utf8),
        let revision = HTTPRequest.field("revision", of: request.query.utf8)
      else { return .answer(Self.badRequest) }
      return .awaitChange(page: page, revision: revision)
    case let path where path.hasPrefix(PlaygroundPage.resultsPath):
      let parts = path.dropFirst(PlaygroundPage.resultsPath.count).split(
        separator: "/", omittingEmptySubsequences: false)
      guard parts.count == 2 else { return .answer(Self.page(String(path.dropFirst()), of: site)) }
      return .showResult(id: String(parts[0]), file: String(parts[1]))
    default:
      let name = path == "/" ? "index.html" : String(path.dropFirst())
      return .answer(Self.page(name, of: site))
    }
  }

  private func run(_ request: HTTPRequest) -> Action {
    let type = request.contentType?.split(separator: ";").first?.lowercased() ?? ""
    guard type == "application/x-www-form-urlencoded" else {
      return .answer(Self.notice(.wrongType, "Not a form", "The playground sends a form."))
    }
    guard let script = HTTPRequest.field("script", of: request.body) else {
      return .answer(Self.badRequest)
    }
    // A form's lines end in CRLF, whatever the author typed.
    let lines = script.replacing("\r\n", with: "\n")
    guard lines.utf8.count <= Self.scriptByteLimit else {
      return .answer(
        Self.notice(
          .tooLarge, "Too large", "A script may have \(Self.scriptByteLimit >> 10) KiB."))
    }
    return .run(script: lines)
  }

  private static func page(_ name: String, of site: SiteSnapshot) -> HTTPResponse {
    guard let page = site.pages[name] else {
      return HTTPResponse(
        .notFound,
        body: LivePage.notice(
          title: "Not found", text: "There is no such page.", name: name,
          revision: SiteSnapshot.missing))
    }
    guard let file = page.file else {
      return HTTPResponse(
        .doesNotCompile,
        body: LivePage.notice(
          title: page.title, text: "This lesson does not compile yet.", problems: page.problems,
          name: name, revision: page.revision))
    }
    let finished = file.between(
      previous: page.previous, next: page.next, theme: site.theme)
    return HTTPResponse(
      .okay, contentType(of: name),
      body: name.hasSuffix(".html")
        ? LivePage.page(
          finished.bytes, name: name, revision: page.revision, problems: page.problems)
        : finished.bytes)
  }

  static func contentType(of name: String) -> String {
    switch name.split(separator: ".").last {
    case "json": "application/json"
    case "html": "text/html; charset=utf-8"
    case "svg": "image/svg+xml"
    case "css": "text/css; charset=utf-8"
    case "js": "text/javascript; charset=utf-8"
    default: "application/octet-stream"
    }
  }

  private static func asset(_ text: String, _ type: String) -> HTTPResponse {
    HTTPResponse(.okay, "\(type); charset=utf-8", body: Array(text.utf8))
  }

  private static func notice(_ status: HTTPStatus, _ title: String, _ text: String) -> HTTPResponse
  {
    HTTPResponse(status, body: LivePage.notice(title: title, text: text))
  }

  /// The answer to a request that is not understood.
  static func failure(_ failure: HTTPFailure) -> HTTPResponse {
    switch failure.status {
    case .headTooLarge:
      notice(.headTooLarge, "Too large", "The head of a request may have 16 KiB.")
    case .timeout: notice(.timeout, "Too slow", "The request did not come in time.")
    case .notImplemented: notice(.notImplemented, "Not understood", "Bodies come in one piece.")
    default: badRequest
    }
  }

  private static var badRequest: HTTPResponse {
    notice(.badRequest, "Not understood", "The request cannot be read.")
  }

  private static var wrongMethod: HTTPResponse {
    notice(.methodNotAllowed, "Not that way", "Pages can be read, and nothing else.")
  }

  /// The answer when what a script did is not kept any more.
  static var goneResult: HTTPResponse {
    notice(.notFound, "Not kept", "What this script did is not kept any more; run it again.")
  }

  /// The answer when too many scripts wait.
  static var busy: HTTPResponse {
    notice(.busy, "Busy", "Too many scripts are waiting to be run; try again in a moment.")
  }
}
