import Catalogue
import Lesson
import Program
import SourceText

/// A lesson's file as it was read, before anything is made of it.
struct LessonText: Sendable {
  /// What messages call it: the path as the user wrote it.
  let name: String
  let bytes: [UInt8]

  /// The folder that includes are read from, with a slash at its end.
  var folder: String { name.lastIndex(of: "/").map { String(name[...$0]) } ?? "./" }

  /// Its digest, under its name: the name is printed in messages.
  var digest: Digest {
    Digest(of: Array("\(name.utf8.count):\(name)".utf8) + bytes)
  }

  /// Compiles it, and writes down what else was read.
  ///
  /// - Parameter language: What it is in unless it says so itself.
  func compile(
    limits: RunLimits, language: LanguageChoice = .english, log: IncludeLog? = nil
  ) -> Lesson {
    let folder = folder
    return Lesson.compile(
      SourceFile(name: name, bytes: bytes),
      includes: { path throws(IncludeFailure) in
        let result = Self.include(path, below: folder)
        log?.reads.append(IncludeRead(path: path, digest: Self.digest(of: result)))
        return try result.get()
      }, limits: limits, language: language)
  }

  /// Compiles what another program hands over, which sees to links and files itself, and tells what is
  /// wrong with it.
  func compileForOthers(limits: RunLimits, language: LanguageChoice) -> Lesson {
    var lesson = compile(limits: limits, language: language)
    lesson.leaveFilesToOthers()
    Terminal.complain(lesson.renderedDiagnostics)
    if lesson.hasFailures { Terminal.complain(VerdictReport.text(lesson)) }
    return lesson
  }

  /// Whether the files that a compilation has read still say what they said then.
  func stillReads(_ reads: [IncludeRead]) -> Bool {
    reads.allSatisfy { Self.digest(of: Self.include($0.path, below: folder)) == $0.digest }
  }

  /// Reads an included file, unless a symbolic link on the way leads out of the folder.
  static func include(_ path: String, below folder: String) -> Result<
    [UInt8], IncludeFailure
  > {
    do throws(FileFailure) {
      let target = folder + path
      _ = try FileSystem.kind(of: target)
      guard let root = FileSystem.realPath(folder), let real = FileSystem.realPath(target) else {
        throw FileFailure("it cannot be found")
      }
      guard real == root && path.hasSuffix("/") || real.hasPrefix(root == "/" ? "/" : root + "/")
      else { return .failure(.outside) }
      // A folder's names are asked for when one of them seems to be meant.
      if path.hasSuffix("/") {
        return .success(Array(try FileSystem.files(in: real).joined(separator: "\n").utf8))
      }
      return .success(try FileSystem.read(real, limit: LessonLimits.fileBytes))
    } catch {
      return .failure(.unreadable(error.reason))
    }
  }

  /// What an include gave, failures included: a file that is missing may be there next time.
  private static func digest(of result: Result<[UInt8], IncludeFailure>) -> Digest {
    switch result {
    case .success(let bytes): Digest(of: [0x2B] + bytes)
    case .failure(.outside): Digest(of: ["outside"])
    case .failure(.unreadable(let reason)): Digest(of: ["unreadable", reason])
    }
  }
}

/// One file that a lesson includes or links to, as a compilation has found it.
struct IncludeRead: Codable, Hashable, Sendable {
  /// Its path from the lesson's folder.
  let path: String
  let digest: Digest
}

/// The includes of one compilation, in order.
final class IncludeLog {
  var reads: [IncludeRead] = []
}
