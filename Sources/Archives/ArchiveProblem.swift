/// What is wrong with an archive, or with an entry of it.
public enum ArchiveProblem: Error, Sendable, Hashable {
  /// It is neither a zip nor a tar.
  case notAnArchive
  /// It ends before it is complete.
  case truncated
  /// Something in it cannot be; the words say what.
  case malformed(String)
  /// There are more entries than are read.
  case tooManyEntries
  /// There is more in it than is read.
  case tooLarge
  /// It is a part of several.
  case severalParts
  /// It needs a password.
  case encrypted
  /// It is packed in a way that is not read; the number is zip's.
  case method(Int)
  /// It is a symbolic or a hard link.
  case link
  /// It is a device, a pipe or something else that is no file.
  case special
  /// Its name leads out of the folder.
  case pathOutside
  /// Its name has a backslash, a control character, an empty part or is too long.
  case badName
  /// Its name is no UTF-8.
  case nameEncoding
  /// There is an entry with this name before it.
  case duplicateName
  /// Its bytes are not those that were packed.
  case checksum
  /// Its bytes are those of another entry as well.
  case overlap
}

extension ArchiveProblem: CustomStringConvertible {
  /// Lower case, without a full stop.
  public var description: String {
    switch self {
    case .notAnArchive: "it is neither a zip nor a tar"
    case .truncated: "it is not complete"
    case .malformed(let words): words
    case .tooManyEntries: "there are too many entries in it"
    case .tooLarge: "there is too much in it"
    case .severalParts: "it is one of several parts"
    case .encrypted: "it is encrypted"
    case .method(let number): "it is packed by method \(number), which is not read"
    case .link: "it is a link"
    case .special: "it is no regular file"
    case .pathOutside: "its name leads out of the folder"
    case .badName: "its name has a character that names must not have, or is too long"
    case .nameEncoding: "its name is not UTF-8"
    case .duplicateName: "there is another entry with this name"
    case .checksum: "its checksum is wrong"
    case .overlap: "it lies on top of another entry"
    }
  }
}

/// How much of an archive is read.
public struct ArchiveLimits: Sendable, Hashable {
  /// Entries, folders counted as well.
  public var entries = 100_000
  /// The bytes of an entry.
  public var entryBytes = 1 << 20
  /// The bytes of all entries together, and of a tar that was packed by gzip.
  public var totalBytes = 256 << 20
  /// The bytes of a name.
  public var nameBytes = 1_024

  /// The limits that hold unless others are given.
  public init() {}
}
