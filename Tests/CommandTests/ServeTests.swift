import Foundation
import TestSupport
import Testing

/// The server as a browser sees it, on a port that was free.
@Suite("ringwalk serve")
struct ServeTests {
  let folder: Folder

  init() throws {
    folder = try Folder()
    try folder.write("lessons/01-one.md", lesson("One"))
    try folder.write("lessons/02-two.md", lesson("Two"))
  }

  private func lesson(_ title: String, _ script: String = holding) -> String {
    "# \(title)\n\n```walk\n\(script)\n```\n"
  }

  @Test func `a saved lesson is a new page, and only its own page changes`() throws {
    let server = try Server(in: folder)
    #expect(try server.get("/").text.contains("01-one.html"))
    let before = try server.get("/02-two.html")
    #expect(before.status == 200)
    #expect(before.text.contains("<h1>Two</h1>"))
    try folder.write("lessons/01-one.md", lesson("One") + "\nMore of it.\n")
    try server.wait(for: "/01-one.html") { $0.text.contains("<p>More of it.</p>") }
    #expect(try server.get("/02-two.html") == before)
    #expect(try server.get("/search.html").text.contains("\"More of it.\""))
    // A title stands on the neighbours too.
    try folder.write("lessons/01-one.md", lesson("Uno"))
    try server.wait(for: "/02-two.html") { $0.text.contains("← Uno") }
    #expect(try server.get("/").text.contains("Uno"))
    // A cover gives all of them another name of the site.
    try folder.write("lessons/book.md", "---\ntitle: A tour\n---\n")
    try server.wait(for: "/02-two.html") { $0.text.contains("<title>Two · A tour</title>") }
    #expect(try server.stop() == 0)
  }

  @Test func `the pages are those of a build, but for what the server adds`() throws {
    #expect(try folder.run("build", "lessons", "-o", "site").status == 0)
    let server = try Server(in: folder)
    for name in ["01-one.html", "02-two.html", "index.html", "search.html"] {
      var page = try server.get("/\(name)").text
      let additions = try #require(page.range(of: "<nav class=\"live-links\""))
      page.replaceSubrange(additions.lowerBound..., with: "</body>\n</html>\n")
      let policy = try #require(page.firstMatch(of: /content="default-src[^"]*"/))
      var built = try folder.text("site/\(name)")
      let own = try #require(built.firstMatch(of: /content="default-src[^"]*"/))
      #expect(own.output != policy.output)
      built.replaceSubrange(own.range, with: policy.output)
      #expect(page == built)
    }
    #expect(try server.stop() == 0)
  }

  @Test func `what is wrong stands above the page as it was`() throws {
    let server = try Server(in: folder)
    try folder.write("lessons/02-two.md", lesson("Deux", broken))
    let page = try server.wait(for: "/02-two.html") { $0.text.contains("live-problems") }
    #expect(page.status == 200)
    #expect(page.text.contains("lessons/02-two.md:7:8"))
    #expect(page.text.contains("7 | expect helo exits 0"))
    #expect(page.text.contains("<h1>Two</h1>"))
    #expect(try server.get("/").text.contains("lessons/02-two.md:7:8"))
    #expect(try !server.get("/01-one.html").text.contains("live-problems"))
    // One that has never compiled has only what is wrong with it.
    try folder.write("lessons/03-three.md", lesson("Three", broken))
    let third = try server.wait(for: "/03-three.html") { $0.status == 500 }
    #expect(third.text.contains("lessons/03-three.md:7:8"))
    try folder.write("lessons/02-two.md", lesson("Deux"))
    try folder.write("lessons/03-three.md", lesson("Three"))
    try server.wait(for: "/02-two.html") {
      $0.text.contains("<h1>Deux</h1>") && !$0.text.contains("live-problems")
        && $0.text.contains("Three →")
    }
    #expect(try server.stop() == 0)
  }

  @Test func `lessons come and go, with their folders and what they include`() throws {
    let server = try Server(in: folder)
    #expect(try server.get("/03-three.html").status == 404)
    try folder.write("lessons/deep/er/03-three.md", lesson("Three", "include \"part.walk\""))
    try server.wait(for: "/03-three.html") { $0.text.contains("part.walk") }
    try folder.write("lessons/deep/er/part.walk", holding.replacing("hi", with: "hooray"))
    try server.wait(for: "/03-three.html") { $0.text.contains("hooray") }
    try folder.write("lessons/deep/er/part.walk", holding.replacing("hi", with: "hurrah"))
    try server.wait(for: "/03-three.html") { $0.text.contains("hurrah") }
    try FileManager.default.removeItem(at: folder.url.appending(path: "lessons/deep"))
    try server.wait(for: "/03-three.html") { $0.status == 404 }
    #expect(try !server.get("/02-two.html").text.contains("Three"))
    // Removed and made again at once, and after a while: the new folder is watched as well.
    try folder.write("lessons/deep/03-three.md", lesson("Three"))
    try server.wait(for: "/03-three.html") { $0.status == 200 }
    try FileManager.default.removeItem(at: folder.url.appending(path: "lessons/deep"))
    try folder.write("lessons/deep/03-three.md", lesson("Tres"))
    try server.wait(for: "/03-three.html") { $0.text.contains("<h1>Tres</h1>") }
    try folder.write("lessons/deep/03-three.md", lesson("Drei"))
    try server.wait(for: "/03-three.html") { $0.text.contains("<h1>Drei</h1>") }
    try FileManager.default.removeItem(at: folder.url.appending(path: "lessons"))
    try server.wait(for: "/01-one.html") { $0.status == 404 }
    try folder.write("lessons/01-one.md", lesson("Un"))
    try server.wait(for: "/01-one.html") { $0.text.contains("<h1>Un</h1>") }
    #expect(try server.stop() == 0)
  }

