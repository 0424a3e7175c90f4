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
      var reader = LineReader(descriptor, limit: lineBytes)
      var number = 0
      do {
        while case let lines = try reader.next(), !lines.isEmpty {
          for line in lines {
            number += 1
            guard case .text(let bytes) = line else {
              status = complain("the line has more than \(lineBytes >> 20) MiB", path, number)
              continue
            }
            if bytes.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) { continue }
            guard let result = try? JSONDecoder().decode(GradeResult.self, from: Data(bytes)) else {
              status = complain("this is no result as `ringwalk grade` writes it", path, number)
              continue
            }
            try each(result)
          }
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
