/// What a key asks the stepper for.
public enum StepperKey: Sendable, Hashable, CaseIterable {
  /// One step back or forward.
  case back, forward
  /// The first or last step.
  case first, last
  /// Ten steps back or forward.
  case pageBack, pageForward
  /// A closer look, or one from further away.
  case closer, away
  /// The next scenario, or the one before.
  case nextStory, previousStory
  /// The step that made this one happen.
  case cause
  /// The list of keys.
  case help
  /// The end.
  case quit
}

/// Makes keys of the bytes that a terminal sends.
///
/// Cursor and editing keys come as control sequences (ECMA-48), which may arrive in parts; sequences
/// that mean nothing here, and bytes of other characters, are skipped.
public struct StepperKeyReader: Sendable {
  private enum State: Sendable {
    case ground
    /// After ESC.
    case escape
    /// In a control sequence: the number that it begins with, and whether another one follows.
    case sequence(number: Int, isFirst: Bool)
    /// After ESC O, which some terminals send for cursor keys.
    case application
  }

  private var state = State.ground

  /// A reader that has read nothing.
  public init() {}

  /// The keys that some more bytes complete.
  public mutating func keys(in bytes: [UInt8]) -> [StepperKey] { bytes.compactMap { read($0) } }

  private mutating func read(_ byte: UInt8) -> StepperKey? {
    switch state {
    case .ground:
      if byte == 0x1B {
        state = .escape
        return nil
      }
      return Self.plainKey(byte)
    case .escape:
      switch byte {
      case UInt8(ascii: "["): state = .sequence(number: 0, isFirst: true)
      case UInt8(ascii: "O"): state = .application
      case 0x1B: break
      default:
        // The escape key alone means nothing; the next key is itself.
        state = .ground
        return Self.plainKey(byte)
      }
      return nil
    case .application:
      state = .ground
      return Self.cursorKey(byte)
    case .sequence(let number, let isFirst):
      switch byte {
      case 0x30...0x39 where isFirst:
        // No sequence of interest has a larger number.
        state = .sequence(number: min(999, number * 10 + Int(byte - 0x30)), isFirst: true)
        return nil
      case 0x20...0x3F:
        state = .sequence(number: number, isFirst: false)
        return nil
      default:
        state = byte == 0x1B ? .escape : .ground
        return byte == UInt8(ascii: "~") ? Self.editingKey(number) : Self.cursorKey(byte)
      }
    }
  }

  private static func plainKey(_ byte: UInt8) -> StepperKey? {
    switch byte {
    case UInt8(ascii: "h"): .back
    case UInt8(ascii: "l"): .forward
    case UInt8(ascii: "+"), UInt8(ascii: "="), UInt8(ascii: "k"): .closer
    case UInt8(ascii: "-"), UInt8(ascii: "j"): .away
    case 0x09: .nextStory
    case UInt8(ascii: "c"): .cause
    case UInt8(ascii: "?"): .help
    // Control-C and control-D arrive as bytes while the terminal is raw.
    case UInt8(ascii: "q"), UInt8(ascii: "Q"), 0x03, 0x04: .quit
    default: nil
    }
  }

  private static func cursorKey(_ byte: UInt8) -> StepperKey? {
    switch byte {
    case UInt8(ascii: "A"): .closer
    case UInt8(ascii: "B"): .away
    case UInt8(ascii: "C"): .forward
    case UInt8(ascii: "D"): .back
    case UInt8(ascii: "H"): .first
    case UInt8(ascii: "F"): .last
    case UInt8(ascii: "Z"): .previousStory
    default: nil
    }
  }

  private static func editingKey(_ number: Int) -> StepperKey? {
    switch number {
    case 1, 7: .first
    case 4, 8: .last
    case 5: .pageBack
    case 6: .pageForward
    default: nil
    }
  }
}
