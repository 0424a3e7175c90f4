import Handout
import Lesson
import Program
import SourceText
import Testing

@testable import ringwalk

@Suite("Requests to serve")
struct SiteRouterTests {
  private let router = SiteRouter(hosts: AllowedHosts(listeningOn: "127.0.0.1"))

  /// A site with a page, one that could not be made, and one that is no page.
  private var site: SiteSnapshot {
    var site = SiteSnapshot()
    site.pages["one.html"] = SiteSnapshot.Page(
      file: HandoutFile(
        name: "one.html", bytes: Array("<head></head>\n<body>\nOne\n</body>\n".utf8), turnOffset: 25
      ),
      next: HandoutLink(title: "Two", fileName: "two.html"), title: "One", problems: [],
      revision: "7-1")
    site.pages["two.html"] = SiteSnapshot.Page(
      title: "Two",
      problems: [
        LiveProblem(.unreadableFile("<two>.md", reason: "no luck"), in: SourceSet())
      ], revision: "7-2")
    site.pages["a b.svg"] = SiteSnapshot.Page(
      file: HandoutFile(name: "a b.svg", bytes: [0x3C]), title: "", problems: [], revision: "7-3")
    return site
  }

  private func request(
    _ method: String, _ target: String, _ change: (inout HTTPRequest) -> Void = { _ in }
  )
    throws -> HTTPRequest
  {
    var request = try HTTPRequest.parse(
      head: Array("\(method) \(target) HTTP/1.1\r\nHost: localhost:8000\r\n\r\n".utf8)[...])
    change(&request)
    return request
  }

  private func answer(
    _ method: String, _ target: String, _ change: (inout HTTPRequest) -> Void = { _ in }
  ) throws -> HTTPResponse {
    let action = router.action(for: try request(method, target, change), in: site)
    guard case .answer(let response) = action else {
      Issue.record("\(action)")
      return HTTPResponse(.okay, body: [])
    }
    return response
  }

  private func text(_ response: HTTPResponse) -> String {
    String(decoding: response.body, as: UTF8.self)
  }

  // MARK: Pages

  @Test func `a page has its neighbours, and asks whether it has changed`() throws {
    let response = try answer("GET", "/one.html")
    #expect(response.status == .okay)
    #expect(response.contentType == "text/html; charset=utf-8")
    let page = text(response)
    #expect(page.contains("./two.html"))
    #expect(page.contains("data-page=\"one.html\" data-revision=\"7-1\""))
    #expect(page.hasSuffix("</script>\n</body>\n"))
  }

  @Test func `a name may be escaped, and other files are as they are`() throws {
    let response = try answer("GET", "/a%20b.svg?x=y")
    #expect(response.status == .okay)
    #expect(response.contentType == "image/svg+xml")
    #expect(response.body == [0x3C])
  }

  @Test func `a lesson that has no page yet shows what is wrong`() throws {
    let response = try answer("GET", "/two.html")
    #expect(response.status == .doesNotCompile)
    #expect(text(response).contains("error[W0001]: cannot read &lt;two&gt;.md: no luck"))
    #expect(text(response).contains("data-revision=\"7-2\""))
  }

  @Test(arguments: [
    "/three.html", "/", "/one.html/", "//one.html", "/../one.html", "/%2e%2e/one.html",
    "/lessons/one.md", "/.ringwalk-cache", "/etc/passwd", "/..%2f..%2fetc/passwd",
    "/one.html%2f..%2ftwo.html",
  ])
  func `only pages that were made are found`(_ path: String) throws {
    #expect(try answer("GET", path).status == .notFound)
  }

  @Test(arguments: ["/%", "/%1", "/%zz", "/%00", "/one.html%00.md", "/%ff", "/%c0%ae%c0%ae/"])
  func `a path that is no text is refused`(_ path: String) throws {
    #expect(try answer("GET", path).status == .badRequest)
  }

  @Test func `a page that waits says for what`() throws {
    let action = router.action(
      for: try request("GET", "/.ringwalk/changes?page=a%20b.svg&revision=7-3"), in: site)
    #expect(action == .awaitChange(page: "a b.svg", revision: "7-3"))
    for query in ["", "?page=a", "?revision=1", "?page=%ff&revision=1"] {
      #expect(try answer("GET", "/.ringwalk/changes\(query)").status == .badRequest)
    }
  }

  @Test func `scripts and the sheet have their types`() throws {
    for (path, type) in [
      ("/.ringwalk/live.js", "text/javascript"), ("/.ringwalk/playground.js", "text/javascript"),
      ("/.ringwalk/live.css", "text/css"),
    ] {
      let response = try answer("GET", path)
      #expect(response.status == .okay)
      #expect(response.contentType == "\(type); charset=utf-8")
      #expect(!response.body.isEmpty)
    }
  }

  // MARK: Who may ask

