internal import GRDB

/// Something that cannot be done with a gradebook. The book is as it was before.
public enum BookError: Error, Sendable, Equatable {
  /// Nothing lies at the path.
  case missing
  /// What lies at the path is a folder, a pipe or a device.
  case notAFile
  /// The file is something else than a gradebook.
  case notABook
  /// A newer Ringwalk wrote it; the number is that of its schema.
  case newer(Int)
  /// Another program is writing, and has not ended within the time that is waited.
  case locked
  /// There is no room left for more.
  case full
  /// The file's pages are not what SQLite wrote.
  case corrupt(String)
  /// The file or its folder may not be written.
  case readOnly
  /// The file cannot be opened, in the system's words.
  case unopenable(String)
  /// Reading or writing failed, as on a disk with a fault or a file that has reached a limit.
  case failedInputOutput(String)
  /// The log refuses it, because it is only ever added to.
  case refused(String)
  /// What is to be entered cannot be.
  case invalid(String)
  /// An entry does not read as one; it was not written by Ringwalk.
  case unreadableEntry(Int64, String)
  /// Anything else, in SQLite's words.
  case other(String)
}

extension BookError: CustomStringConvertible {
  /// Lower case, without the file's name and without a full stop.
  public var description: String {
    switch self {
    case .missing: "no such file"
    case .notAFile: "it is no regular file"
    case .notABook: "it is no gradebook"
    case .newer(let version): "a newer ringwalk wrote it (schema \(version))"
    case .locked: "another program is writing to it"
    case .full: "there is no room left; what was entered before is safe"
    case .corrupt(let words): "the file is damaged: \(words)"
    case .readOnly: "the file or its folder may not be written"
    case .unopenable(let words): words
    case .failedInputOutput(let words):
      "\(words); the disk may be full or faulty, or a limit may be reached"
    case .refused(let words), .invalid(let words), .other(let words): words
    case .unreadableEntry(let number, let words): "entry \(number): \(words)"
    }
  }
}

extension BookError {
  /// What an error of SQLite means for a book; other errors stay what they are.
  static func meaning(of error: any Error) -> any Error {
    guard let error = error as? DatabaseError else { return error }
    let words = error.message ?? "error \(error.extendedResultCode.rawValue)"
    switch error.resultCode {
    case .SQLITE_BUSY, .SQLITE_LOCKED: return BookError.locked
    case .SQLITE_FULL: return BookError.full
    case .SQLITE_NOTADB: return BookError.notABook
    case .SQLITE_CORRUPT: return BookError.corrupt(words)
    case .SQLITE_READONLY: return BookError.readOnly
    case .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_AUTH: return BookError.unopenable(words)
    case .SQLITE_IOERR: return BookError.failedInputOutput(words)
    case .SQLITE_CONSTRAINT: return BookError.refused(words)
    default: return BookError.other(words)
    }
  }

  /// Does something with SQLite and says what went wrong in a book's words.
  static func translating<Value>(_ body: () throws -> Value) throws(BookError) -> Value {
    do {
      return try body()
    } catch {
      throw meaning(of: error) as? BookError ?? .other("\(error)")
    }
  }

  /// The same where errors of a visitor pass through.
  static func translatingRest<Value>(_ body: () throws -> Value) throws -> Value {
    do { return try body() } catch { throw meaning(of: error) }
  }
}
