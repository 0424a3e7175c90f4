/// A request, as far as this server looks at one.
struct HTTPRequest: Sendable, Equatable {
  /// Such as `GET`.
  var method: String
  /// The path as it was sent, still escaped, without the query.
  var path: String
  /// What stands behind the question mark, still escaped.
  var query: String
  /// The value of `Host`.
  var host: String
  /// The value of `Origin`, which browsers send with every form.
  var origin: String?
  /// The value of `Content-Type`.
  var contentType: String?
  /// How many bytes of body come behind the head.
  var contentLength: Int
  var body: [UInt8] = []
}

/// An answer.
struct HTTPResponse: Sendable, Equatable {
  var status: HTTPStatus
  var contentType: String
  var body: [UInt8]
  /// Where to look instead, with ``HTTPStatus/seeOther``.
  var location: String?

  init(_ status: HTTPStatus, _ contentType: String = "text/html; charset=utf-8", body: [UInt8]) {
    self.status = status
    self.contentType = contentType
    self.body = body
  }

  /// What goes over the wire; an answer to `HEAD` has a head only.
  func encoded(isHeadOnly: Bool) -> [UInt8] {
    // "No content" has neither type nor length (RFC 9110, section 8.6).
    let content =
      status == .noContent
      ? [] : ["Content-Type: \(contentType)", "Content-Length: \(body.count)"]
    let lines =
      ["HTTP/1.1 \(status.rawValue) \(status.phrase)"] + content + [
        "Connection: close",
        "Cache-Control: no-store",
        "X-Content-Type-Options: nosniff",
        "Cross-Origin-Resource-Policy: same-origin",
        "Referrer-Policy: same-origin",
        "Content-Security-Policy: frame-ancestors 'self'",
      ]
    var extra = status == .methodNotAllowed ? "Allow: GET, HEAD\r\n" : ""
    if let location { extra += "Location: \(location)\r\n" }
    let head = lines.joined(separator: "\r\n") + "\r\n" + extra + "\r\n"
    return Array(head.utf8) + (isHeadOnly ? [] : body)
  }
}

/// The statuses that this server uses (RFC 9110, section 15).
enum HTTPStatus: Int, Sendable {
  case okay = 200
  case noContent = 204
  case seeOther = 303
  case badRequest = 400
  case forbidden = 403
  case notFound = 404
  case methodNotAllowed = 405
  case timeout = 408
  case tooLarge = 413
  case wrongType = 415
  case doesNotCompile = 500
  case headTooLarge = 431
  case notImplemented = 501
  case busy = 503

  var phrase: String {
    switch self {
    case .okay: "OK"
    case .noContent: "No Content"
    case .seeOther: "See Other"
    case .badRequest: "Bad Request"
    case .forbidden: "Forbidden"
    case .notFound: "Not Found"
    case .methodNotAllowed: "Method Not Allowed"
    case .timeout: "Request Timeout"
    case .tooLarge: "Content Too Large"
    case .wrongType: "Unsupported Media Type"
    case .doesNotCompile: "Internal Server Error"
    case .headTooLarge: "Request Header Fields Too Large"
    case .notImplemented: "Not Implemented"
    case .busy: "Service Unavailable"
    }
  }
}

/// A request that is not understood, or not wanted.
struct HTTPFailure: Error, Equatable {
  let status: HTTPStatus
}

extension HTTPRequest {
  /// How large a head may be.
  static let headByteLimit = 16 << 10

  /// Where the head ends, behind its empty line; `nil` when it has not come yet.
  static func headEnd(in bytes: [UInt8], from start: Int = 0) -> Int? {
    var index = max(0, start - 3)
    while index + 3 < bytes.count {
      if bytes[index] == 0x0D, bytes[index + 1] == 0x0A, bytes[index + 2] == 0x0D,
        bytes[index + 3] == 0x0A
      {
        return index + 4
      }
      index += 1
    }
    return nil
  }