  @Test func `a page learns that it has changed`() throws {
    let server = try Server(in: folder)
    func address(_ page: String) throws -> String {
      let text = try server.get("/\(page)").text
      let revision = try #require(text.firstMatch(of: /data-revision="([^"]*)"/)).1
      return "/.ringwalk/changes?page=\(page)&revision=\(revision)"
    }
    let (one, two) = (try address("01-one.html"), try address("02-two.html"))
    // The request is there before the change, and is answered after it.
    let waiting = try server.open("GET", one)
    try folder.write("lessons/01-one.md", lesson("One") + "\nMore.\n")
    #expect(try waiting.answer().status == 200)
    #expect(try server.get("/01-one.html").text.contains("More."))
    #expect(try server.get(one).status == 200)
    #expect(try address("02-two.html") == two)
    // One that waits does not keep the server from ending.
    let last = try server.open("GET", two)
    #expect(try server.stop() == 0)
    last.close()
  }

  @Test func `hostile requests are answered, and the next one too`() throws {
    try folder.write("secret.txt", "a secret")
    let server = try Server(in: folder)
    let host = "Host: localhost\r\n"
    let long = String(repeating: "a", count: 100_000)
    for (request, status) in [
      ("GET /\(long) HTTP/1.1\r\n\(host)\r\n", 431), ("GET / HTTP/1.1\r\n\(host)X: \(long)", 431),
      ("nonsense\r\n\r\n", 400), ("GET / HTTP/1.1\r\n\r\n", 400),
      ("GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", 403),
      ("GET /../secret.txt HTTP/1.1\r\n\(host)\r\n", 404),
      ("GET /%2e%2e%2fsecret.txt HTTP/1.1\r\n\(host)\r\n", 404),
      ("GET /lessons/01-one.md HTTP/1.1\r\n\(host)\r\n", 404),
      ("PUT /01-one.html HTTP/1.1\r\n\(host)Content-Length: 5\r\n\r\nhello", 405),
      ("POST /playground/run HTTP/1.1\r\n\(host)Content-Length: 8\r\n\r\nscript=x", 403),
      (
        "POST /playground/run HTTP/1.1\r\n\(host)Origin: http://localhost\r\n"
          + "Content-Length: 99999999\r\n\r\n\(long)\(long)", 413
      ),
      ("POST / HTTP/1.1\r\n\(host)Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 501),
    ] {
      let answer = try server.send(request)
      #expect(answer.status == status, "\(request.prefix(60))")
      #expect(answer.text.contains("<!DOCTYPE html>"))
      #expect(!answer.text.contains("a secret"))
    }
    let silent = try server.connect()
    silent.close()
    #expect(try server.get("/01-one.html").status == 200)
    let head = try server.send("HEAD /01-one.html HTTP/1.1\r\n\(host)\r\n")
    #expect(head.status == 200)
    #expect(head.text.isEmpty)
    #expect(try server.stop() == 0)
  }

  @Test func `the playground runs a script and shows its steps`() throws {
    let server = try Server(in: folder)
    #expect(try server.get("/playground").text.contains("<textarea"))
    func run(_ script: String) throws -> Server.Answer {
      let allowed = CharacterSet.alphanumerics
      let field = try #require(script.addingPercentEncoding(withAllowedCharacters: allowed))
      let body = "script=\(field)"
      let answer = try server.send(
        "POST /playground/run HTTP/1.1\r\nHost: 127.0.0.1:\(server.port)\r\n"
          + "Origin: http://127.0.0.1:\(server.port)\r\nContent-Length: \(body.utf8.count)\r\n"
          + "Content-Type: application/x-www-form-urlencoded\r\n\r\n\(body)")
      #expect(answer.status == 303)
      return try server.get(try #require(answer.location))
    }
    let good = try run(holding.replacing("\n", with: "\r\n"))
    #expect(good.status == 200)
    #expect(good.text.contains("hello exited with status 0"))
    #expect(!good.text.contains("live.js"))
    let wrong = try run(broken)
    #expect(wrong.status == 200)
    #expect(wrong.text.contains("playground.walk:4:8"))
    #expect(wrong.text.contains("4 | expect helo exits 0"))
    #expect(try server.stop() == 0)
  }

  @Test func `an address that cannot be had is told`() throws {
    let server = try Server(in: folder)
    let taken = try folder.run("serve", "lessons", "--port", "\(server.port)")
    #expect(taken.status == 64)
    #expect(taken.errors.contains("port \(server.port): address already in use"))
    #expect(try server.stop() == 0)
    #expect(try folder.run("serve", "lessons", "--host", "evil.example").status == 64)
    #expect(try folder.run("serve", "lessons", "--port", "65536").status == 64)
    for path in ["missing", "lessons/01-one.md"] {
      let outcome = try folder.run("serve", path, "--port", "0")
      #expect(outcome.status == 2)
      #expect(outcome.codes == ["W0001"])
    }
  }
}
