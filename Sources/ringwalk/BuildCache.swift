import Handout
import Lesson
import Markdown
import Program
import SourceText

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What a build leaves behind in its folder, so that the next one makes only what has changed.
///
/// Nothing is believed without a look: a lesson counts as unchanged when its text, all that it
/// includes, the command's options and the program itself are what they were, and when its pages are
/// exactly the files that were written. A cache that is damaged, of another program or missing is
/// an empty one.
struct BuildCache: Sendable {
  /// The name of its file, which lies hidden in the output folder and only its owner may read.
  static let fileName = ".ringwalk-cache"
  /// A larger file is not read: a thousand lessons with their messages take about one MiB.
  private static let byteLimit = 64 << 20

  /// What all its pages depend on.
  let settings: Digest
  /// The lessons by the paths that the user gave them.
  private(set) var lessons: [String: CachedLesson] = [:]

  /// An empty cache.
  init(settings: Digest) { self.settings = settings }

  /// The digest of what all pages depend on besides their lessons; `nil` where the system does not
  /// tell which program runs.
  ///
  /// The values are written out with all their properties, so that a new one is not forgotten here.
  static func settings(
    format: HandoutFormat, limits: RunLimits, context: HandoutContext
  ) -> Digest? {
    Tool.stamp.map { stamp in
      Digest(of: [
        Tool.version, String(reflecting: stamp), MarkdownDocument.libraryVersion,
        format.rawValue, String(reflecting: limits), String(reflecting: context),
      ])
    }
  }

  // MARK: The file

  private struct Content: Codable {
    var settings: Digest
    var lessons: [CachedLesson]
  }

  /// The cache in a folder; an empty one when there is none for these settings.
  init(in folder: String, settings: Digest) {
    self.init(settings: settings)
    let path = "\(folder)/\(Self.fileName)"
    guard let stamp = FileStamp.of(path), stamp.byteCount <= Self.byteLimit,
      let bytes = try? FileSystem.read(path, limit: Self.byteLimit),
      let content = Self.decode(bytes), content.settings == settings
    else { return }
    for lesson in content.lessons where lesson.isOlder(than: stamp) {
      lessons[lesson.origin.path] = lesson
    }
  }

  /// Writes the cache for lessons, in their order.
  static func write(
    _ lessons: [CachedLesson], settings: Digest, in folder: String
  ) throws(FileFailure) {
    let bytes = encode(Content(settings: settings, lessons: lessons))
    try FileSystem.write(bytes, to: fileName, in: folder, isPrivate: true)
  }

  /// The digest of what follows it, a line feed, and JSON.
  private static func encode(_ content: Content) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Plain values of our own: there is nothing in them that JSON has no form for.
    guard let data = try? encoder.encode(content) else { return [] }
    let json = [UInt8](data)
    return Array(Digest(of: json).rawValue.utf8) + [0x0A] + json
  }

  private static func decode(_ bytes: [UInt8]) -> Content? {
    guard let end = bytes.firstIndex(of: 0x0A) else { return nil }
    let json = Array(bytes[(end + 1)...])
    guard bytes[..<end].elementsEqual(Digest(of: json).rawValue.utf8) else { return nil }
    return try? JSONDecoder().decode(Content.self, from: Data(json))
  }
}

/// What a lesson's pages were made of, apart from the settings.
struct LessonOrigin: Codable, Hashable, Sendable {
  /// The path that the user gave.
  let path: String
  /// The digest of its text.
  let text: Digest
  /// What it includes.
  let includes: [IncludeRead]

  /// Whether a text and what it includes are the same as then.
  func matches(_ text: LessonText) -> Bool {
    self.text == text.digest && text.stillReads(includes)
  }
}

/// What remains of a lesson between two builds.
struct CachedLesson: Codable, Hashable, Sendable {
  var origin: LessonOrigin
  var summary: HandoutSummary?
  /// What other lessons may link to in it, and its links to them.
  var links: LinkSummary?
  var report: String
  var diagnostics: String
  /// Whether the diagnostics have colours.
  var isColoured: Bool
  var status: ExitStatus
  var pages: [PageRecord]

  /// Whether all pages are older than the cache's own file.
  ///
  /// A page of the same tick of the clock may have been changed after its stamp was taken, with the
  /// same stamp. Such a lesson is made once more.
  fileprivate func isOlder(than cache: FileStamp) -> Bool {
    pages.allSatisfy { $0.stamp.changed < cache.modified }
  }
}

/// A page as a build has left it in its folder.
struct PageRecord: Codable, Hashable, Sendable {
  let name: String
  let stamp: FileStamp
  /// Where the links to the lessons before and after stand; `nil` when the page can have none.
  let turnOffset: Int?
  /// How many bytes they take.
  let turnByteCount: Int
  /// How they are written.
  let language: HandoutLanguage
  let previous: HandoutLink?
  let next: HandoutLink?

  /// Whether the file in the folder is the one that was written.
  func isUntouched(in folder: String) -> Bool {
    // The name goes into paths, and the cache is a file that anybody may have made.
    !name.isEmpty && !name.hasPrefix(".") && !name.utf8.contains(0x2F)
      && FileStamp.of("\(folder)/\(name)") == stamp
  }

  /// The page without links to its neighbours, read back; `nil` when somebody has touched the file.
  func page(in folder: String) -> HandoutFile? {
    guard isUntouched(in: folder), stamp.byteCount >= 0,
      var bytes = try? FileSystem.read("\(folder)/\(name)", limit: Int(stamp.byteCount)),
      isUntouched(in: folder)
    else { return nil }
    if let turnOffset {
      guard turnOffset >= 0, turnByteCount >= 0, bytes.count - turnByteCount >= turnOffset else {
        return nil
      }
      bytes.removeSubrange(turnOffset..<turnOffset + turnByteCount)
    }
    return HandoutFile(name: name, bytes: bytes, turnOffset: turnOffset, language: language)
  }
}