  @Test(arguments: ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "get", "CONNECT", "TRACE"])
  func `pages can only be read`(_ method: String) throws {
    #expect(try answer(method, "/one.html").status == .methodNotAllowed)
    #expect(try answer("HEAD", "/one.html").status == .okay)
  }

  @Test(arguments: [
    "evil.example", "evil.example:8000", "localhost.evil.example", "evil.localhost", "",
    "127.0.0.1.evil.example", "127.0.0.2", "[::2]", "[::1", "::1", "localhost:80x", "localhost:",
    "user@localhost", "localhost:80:80", "[::1]x", "0.0.0.0",
  ])
  func `other names for this machine are refused`(_ host: String) throws {
    #expect(try answer("GET", "/one.html") { $0.host = host }.status == .forbidden)
  }

  @Test(arguments: ["localhost", "LOCALHOST:1", "127.0.0.1:8000", "[::1]", "[::1]:8000"])
  func `this machine's own names are not`(_ host: String) throws {
    #expect(try answer("GET", "/one.html") { $0.host = host }.status == .okay)
  }

  @Test func `a server for everybody answers to addresses, not to names`() {
    for address in ["0.0.0.0", "::"] {
      let hosts = AllowedHosts(listeningOn: address)
      for host in ["192.168.1.7:8000", "[fe80::1]:8000", "localhost"] {
        #expect(hosts.allows(host), "\(host)")
      }
      for host in ["evil.example", "192.168.1.evil", "1.2.3.4.5", "[evil]", "256.1.1.1"] {
        #expect(!hosts.allows(host), "\(host)")
      }
    }
    let one = AllowedHosts(listeningOn: "192.168.1.7")
    #expect(one.allows("192.168.1.7:80"))
    #expect(!one.allows("192.168.1.8:80"))
    #expect(AllowedHosts(listeningOn: "FE80::1").allows("[fe80::1]"))
  }

  // MARK: The playground

  private func post(
    _ body: String, _ change: (inout HTTPRequest) -> Void = { _ in }
  ) throws -> SiteRouter.Action {
    router.action(
      for: try request("POST", "/playground/run") {
        $0.body = Array(body.utf8)
        $0.contentLength = $0.body.count
        $0.origin = "http://localhost:8000"
        $0.contentType = "application/x-www-form-urlencoded"
        change(&$0)
      }, in: site)
  }

  private func status(_ action: SiteRouter.Action) -> HTTPStatus? {
    if case .answer(let response) = action { response.status } else { nil }
  }

  @Test func `a script comes as a form`() throws {
    #expect(
      try post("other=1&script=write%281%2C+%22%C3%BC%22%29%0D%0Arun")
        == .run(script: "write(1, \"ü\")\nrun"))
    #expect(try post("script=") == .run(script: ""))
    #expect(try status(post("scripts=x")) == .badRequest)
    #expect(try status(post("script=%ff")) == .badRequest)
    #expect(try status(post("script=x") { $0.contentType = "text/plain" }) == .wrongType)
    #expect(try status(post("script=x") { $0.contentType = nil }) == .wrongType)
    #expect(
      try post("script=x") { $0.contentType = "Application/x-www-form-urlencoded; charset=UTF-8" }
        == .run(script: "x"))
  }

  @Test func `a script comes from the playground's own page`() throws {
    for origin in [
      nil, "null", "http://evil.example", "https://localhost:8000", "http://localhost",
      "http://127.0.0.1:8000", "http://localhost:8000.evil.example", "http://localhost:80001",
    ] {
      #expect(try status(post("script=x") { $0.origin = origin }) == .forbidden, "\(origin ?? "")")
    }
    #expect(try status(post("script=x") { $0.host = "evil.example" }) == .forbidden)
    #expect(
      try status(
        post("script=x") {
          $0.host = "evil.example"
          $0.origin = "http://evil.example"
        }) == .forbidden)
  }

  @Test func `a script has a size`() throws {
    let limit = SiteRouter.scriptByteLimit
    let most = String(repeating: "x", count: limit)
    #expect(try post("script=\(most)") == .run(script: most))
    #expect(try status(post("script=\(most)x")) == .tooLarge)
    #expect(
      try status(post("script=x") { $0.contentLength = SiteRouter.bodyByteLimit + 1 }) == .tooLarge)
    #expect(try answer("GET", "/playground/run").status == .methodNotAllowed)
  }

  @Test func `the playground's page can send its form and show the answer`() throws {
    let page = text(try answer("GET", "/playground"))
    #expect(page.contains("form-action 'self'"))
    #expect(page.contains("frame-src 'self'"))
    #expect(page.contains("action=\"/playground/run\""))
    #expect(page.contains("<label for=\"script\">"))
  }

  @Test func `scripts run within limits, and read no files`() async throws {
    let playground = Playground(limits: RunLimits())
    func result(_ script: String, file: String = "") async throws -> HTTPResponse {
      let answer = await playground.answer(script)
      #expect(answer.status == .seeOther)
      let path = try #require(answer.location)
      guard case .showResult(let id, "") = router.action(for: try request("GET", path), in: site)
      else {
        Issue.record("\(path)")
        return answer
      }
      return await playground.result(id, file: file)
    }
    let good = try await result(holding)
    #expect(good.status == .okay)
    #expect(good.contentType == "text/html; charset=utf-8")
    #expect(text(good).contains("hello exited with status 0"))
    // A page may link to itself by its name.
    #expect(try await result(holding, file: "playground.html") == good)
    #expect(try await result(holding, file: "../playground.html").status == .notFound)
    let wrong = text(try await result(broken))
    #expect(wrong.contains("playground.walk:4:8"))
    #expect(wrong.contains("write `hello`"))
    let endless = text(
      try await result("program p { while 1 { getpid() } }\nstart p\nrun\n"))
    #expect(endless.contains("W0501"))
    let reading = text(try await result("include \"hello.walk\"\nrun\n"))
    #expect(reading.contains("W0023"))
  }

  @Test func `the playground keeps the last results only`() async throws {
    let playground = Playground(limits: RunLimits())
    var ids: [String] = []
    for number in 0..<20 {
      let location = try #require(await playground.answer("# \(number)\n").location)
      ids.append(try #require(location.split(separator: "/").last.map(String.init)))
    }
    var statuses: [HTTPStatus] = []
    for id in ids { statuses.append(await playground.result(id, file: "").status) }
    #expect(statuses.prefix(4).allSatisfy { $0 == .notFound })
    #expect(statuses.dropFirst(4).allSatisfy { $0 == .okay })
    #expect(await playground.result("../..", file: "etc/passwd").status == .notFound)
  }
}