  /// Reads a head (RFC 9112), which ends with its empty line.
  ///
  /// Strict where leniency has let requests mean two things: line ends are CRLF, names stand directly
  /// before their colons, `Host` and `Content-Length` come once, and no body comes in chunks.
  static func parse(head: ArraySlice<UInt8>) throws(HTTPFailure) -> HTTPRequest {
    guard let text = String(validating: head, as: UTF8.self), text.hasSuffix("\r\n\r\n") else {
      throw HTTPFailure(status: .badRequest)
    }
    var lines = text.utf8.dropLast(4).split(separator: 0x0A, omittingEmptySubsequences: false)
      .map { Substring($0) }
    for index in lines.indices.dropLast() {
      guard lines[index].utf8.last == 0x0D else { throw HTTPFailure(status: .badRequest) }
      lines[index] = Substring(lines[index].utf8.dropLast())
    }
    guard !lines.contains(where: { $0.utf8.contains { ($0 < 0x20 && $0 != 0x09) || $0 == 0x7F } })
    else { throw HTTPFailure(status: .badRequest) }
    var request = try requestLine(lines.removeFirst())
    var names: Set<String> = []
    for line in lines {
      guard let colon = line.utf8.firstIndex(of: 0x3A), colon > line.startIndex,
        line[..<colon].utf8.allSatisfy(isTokenByte)
      else { throw HTTPFailure(status: .badRequest) }
      let name = line[..<colon].lowercased()
      let value = trimmed(line[line.utf8.index(after: colon)...])
      let isFirst = names.insert(name).inserted
      switch name {
      case "host", "content-length", "origin", "content-type":
        guard isFirst else { throw HTTPFailure(status: .badRequest) }
      default: break
      }
      switch name {
      case "host": request.host = value
      case "origin": request.origin = value
      case "content-type": request.contentType = value
      case "content-length":
        guard !value.isEmpty, value.utf8.count <= 12,
          value.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let length = Int(value)
        else { throw HTTPFailure(status: .badRequest) }
        request.contentLength = length
      case "transfer-encoding": throw HTTPFailure(status: .notImplemented)
      default: break
      }
    }
    guard names.contains("host") else { throw HTTPFailure(status: .badRequest) }
    return request
  }

  /// `GET /path?query HTTP/1.1`.
  private static func requestLine(_ line: Substring) throws(HTTPFailure) -> HTTPRequest {
    let parts = line.split(separator: " ", omittingEmptySubsequences: false)
    guard parts.count == 3, !parts[0].isEmpty, parts[0].utf8.allSatisfy(isTokenByte),
      parts[1].utf8.first == 0x2F, parts[1].utf8.allSatisfy({ $0 > 0x20 }),
      parts[2] == "HTTP/1.1" || parts[2] == "HTTP/1.0"
    else { throw HTTPFailure(status: .badRequest) }
    let target = parts[1].utf8.split(
      separator: 0x3F, maxSplits: 1, omittingEmptySubsequences: false)
    return HTTPRequest(
      method: String(parts[0]), path: String(Substring(target[0])),
      query: target.count > 1 ? String(Substring(target[1])) : "", host: "", origin: nil,
      contentType: nil, contentLength: 0)
  }

  private static func isTokenByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
  }

  private static func trimmed(_ text: Substring) -> String {
    let isBlank = { (byte: UInt8) in byte == 0x20 || byte == 0x09 }
    let start = text.utf8.drop(while: isBlank)
    let end = start.lastIndex { !isBlank($0) }.map { start.index(after: $0) } ?? start.startIndex
    return String(Substring(start[..<end]))
  }

  /// Undoes the escapes of an address or a form; `nil` when that is no text.
  ///
  /// - Parameter isForm: Whether `+` is a space.
  static func unescaped(_ text: some Sequence<UInt8>, isForm: Bool) -> String? {
    var bytes: [UInt8] = []
    var iterator = text.makeIterator()
    func digit(_ byte: UInt8?) -> UInt8? {
      switch byte {
      case .some(let byte) where (0x30...0x39).contains(byte): byte - 0x30
      case .some(let byte) where (0x41...0x46).contains(byte): byte - 0x37
      case .some(let byte) where (0x61...0x66).contains(byte): byte - 0x57
      default: nil
      }
    }
    while let byte = iterator.next() {
      switch byte {
      case 0x25:
        guard let high = digit(iterator.next()), let low = digit(iterator.next()) else {
          return nil
        }
        bytes.append(high << 4 | low)
      case 0x2B where isForm: bytes.append(0x20)
      default: bytes.append(byte)
      }
    }
    return bytes.contains(0) ? nil : String(validating: bytes, as: UTF8.self)
  }

  /// The value of a field of a query or of a form; `nil` when it is not there or no text.
  static func field(_ name: String, of form: some Collection<UInt8>) -> String? {
    for part in form.split(separator: 0x26) {
      let pair = part.split(separator: 0x3D, maxSplits: 1, omittingEmptySubsequences: false)
      guard pair.count == 2, unescaped(pair[0], isForm: true) == name else { continue }
      return unescaped(pair[1], isForm: true)
    }
    return nil
  }
}
