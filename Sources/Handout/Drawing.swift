/// A picture as marks at places: what stays, and slots whose content changes from step to step.
///
/// One drawing serves all steps of a scenario: a page carries its marks once and, for each step, only
/// the slots that change. The same marks with the content of one moment make a finished SVG.
struct Drawing {
  /// What it shows: `kernel stack`.
  let name: String
  let title: String
  private(set) var width: Int
  private(set) var height: Int
  private(set) var marks: [Mark] = []

  /// A place in the picture, in pixels.
  enum Mark {
    /// Words that stay. `isStrong`: a heading among the labels.
    case label(x: Int, y: Int, text: String, isStrong: Bool)
    /// A straight line.
    case line(x: Int, y: Int, toX: Int, toY: Int)
    /// A box with changing words; it is not there while it has none.
    case box(x: Int, y: Int, width: Int, height: Int)
    /// Changing words without a box.
    case words(x: Int, y: Int, width: Int)
  }

  static let rowHeight = 26
  static let boxHeight = 22
  /// The width of all drawings: they fit on a phone.
  static let standardWidth = 320
  /// Pixels of a character, with some room.
  static let characterWidth = 6

  init(_ name: String, title: String) {
    self.name = name
    self.title = title
    width = Self.standardWidth
    height = 0
  }

  /// How many slots it has.
  var slotCount: Int {
    marks.count { mark in
      switch mark {
      case .box, .words: true
      case .label, .line: false
      }
    }
  }

  mutating func label(_ text: String, x: Int, row: Int, isStrong: Bool = false) {
    marks.append(.label(x: x, y: row * Self.rowHeight + 15, text: text, isStrong: isStrong))
    reach(row)
  }

  mutating func box(x: Int, row: Int, width: Int) {
    marks.append(.box(x: x, y: row * Self.rowHeight, width: width, height: Self.boxHeight))
    reach(row)
  }

  /// A box of any height, in a picture that stays as it is.
  mutating func box(x: Int, y: Int, width: Int, height: Int) {
    marks.append(.box(x: x, y: y, width: width, height: height))
    self.height = max(self.height, y + height + 4)
  }

  mutating func words(x: Int, y: Int, width: Int) {
    marks.append(.words(x: x, y: y + 15, width: width))
    height = max(height, y + Self.rowHeight)
  }

  mutating func words(x: Int, row: Int, width: Int) {
    marks.append(.words(x: x, y: row * Self.rowHeight + 15, width: width))
    reach(row)
  }

  mutating func line(x: Int, y: Int, toX: Int, toY: Int) {
    marks.append(.line(x: x, y: y, toX: toX, toY: toY))
  }

  private mutating func reach(_ row: Int) { height = max(height, (row + 1) * Self.rowHeight) }

  /// How many characters fit into the slots, in order.
  var roomInSlots: [Int] {
    marks.compactMap { mark in
      switch mark {
      case .box(_, _, let width, _): max(1, (width - 8) / Self.characterWidth)
      case .words(_, _, let width): max(1, width / Self.characterWidth)
      case .label, .line: nil
      }
    }
  }
}

/// What a slot holds at a step: how it looks, and its words; empty words take it out of the picture.
struct SlotContent: Hashable {
  /// How a box looks. The letter is its class on the page.
  enum Look: Character {
    case plain = "p"
    case user = "u"
    case kernel = "k"
    case interrupt = "i"
    case asleep = "z"
    case runnable = "r"
    case ended = "d"
  }

  var look: Look
  var text: String

  init(_ text: String, _ look: Look = .plain) {
    self.look = look
    self.text = text
  }

  static let empty = SlotContent("")

  /// The same with no more characters than there is room for.
  func fitting(_ room: Int) -> SlotContent {
    let scalars = text.unicodeScalars
    guard scalars.count > room else { return self }
    return SlotContent(
      String(String.UnicodeScalarView(scalars.prefix(max(1, room - 1)))) + "…", look)
  }

  /// As a page's data has it.
  var packed: String { text.isEmpty ? "" : String(look.rawValue) + text }
}
