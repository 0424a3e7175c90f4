import Foundation

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension Benchmarks {
  /// How long it takes from saving a lesson until a browser that waits for it has the new page.
  static func serving() throws {
    print("\(Book.lessonCount) lessons of 5 scenarios each, ringwalk serve:")
    let command = try Command.find()
    try withFolder { folder in
      let book = try Book.write(below: folder)
      let process = Process()
      let output = Pipe()
      process.executableURL = command
      process.arguments = ["serve", book.path(), "--port", "0"]
      process.standardOutput = output
      try process.run()
      defer {
        process.interrupt()
        process.waitUntilExit()
      }
      var words = ""
      while !words.contains("Ctrl-C") {
        let part = output.fileHandleForReading.availableData
        guard !part.isEmpty else { throw Command.Failure(words: "serve does not start: \(words)") }
        words += String(decoding: part, as: UTF8.self)
      }
      guard let address = words.firstMatch(of: #/http://127\.0\.0\.1:(\d+)/#),
        let port = UInt16(address.1)
      else { throw Command.Failure(words: "no address in \(words)") }
      let page = "/\(Book.editedPage)"
      var times: [Double] = []
      for round in 1...20 {
        let old = try get(page, port)
        guard let revision = old.firstMatch(of: #/data-revision="([^"]*)"/#)?.1 else {
          throw Command.Failure(words: "the page has no revision")
        }
        let waiting = try ask(
          "/.ringwalk/changes?page=\(Book.editedPage)&revision=\(revision)", port)
        // As people save: long after the page was loaded.
        usleep(50_000)
        let start = ContinuousClock.now
        let line = try Book.edit(book, round: round)
        _ = answer(waiting)
        guard try get(page, port).contains(line) else {
          throw Command.Failure(words: "the page that came is the old one")
        }
        let time = (ContinuousClock.now - start).components
        times.append(Double(time.seconds) * 1_000 + Double(time.attoseconds) * 1e-15)
      }
      times.sort()
      report("  from saving to the new page (goal: 150 ms), median", short(times[10], "ms"))
      report("  the slowest of 20", short(times[19], "ms"))
    }
    print("")
  }

  private static func get(_ path: String, _ port: UInt16) throws -> String {
    answer(try ask(path, port))
  }

  /// Sends a request; the answer is still to come.
  private static func ask(_ path: String, _ port: UInt16) throws -> Int32 {
    #if canImport(Glibc)
      let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    #else
      let descriptor = socket(AF_INET, SOCK_STREAM, 0)
    #endif
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let result = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    let request = Array("GET \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8)
    guard result == 0, send(descriptor, request, request.count, 0) == request.count else {
      throw Command.Failure(words: "no connection to port \(port)")
    }
    return descriptor
  }

  /// Reads an answer to its end.
  private static func answer(_ descriptor: Int32) -> String {
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = recv(descriptor, &buffer, buffer.count, 0)
      guard count > 0 else { break }
      bytes += buffer[..<count]
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
