import TestSupport
import Testing

@testable import ringwalk

@Suite("HTTP")
struct HTTPMessageTests {
  private func parse(_ head: String) throws -> HTTPRequest {
    try HTTPRequest.parse(head: Array(head.utf8)[...])
  }

  private func status(_ head: [UInt8]) -> HTTPStatus? {
    do throws(HTTPFailure) {
      _ = try HTTPRequest.parse(head: head[...])
      return nil
    } catch {
      return error.status
    }
  }

  @Test func `a head has a target and the fields that matter`() throws {
    let request = try parse(
      "POST /a%20b?c=d?e HTTP/1.1\r\nhOST: \t localhost:8000 \r\nOrigin: http://localhost:8000\r\n"
        + "Content-Type: text/plain\r\nContent-Length: 12\r\nX-Other:\r\nX-Other: two\r\n\r\n")
    #expect(
      request
        == HTTPRequest(
          method: "POST", path: "/a%20b", query: "c=d?e", host: "localhost:8000",
          origin: "http://localhost:8000", contentType: "text/plain", contentLength: 12))
  }

  @Test func `a head that could mean two things is refused`() {
    for head in [
      "", "\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nHost: a",
      "GET / HTTP/1.1\nHost: a\n\n", "GET / HTTP/1.1\r\nHost: a\n\r\n\r\n",
      "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", "GET / HTTP/1.1 \r\nHost: a\r\n\r\n",
      "GET / HTTP/2\r\nHost: a\r\n\r\n", "GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET * HTTP/1.1\r\nHost: a\r\n\r\n", "G(T / HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET / HTTP/1.1\r\nHost : a\r\n\r\n", "GET / HTTP/1.1\r\n: a\r\nHost: a\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a\r\nOrigin: b\r\norigin: b\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 1\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a\u{0}b\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nX: \u{1B}[m\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a\rb\r\n\r\n",
    ] {
      #expect(status(Array(head.utf8)) == .badRequest, "\(head.debugDescription)")
    }
  }

  @Test func `bodies in chunks are not taken`() {
    let head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
    #expect(status(Array(head.utf8)) == .notImplemented)
  }

  @Test func `no bytes at all make the reader fall over`() {
    var dice = SeededGenerator(seed: 17)
    let good = Array("GET /a?b HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n".utf8)
    for _ in 0..<20_000 {
      var head = good
      for _ in 0..<Int.random(in: 1...4, using: &dice) {
        let place = Int.random(in: head.indices, using: &dice)
        switch Int.random(in: 0..<3, using: &dice) {
        case 0: head[place] = UInt8.random(in: 0...255, using: &dice)
        case 1 where head.count > 1: head.remove(at: place)
        default: head.insert(contentsOf: head[place...].prefix(5), at: place)
        }
      }
      if status(head) == nil {
        #expect(HTTPRequest.headEnd(in: head) != nil)
      }
    }
  }

  @Test func `the end of a head is found wherever it was cut`() {
    let bytes = Array("GET / HTTP/1.1\r\nHost: a\r\n\r\nbody".utf8)
    let end = bytes.count - 4
    #expect(HTTPRequest.headEnd(in: bytes) == end)
    for cut in 0..<end {
      #expect(HTTPRequest.headEnd(in: Array(bytes[..<cut])) == nil)
      #expect(HTTPRequest.headEnd(in: bytes, from: cut) == end)
    }
  }

  @Test func `an answer to HEAD says how long the page is and has none`() {
    let response = HTTPResponse(.okay, body: Array("page".utf8))
    let whole = String(decoding: response.encoded(isHeadOnly: false), as: UTF8.self)
    let head = String(decoding: response.encoded(isHeadOnly: true), as: UTF8.self)
    #expect(whole == head + "page")
    let none = HTTPResponse(.noContent, body: []).encoded(isHeadOnly: false)
    #expect(!String(decoding: none, as: UTF8.self).contains("Content-Length"))
    #expect(head.hasPrefix("HTTP/1.1 200 OK\r\n"))
    #expect(head.contains("\r\nContent-Length: 4\r\n"))
    #expect(head.hasSuffix("\r\n\r\n"))
    for field in [
      "Cache-Control: no-store", "X-Content-Type-Options: nosniff", "Connection: close",
      "Referrer-Policy: same-origin", "Content-Security-Policy: frame-ancestors 'self'",
    ] {
      #expect(head.contains("\r\n\(field)\r\n"))
    }
  }
}
