import Catalogue
import Program
import SourceText
import WalkSyntax

// Signals: handlers, and the words that say what a signal does.
extension ProgramCompiler {
  /// The handler of a signal: a function that the kernel calls.
  struct Handler {
    var body: [ProgramStatementSyntax]
    var range: SourceRange
    var label: CodeBuffer.LabelID
  }

  /// The names that a handler may read: the signal, and the address that a fault was about.
  static let handlerNames = ["signo", "fault_address"]

  /// Offset of `si_addr` in `siginfo_t`; the kernel passes the structure as the second argument.
  private static let faultAddressOffset: Int32 = 16

  /// `on SIGUSR1 { … }`: hands the handler's address to the kernel, where the statement stands.
  mutating func installHandler(
    _ name: Name, restarts: Bool, _ body: [ProgramStatementSyntax], _ range: SourceRange
  ) {
    guard let signal = signal(name) else { return }
    let label = code.makeLabel()
    handlers.append(Handler(body: body, range: range, label: label))
    setAction(of: signal, handler: .label(label), restarts: restarts, place(name, range))
  }

  /// `ignore SIGINT`, `default SIGINT`, `block SIGINT`, `unblock SIGINT`.
  mutating func signalAction(_ action: SignalAction, _ name: Name, _ range: SourceRange) {
    guard let signal = signal(name) else { return }
    switch action {
    case .ignore: setAction(of: signal, handler: .number(SignalHandler.ignore), range)
    case .restoreDefault: setAction(of: signal, handler: .number(SignalHandler.byDefault), range)
    case .block: changeMask(SignalMaskChange.block, signal, range)
    case .unblock: changeMask(SignalMaskChange.unblock, signal, range)
    }
  }

  /// `on SIGUSR1`, without the handler, which is a text of its own.
  private func place(_ name: Name, _ range: SourceRange) -> SourceRange {
    SourceRange(file: range.file, lower: range.lower, upper: name.range.upper)
  }

  private mutating func signal(_ name: Name) -> Signal? {
    if let signal = Signal(name: name.text) { return signal }
    let known = Signal.allCases.map(\.name)
    reportOnce(
      "signal", name.text,
      .unknownSignal(name, known: known, nearest: Nearest.name(to: name.text, among: known)))
    return nil
  }

  private enum HandlerValue {
    case label(CodeBuffer.LabelID)
    case number(Int64)
  }

  /// `rt_sigaction(signal, &action, NULL, 8)`, with `struct kernel_sigaction` in the data segment:
  /// handler, flags, restorer, mask.
  private mutating func setAction(
    of signal: Signal, handler: HandlerValue, restarts: Bool = false, _ range: SourceRange
  ) {
    var flags = SignalActionFlags.withInfo
    if restarts { flags |= SignalActionFlags.restart }
    var restorer: Int64 = 0
    if architecture.signalTrampoline == .libc,
      let address = libraries.first(where: { $0.name == "libc" })?
        .address(of: SignalTrampoline.libc.symbol)
    {
      flags |= SignalActionFlags.restorer
      restorer = address
    }
    var value: Int64 = 0
    if case .number(let number) = handler { value = number }
    let words = [value, flags, restorer, 0].flatMap(\.littleEndianBytes)
    let offset = code.appendData(words, alignment: 8)
    if case .label(let label) = handler { code.setAddress(of: label, atData: offset) }
    make(
      "rt_sigaction",
      [
        .number(Int64(signal.rawValue)), .address(code.address(.data, offset)), .number(0),
        .number(8),
      ],
      range)
  }

  /// `rt_sigprocmask(how, &set, NULL, 8)`.
  private mutating func changeMask(_ how: Int64, _ signal: Signal, _ range: SourceRange) {
    let set = Int64(1) << Int64(signal.rawValue - 1)
    let offset = code.appendData(set.littleEndianBytes, alignment: 8)
    make(
      "rt_sigprocmask",
      [.number(how), .address(code.address(.data, offset)), .number(0), .number(8)], range)
  }

  mutating func compileHandlers() {
    // A handler may install others.
    while compiledHandlers < handlers.count {
      let handler = handlers[compiledHandlers]
      compiledHandlers += 1
      beginFrame(handler.body)
      isInFunction = true
      code.place(handler.label)
      let enter = code.count
      code.emit(Instruction(.enterFrame), handler.range.start)
      scopes.append([:])
      let start = handler.range.start
      for (position, name) in Self.handlerNames.enumerated() {
        let slot = makeSlot()
        scopes[scopes.count - 1][name] = Variable(
          slot: slot, type: position == 0 ? .integer : .any, range: start)
        guard roles.arguments.indices.contains(position) else { continue }
        let register = roles.arguments[position]
        if position == 1 {
          code.emit(
            Instruction(.load, a: register, b: register, immediate: Self.faultAddressOffset), start)
        }
        code.emit(
          Instruction(.store, a: register, b: roles.framePointer, immediate: slotOffset(slot)),
          start)
      }
      block(handler.body)
      scopes.removeLast()
      let end = handler.range.lastByte
      code.emit(Instruction(.leaveFrame), end)
      code.emit(Instruction(.ret), end)
      endFrame(enter)
      isInFunction = false
    }
  }
}

extension SourceRange {
  /// The first byte: long ranges would hide what an instruction is about.
  var start: SourceRange {
    SourceRange(file: file, lower: lower, upper: min(upper, lower + 1))
  }

  /// The last byte, a block's brace.
  var lastByte: SourceRange {
    SourceRange(file: file, lower: max(lower, upper - 1), upper: upper)
  }
}
