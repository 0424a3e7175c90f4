#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
import Grades
import Grading
import Lesson
import SourceText
import SystemPackage

/// The results of a grading that was interrupted, which need not be worked out again.
///
/// Only where they stand in their file is kept, 16 bytes for each.
final class KnownResults: Sendable {
  private let descriptor: FileDescriptor
  private let places: [Digest: (offset: Int64, count: Int)]

  private struct Head: Decodable {
    var id: String
    var task: String
    var attempt: Int
    var lesson: String
    var source: String
    var version: String
    var seed: String
    var status: String
  }

  /// Reads where the lines of a file are; a last line without an end is left out, and so are faults.
  init(_ path: String) throws(FileFailure) {
    do {
      descriptor = try FileDescriptor.open(FilePath(path), .readOnly)
    } catch {
      throw FileFailure(error)
    }
    var places: [Digest: (offset: Int64, count: Int)] = [:]
    var offset: Int64 = 0
    var rest: [UInt8] = []
    while true {
      let chunk: [UInt8]
      do {
        let descriptor = descriptor
        chunk = try [UInt8](unsafeUninitializedCapacity: 1 << 18) { buffer, count in
          count = try descriptor.read(into: UnsafeMutableRawBufferPointer(buffer))
        }
      } catch {
        throw FileFailure(error)
      }
      if chunk.isEmpty { break }
      rest += chunk
      var start = 0
      while let end = rest[start...].firstIndex(of: 0x0A) {
        let line = rest[start..<end]
        if let head = try? JSONDecoder().decode(Head.self, from: Data(line)),
          head.status != GradeResult.Status.fault.rawValue
        {
          places[
            Self.name([
              head.id, head.task, "\(head.attempt)", head.lesson, head.source, head.version,
              head.seed,
            ])] = (offset, line.count)
        }
        offset += Int64(line.count + 1)
        start = end + 1
      }
      rest.removeFirst(start)
    }
    self.places = places
  }

  private static func name(_ texts: [String]) -> Digest { Digest(of: texts) }

  /// The result of a submission, if it was graded by the same lesson and version before.
  func result(for submission: Submission, by grader: CourseGrader) -> GradeResult? {
    line(for: submission, by: grader).flatMap {
      try? JSONDecoder().decode(GradeResult.self, from: Data($0))
    }
  }

  /// The line of a submission's result, if it was graded by the same lesson and version before.
  func line(for submission: Submission, by grader: CourseGrader) -> [UInt8]? {
    let key = submission.key
    let seed =
      grader.grader.tasks.first { $0.name == key.task }.map {
        grader.grader.seed(of: $0, for: key.student).text
      } ?? ""
    let name = Self.name([
      key.id, key.task, "\(key.attempt)", grader.grader.lessonDigest,
      Digest(of: submission.source).rawValue, Tool.version, seed,
    ])
    guard let place = places[name] else { return nil }
    let descriptor = descriptor
    let bytes = try? [UInt8](unsafeUninitializedCapacity: place.count) { buffer, count in
      count = try descriptor.read(
        fromAbsoluteOffset: place.offset, into: UnsafeMutableRawBufferPointer(buffer))
    }
    return bytes?.count == place.count ? bytes : nil
  }
}
