/// What the language has and the kernel does not do yet: each is said with W0213.
///
/// A part of the kernel that is done opens its gate by the loss of a line in ``closed``. System calls
/// have none here: they are shut as long as their entry in the catalogue names no routine.
enum Gate: String, CaseIterable {
  /// Network cards, and file systems of servers behind them.
  case network
  /// Serial lines.
  case serial
  /// Keyboards.
  case keyboard
  /// A swap area.
  case swap
  /// A choice of the page that leaves memory.
  case replacement
  /// Kernel modules.
  case modules
  /// Signals that the timeline sends.
  case sentSignals

  /// The gates that are shut.
  static let closed: Set<Gate> = []

  /// Tests look behind the gates: what is compiled there is theirs to judge before the kernel is
  /// ready for it.
  @TaskLocal static var areOpen = false

  /// Whether what the gate is for may be used.
  var isOpen: Bool { Self.areOpen || !Self.closed.contains(self) }
}
