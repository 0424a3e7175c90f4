#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
import Grades
import Lesson
import SourceText
import SystemPackage

/// Result lines out of files, as `grade` writes them.
enum ResultLines {
  /// A line may have so many bytes.
  static let lineBytes = 16 << 20

  /// Goes through the results of files; `-` is standard input.
  ///
  /// What is no result is told with file and line, and the others are read all the same: the last line of a
  /// shard that was killed may be half a line.
  ///
  /// - Returns: ``ExitStatus/broken`` when something could not be read.
  static func read(
    _ paths: [String], each: (GradeResult) throws -> Void
  ) throws -> ExitStatus {
    var status = ExitStatus.holds
    for path in paths {
      let descriptor: FileDescriptor
      do {
        descriptor =
          try path == "-" ? .standardInput : FileDescriptor.open(FilePath(path), .readOnly)
      } catch {
        Terminal.complain(.unreadableFile(path, reason: FileFailure(error).reason))
        status = .broken
        continue
      }
      defer { if path != "-" { try? descriptor.close() } }
      var reader = SingleLines(descriptor, limit: lineBytes)
      var number = 0
      do {
        while let line = try reader.next() {
          number += 1
          guard case .bytes(let bytes) = line else {
            status = complain("the line has more than \(lineBytes >> 20) MiB", path, number)
            continue
          }
          if bytes.allSatisfy({ $0 == 0x20 || $0 == 0x0D || $0 == 0x09 }) { continue }
          guard let result = try? JSONDecoder().decode(GradeResult.self, from: Data(bytes)) else {
            status = complain("this is no result as `ringwalk grade` writes it", path, number)
            continue
          }
          try each(result)
        }
      } catch let failure as FileFailure {
        Terminal.complain(.unreadableFile(path, reason: failure.reason))
        status = .broken
      }
    }
    return status
  }

  private static func complain(_ problem: String, _ path: String, _ line: Int) -> ExitStatus {
    Terminal.complain("\(DiagnosticRenderer.printable(path)):\(line): \(problem)\n")
    return .broken
  }
}

/// The lines of a file, one after the other, without the whole of it in memory.
struct SingleLines {
  /// A line.
  enum Line {
    /// Its bytes, without the line's end.
    case bytes([UInt8])
    /// It is longer than is read.
    case tooLong
  }

  private let descriptor: FileDescriptor
  private let limit: Int
  private var buffer: [UInt8] = []
  /// What of the buffer was handed out.
  private var start = 0
  private var isAtEnd = false

  /// - Parameter limit: The bytes of a line, at most.
  init(_ descriptor: FileDescriptor, limit: Int) {
    self.descriptor = descriptor
    self.limit = limit
  }

  /// The next line; `nil` at the end. A last line without an end is one, too.
  mutating func next() throws(FileFailure) -> Line? {
    var isTooLong = false
    // What of the buffer has no line's end in it.
    var searched = start
    while true {
      if let end = buffer[searched...].firstIndex(of: 0x0A) {
        let line = buffer[start..<end]
        start = end + 1
        return isTooLong || line.count > limit ? .tooLong : .bytes(Array(line))
      }
      if isAtEnd {
        let rest = Array(buffer[start...])
        (buffer, start) = ([], 0)
        if isTooLong || rest.count > limit { return .tooLong }
        return rest.isEmpty ? nil : .bytes(rest)
      }
      buffer.removeFirst(start)
      start = 0
      if buffer.count > limit {
        // The rest of such a line is read and forgotten.
        isTooLong = true
        buffer = []
      }
      searched = buffer.count
      try fill()
    }
  }

  private mutating func fill() throws(FileFailure) {
    do {
      let part = try [UInt8](unsafeUninitializedCapacity: 1 << 16) { part, count in
        count = try descriptor.read(into: UnsafeMutableRawBufferPointer(part))
      }
      isAtEnd = part.isEmpty
      buffer += part
    } catch {
      throw FileFailure(error)
    }
  }
}
