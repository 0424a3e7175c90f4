import SystemPackage

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Lines of a stream, as they come: a batch is what is there, so that nothing waits for lines that somebody
/// has not written yet.
struct LineReader {
  private let descriptor: FileDescriptor
  private let limit: Int
  private var rest: [UInt8] = []
  /// Whether the line at hand is too long, and what follows of it is left out.
  private var isSkipping = false
  private(set) var isAtEnd = false

  /// A line, or the fact that it was too long to be kept.
  enum Line: Sendable {
    case text([UInt8])
    case tooLong
  }

  /// Reads from a descriptor; lines of more than `limit` bytes are not kept.
  init(_ descriptor: FileDescriptor, limit: Int) {
    self.descriptor = descriptor
    self.limit = limit
  }

  /// Whether something can be read without waiting for it.
  var isReady: Bool {
    var question = pollfd(fd: descriptor.rawValue, events: Int16(POLLIN), revents: 0)
    return poll(&question, 1, 0) > 0
  }

  /// The next lines that are there, one or more; none at the end of the stream.
  mutating func next() throws(FileFailure) -> [Line] {
    while !isAtEnd {
      var chunk: [UInt8]
      do {
        let descriptor = descriptor
        chunk = try [UInt8](unsafeUninitializedCapacity: 1 << 18) { buffer, count in
          count = try descriptor.read(into: UnsafeMutableRawBufferPointer(buffer))
        }
      } catch {
        throw FileFailure(error)
      }
      if chunk.isEmpty {
        isAtEnd = true
        // A last line need not end.
        if rest.isEmpty, !isSkipping { return [] }
        chunk = [0x0A]
      }
      let lines = take(chunk)
      if !lines.isEmpty { return lines }
    }
    return []
  }

  private mutating func take(_ chunk: [UInt8]) -> [Line] {
    var lines: [Line] = []
    var start = 0
    while let end = chunk[start...].firstIndex(of: 0x0A) {
      if isSkipping {
        lines.append(.tooLong)
        isSkipping = false
      } else {
        var line = rest + chunk[start..<end]
        if line.last == 0x0D { line.removeLast() }
        lines.append(line.count > limit ? .tooLong : .text(line))
      }
      rest = []
      start = end + 1
    }
    guard !isSkipping else { return lines }
    rest += chunk[start...]
    if rest.count > limit {
      rest = []
      isSkipping = true
    }
    return lines
  }
}
