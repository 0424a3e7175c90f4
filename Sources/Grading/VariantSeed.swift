import SourceText
public import WalkSemantics

/// What decides which variant of a task a student gets: the HMAC of task, version and student with the
/// course's key. Who has the key can work it out anywhere, nobody can guess it without, and it is the
/// same at every attempt and every regrade.
public struct VariantSeed: Sendable, Hashable {
  private let bytes: [UInt8]

  /// The seed of a student's variant.
  ///
  /// - Parameters:
  ///   - key: The course's key; anybody can work out what an empty one gives.
  ///   - task: The task's name.
  ///   - version: The edition of the task, `LessonTask.version`.
  ///   - student: Who gets the variant.
  public init(key: [UInt8], task: String, version: String, student: String) {
    bytes = Digest(of: Self.framed([task, version, student]), key: key).bytes
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  /// Texts with their lengths, so that no two rows of them are the same bytes.
  private static func framed(_ texts: [String]) -> [UInt8] {
    texts.flatMap { Array("\($0.utf8.count):".utf8) + Array($0.utf8) }
  }

  /// The first 64 bits, 16 hexadecimal digits: what results show of it.
  public var text: String {
    bytes.prefix(8).map { byte in
      let digits = String(byte, radix: 16)
      return digits.count == 1 ? "0" + digits : digits
    }.joined()
  }

  /// Another seed that follows from this one.
  public func fresh(_ number: Int64) -> VariantSeed {
    VariantSeed(bytes: Digest(of: Self.framed(["fresh", "\(number)"]), key: bytes).bytes)
  }

  /// A number for a name.
  func number(for name: String) -> UInt64 {
    Digest(of: Self.framed(["name", name]), key: bytes).bytes.prefix(8)
      .reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// The literal that stands in the place of each name that varies.
  public func values(of names: [VariedName]) -> [String: String] {
    Dictionary(
      names.map { ($0.name, $0.literal(at: number(for: $0.name))) },
      uniquingKeysWith: { first, _ in first })
  }
}
