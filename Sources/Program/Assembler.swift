public import SourceText

/// Puts code together: instructions with labels to jump to, and a pool of literals behind them.
///
/// While code is under construction, an instruction that uses a literal has the literal's number as
/// its immediate value, and one that jumps has none; ``finish()`` turns both into distances. So the
/// code may lie anywhere.
public struct Assembler: Sendable {
  /// A place in code that jumps go to.
  public struct Label: Hashable, Sendable { fileprivate let index: Int }

  /// The instructions so far.
  public private(set) var instructions: [Instruction] = []
  /// The source of each of them.
  public private(set) var ranges: [SourceRange] = []
  private var literals: [Int64] = []
  private var literalIndex: [Int64: Int32] = [:]
  private var labels: [Int?] = []
  private var jumps: [(instruction: Int, label: Label)] = []

  /// No code yet.
  public init() {}

  /// How many bytes the finished code has, with the word that guards its end and the literals.
  public var byteCount: Int64 {
    Int64(instructions.count + 1 + literals.count) * Instruction.byteCount
  }

  /// Appends an instruction.
  public mutating func emit(_ instruction: Instruction, _ range: SourceRange) {
    instructions.append(instruction)
    ranges.append(range)
  }

  /// Sets the immediate value of an instruction that was emitted earlier.
  public mutating func patch(_ index: Int, immediate: Int32) {
    if instructions.indices.contains(index) { instructions[index].immediate = immediate }
  }

  /// A label that lies nowhere yet.
  public mutating func makeLabel() -> Label {
    labels.append(nil)
    return Label(index: labels.count - 1)
  }

  /// The next instruction is the one that the label means.
  public mutating func place(_ label: Label) { labels[label.index] = instructions.count }

  /// Where a label lies, in bytes from the begin of the code; `nil` before it is placed.
  public func offset(of label: Label) -> Int64? {
    labels[label.index].map { Int64($0) * Instruction.byteCount }
  }

  /// Appends a jump, branch or call to a label, which may be placed later.
  public mutating func jump(
    _ opcode: Opcode, _ register: UInt8 = 0, to label: Label, _ range: SourceRange
  ) {
    jumps.append((instructions.count, label))
    emit(Instruction(opcode, a: register), range)
  }

  /// The number of a literal; equal ones are one.
  public mutating func literal(_ value: Int64) -> Int32 {
    if let known = literalIndex[value] { return known }
    let index = reserveLiteral()
    literals[Int(index)] = value
    literalIndex[value] = index
    return index
  }

  /// The number of a literal whose value is not known yet.
  public mutating func reserveLiteral() -> Int32 {
    literals.append(0)
    return Int32(truncatingIfNeeded: literals.count - 1)
  }

  /// Where a literal lies, in bytes from the begin of the code, once all code is there.
  public func offset(ofLiteral index: Int32) -> Int64 {
    Int64(instructions.count + 1 + Int(index)) * Instruction.byteCount
  }

  /// Gives a reserved literal its value.
  public mutating func setLiteral(_ index: Int32, _ value: Int64) {
    if literals.indices.contains(Int(index)) { literals[Int(index)] = value }
  }

  /// Fills in distances.
  ///
  /// A word of zeros, which is no instruction, lies between code and literals, so that nobody who
  /// runs past the end executes numbers.
  /// - Returns: The bytes of the code with its literals.
  public consuming func finish() -> [UInt8] {
    let size = Int(Instruction.byteCount)
    for (index, label) in jumps {
      let target = labels[label.index] ?? index
      instructions[index].immediate = Int32(truncatingIfNeeded: target - index)
    }
    for index in instructions.indices where instructions[index].usesLiteral {
      let place = instructions.count + 1 + Int(instructions[index].immediate)
      instructions[index].immediate = Int32(truncatingIfNeeded: (place - index) * size)
    }
    var text: [UInt8] = []
    text.reserveCapacity((instructions.count + 1 + literals.count) * size)
    func append(_ word: UInt64) {
      for shift in stride(from: UInt64(0), to: 64, by: 8) {
        text.append(UInt8(truncatingIfNeeded: word >> shift))
      }
    }
    for instruction in instructions { append(instruction.encoded) }
    append(0)
    for literal in literals { append(UInt64(bitPattern: literal)) }
    return text
  }
}

extension Instruction {
  /// Whether the immediate value leads to a literal.
  public var usesLiteral: Bool {
    opcode == .loadConstant || opcode == .setErrno || opcode == .loadArgument && b == 1
  }
}
