#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
import ArgumentParser
import SystemPackage

/// JSON that is handed on: what is not understood stays as it was.
enum JSONValue: Codable, Equatable, Sendable {
  case null
  case bool(Bool)
  case integer(Int64)
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(Int64.self) {
      self = .integer(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .string(value)
    } else if let value = try? container.decode([JSONValue].self) {
      self = .array(value)
    } else {
      self = .object(try container.decode([String: JSONValue].self))
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .bool(let value): try container.encode(value)
    case .integer(let value): try container.encode(value)
    case .number(let value): try container.encode(value)
    case .string(let value): try container.encode(value)
    case .array(let value): try container.encode(value)
    case .object(let value): try container.encode(value)
    }
  }

  /// The text, if it is one.
  var string: String? { if case .string(let text) = self { text } else { nil } }

  /// The elements, if it is a list.
  var array: [JSONValue]? { if case .array(let values) = self { values } else { nil } }

  /// A member; `nil` for one that is not there, and of what is no object. Nothing is set in what is
  /// no object.
  subscript(key: String) -> JSONValue? {
    get { if case .object(let members) = self { members[key] } else { nil } }
    set {
      guard case .object(var members) = self else { return }
      members[key] = newValue
      self = .object(members)
    }
  }
}

// What other programs hand to ringwalk, and take back.
extension JSONValue {
  /// Bytes of standard input, at most.
  private static let inputLimit = 64 << 20

  /// The JSON on standard input; `nil` if it is none.
  static func standardInput() throws -> JSONValue? {
    do throws(FileFailure) {
      let bytes = try FileSystem.read(.standardInput, limit: inputLimit)
      return try? JSONDecoder().decode(JSONValue.self, from: Data(bytes))
    } catch {
      throw ValidationError("standard input cannot be read: \(error.reason)")
    }
  }

  /// Writes it to standard output, on one line.
  func print() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    try Terminal.print(String(decoding: try encoder.encode(self), as: UTF8.self) + "\n")
  }
}

extension JSONEncoder {
  /// A document for people and programs, the same bytes each time.
  static func document(_ value: some Encodable) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return [UInt8](try encoder.encode(value)) + [0x0A]
  }
}
