import SystemPackage

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What comes next from a language client.
enum IncomingMessage: Sendable {
  /// A message.
  case message(JSONValue)
  /// Something that is no message, in words.
  case broken(String)
  /// Nothing any more.
  case end
}

/// Takes messages out of a stream of bytes: headers, an empty line, as many bytes as `Content-Length` says.
///
/// Whatever comes, the next header that has a length is found again.
struct MessageReader {
  /// Bytes of one message, at most: a lesson has two MiB, of which JSON may make six times as many.
  static let messageLimit = 32 << 20
  /// Bytes of one line of a header, at most.
  private static let lineLimit = 8 << 10

  /// Gives the next bytes; none at the end.
  private let read: () -> [UInt8]
  private var buffer: [UInt8] = []
  private var start = 0
  private var isAtEnd = false

  init(read: @escaping () -> [UInt8]) { self.read = read }

  /// The next message.
  mutating func next() -> IncomingMessage {
    var length: Int?
    var hasHeader = false
    var problem: String?
    while true {
      guard let line = line() else {
        return hasHeader || problem != nil ? .broken("the input ends within a header") : .end
      }
      if line.isEmpty {
        // Blank lines before a header are nobody's.
        if !hasHeader { continue }
        if let problem { return .broken(problem) }
        guard let length else { return .broken("a header without Content-Length") }
        return body(length)
      }
      hasHeader = true
      guard line.count <= Self.lineLimit else {
        problem = "a header of more than \(Self.lineLimit) bytes"
        continue
      }
      switch Self.length(in: line) {
      case .none: break
      case .some(.none): problem = "Content-Length is no number"
      case .some(.some(let value)):
        // Behind what was no header at all, a length begins anew.
        problem = nil
        length = value
      }
    }
  }

  private mutating func body(_ length: Int) -> IncomingMessage {
    guard length <= Self.messageLimit else {
      var left = length
      while left > 0 {
        if start == buffer.count, !fill() { return .broken("the input ends within a message") }
        let count = min(left, buffer.count - start)
        start += count
        left -= count
      }
      return .broken("a message of more than \(Self.messageLimit >> 20) MiB")
    }
    while buffer.count - start < length {
      if !fill() { return .broken("the input ends within a message") }
    }
    defer { start += length }
    let bytes = Data(buffer[start..<(start + length)])
    guard let json = try? JSONDecoder().decode(JSONValue.self, from: bytes) else {
      return .broken("a message that is no JSON")
    }
    return .message(json)
  }

  /// The next line without its end; `nil` at the end of the input. Of a line that is too long, enough is
  /// given to see that.
  private mutating func line() -> [UInt8]? {
    var line: [UInt8] = []
    while true {
      if start == buffer.count, !fill() { return line.isEmpty ? nil : line }
      let rest = buffer[start...]
      let end = rest.firstIndex(of: 0x0A)
      let part = rest[..<(end ?? rest.endIndex)]
      if line.count <= Self.lineLimit { line += part }
      start = end.map { $0 + 1 } ?? buffer.count
      if end != nil {
        if line.last == 0x0D { line.removeLast() }
        return line
      }
    }
  }

  /// The length that a line of a header gives: `nil` when it gives none, `.some(nil)` when that is no number.
  private static func length(in line: [UInt8]) -> Int?? {
    let lower = String(decoding: line, as: UTF8.self).lowercased()
    guard let name = lower.ranges(of: "content-length:").last else { return nil }
    let digits = lower[name.upperBound...].utf8.filter { $0 != 0x20 && $0 != 0x09 }
    guard !digits.isEmpty, digits.count < 19, digits.allSatisfy({ (0x30...0x39).contains($0) })
    else {
      return .some(nil)
    }
    return .some(digits.reduce(0) { $0 * 10 + Int($1 - 0x30) })
  }

  private mutating func fill() -> Bool {
    guard !isAtEnd else { return false }
    if start > 0 {
      buffer.removeFirst(start)
      start = 0
    }
    let more = read()
    if more.isEmpty { isAtEnd = true }
    buffer += more
    return !more.isEmpty
  }

  /// Reads standard input.
  static func standardInput() -> MessageReader {
    MessageReader {
      let bytes = [UInt8](unsafeUninitializedCapacity: 1 << 16) { space, count in
        // What cannot be read any more has ended.
        count =
          (try? FileDescriptor.standardInput.read(into: UnsafeMutableRawBufferPointer(space))) ?? 0
      }
      return bytes
    }
  }
}
