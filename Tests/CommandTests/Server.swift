import Foundation
import Testing

/// `ringwalk serve` in a folder, and a client that knows no more of HTTP than it must.
final class Server {
  struct Failure: Error {
    let words: String
  }

  /// What came back.
  struct Answer: Equatable {
    let status: Int
    /// Where it sends the client.
    var location: String?
    let text: String
  }

  private let process = Process()
  private let streams: Folder
  let port: UInt16

  /// Starts it, and waits until it listens.
  init(in folder: Folder, _ more: String...) throws {
    streams = try Folder()
    try streams.write("out", "")
    process.executableURL = try Folder.binary
    process.arguments = ["serve", "lessons", "--port", "0"] + more
    process.currentDirectoryURL = folder.url
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: streams.url.appending(path: "out"))
    process.standardError = FileHandle.nullDevice
    try process.run()
    let start = ContinuousClock.now
    while true {
      if let match = try streams.text("out").firstMatch(of: #/http://127\.0\.0\.1:(\d+)/#),
        let port = UInt16(match.1)
      {
        self.port = port
        return
      }
      guard process.isRunning, ContinuousClock.now - start < Self.patience else {
        process.terminate()
        throw Failure(words: "no address: \(try streams.text("out"))")
      }
      usleep(10_000)
    }
  }

  deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

  /// How long to wait for what must come: long enough for a machine with much else to do.
  private static let patience = Duration.seconds(60)

  /// Ctrl-C.
  ///
  /// - Returns: The exit status; that of a signal when it did not end by itself.
  func stop() throws -> Int32 {
    process.interrupt()
    let start = ContinuousClock.now
    while process.isRunning {
      guard ContinuousClock.now - start < Self.patience else { return -1 }
      usleep(10_000)
    }
    return process.terminationReason == .exit ? process.terminationStatus : -2
  }

  // MARK: Asking

  func get(_ path: String) throws -> Answer { try open("GET", path).answer() }

  func send(_ request: String) throws -> Answer {
    let connection = try connect()
    connection.send(request)
    return try connection.answer()
  }

  /// Asks, without waiting for the answer.
  func open(_ method: String, _ path: String) throws -> Connection {
    let connection = try connect()
    connection.send("\(method) \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\n\r\n")
    return connection
  }

  func connect() throws -> Connection { try Connection(port: port) }

  /// Asks until the answer is as it should be.
  @discardableResult
  func wait(
    for path: String, sourceLocation: SourceLocation = #_sourceLocation,
    until isRight: (Answer) -> Bool
  ) throws -> Answer {
    let start = ContinuousClock.now
    while true {
      let answer = try get(path)
      if isRight(answer) { return answer }
      guard ContinuousClock.now - start < Self.patience else {
        Issue.record("\(path) stays as it is: \(answer.status)", sourceLocation: sourceLocation)
        throw Failure(words: answer.text)
      }
      usleep(5_000)
    }
  }

  /// A connection for one request.
  final class Connection {
    private let descriptor: Int32

    init(port: UInt16) throws {
      #if canImport(Darwin)
        descriptor = socket(AF_INET, SOCK_STREAM, 0)
      #else
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      #endif
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_port = port.bigEndian
      address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
      let result = withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          Foundation.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
      }
      guard result == 0 else { throw Failure(words: "no connection: \(errno)") }
      var time = timeval(tv_sec: 60, tv_usec: 0)
      setsockopt(
        descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close() }

    private var isOpen = true

    func close() {
      if isOpen { Foundation.close(descriptor) }
      isOpen = false
    }

    /// Sends what the peer takes; it may have seen enough before the end.
    func send(_ text: String) {
      var bytes = Array(text.utf8)[...]
      #if canImport(Darwin)
        let flags: Int32 = 0
      #else
        let flags = Int32(MSG_NOSIGNAL)
      #endif
      while !bytes.isEmpty {
        let count = bytes.withUnsafeBytes {
          Foundation.send(descriptor, $0.baseAddress, $0.count, flags)
        }
        guard count > 0 else { return }
        bytes = bytes.dropFirst(count)
      }
    }

    /// Reads to the end.
    func answer() throws -> Answer {
      var bytes: [UInt8] = []
      var buffer = [UInt8](repeating: 0, count: 65_536)
      while true {
        let count = recv(descriptor, &buffer, buffer.count, 0)
        guard count > 0 else { break }
        bytes += buffer[..<count]
      }
      let text = String(decoding: bytes, as: UTF8.self)
      guard let end = text.range(of: "\r\n\r\n"),
        let status = text.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
      else { throw Failure(words: "no answer: \(text.prefix(100))") }
      let location = text[..<end.lowerBound].firstMatch(of: /\r\nLocation: ([^\r]*)/)
      return Answer(
        status: status, location: location.map { String($0.1) },
        text: String(text[end.upperBound...]))
    }
  }
}
