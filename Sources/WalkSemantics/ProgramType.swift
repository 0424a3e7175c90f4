import Catalogue

/// The type of a value in a program, as far as it is known before it runs.
enum ProgramType: Equatable {
  /// A number.
  case integer
  /// A time span in nanoseconds.
  case duration
  /// The address of bytes: strings, text data, bss.
  case bytePointer
  /// The address of 8-byte words: `&x`, data of numbers.
  case wordPointer
  /// A named constant, or several combined with `|`.
  case constant(NamedConstant.Family)
  /// Known only when it runs: parameters that nobody has passed yet, results of functions.
  case any
  /// The value of something wrong that was reported already; fits everywhere.
  case poison

  /// Whether it is a number without further meaning, or may be one.
  var isNumber: Bool {
    switch self {
    case .integer, .constant, .any, .poison: true
    case .duration, .bytePointer, .wordPointer: false
    }
  }

  var isPointer: Bool { self == .bytePointer || self == .wordPointer }

  var isOpen: Bool { self == .any || self == .poison }

  /// What it is in a message.
  var words: String {
    switch self {
    case .integer, .any, .poison: "a number"
    case .duration: "a time span"
    case .bytePointer: "the address of bytes"
    case .wordPointer: "the address of 8-byte words"
    case .constant(let family): "one of the \(family.rawValue)"
    }
  }
}
