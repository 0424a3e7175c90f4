import Catalogue
import Lesson
import Program
import SourceText
import Trace

@testable import Kernel

/// A program that touches memory and makes calls, step by step, and what became of it.
struct MemoryProgram {
  enum Step: Sendable {
    case read(Int64)
    case write(Int64, UInt8 = 1)
    /// Reads a byte and makes it the exit status.
    case status(Int64)
    case call(Int64, [HandBuilt.Argument])
    case jump(Int64)
  }

  /// What became of it.
  struct Outcome {
    var results: [Int64]
    var minor: Int64
    var major: Int64
    var signal: Signal?
    var code: SignalCode?
    var address: Int64?
    var status: Int64?
    var trace: Trace

    /// Faults by kind, in order.
    var kinds: [PageFaultKind] {
      trace.events.filter { $0.kind == .resolvesPageFault && $0.task == 1 }
        .compactMap { PageFaultKind(rawValue: $0.object) }
    }
  }

  static let page: Int64 = 4096
  /// An address where nothing is.
  static let free: Int64 = 0x1000_0000
  static let shared: Int64 = MapFlags.shared
  static let fresh: Int64 = MapFlags.isPrivate | MapFlags.anonymous
  static let at: Int64 = fresh | MapFlags.fixed
  static let readWrite: Int64 = 3

  static func mmap(
    _ address: Int64, _ length: Int64, _ protection: Int64 = 3, _ flags: Int64 = fresh,
    _ fd: HandBuilt.Argument = .value(-1), _ offset: Int64 = 0
  ) -> Step {
    .call(
      9,
      [
        .value(address), .value(length), .value(protection), .value(flags), fd, .value(offset),
      ])
  }

  static func munmap(_ address: Int64, _ length: Int64) -> Step {
    .call(11, [.value(address), .value(length)])
  }

  static func mprotect(_ address: Int64, _ length: Int64, _ protection: Int64) -> Step {
    .call(10, [.value(address), .value(length), .value(protection)])
  }

  static func brk(_ address: Int64) -> Step { .call(12, [.value(address)]) }

  static func open(_ path: String, _ flags: Int64 = 0) -> Step {
    .call(2, [.text(path), .value(flags), .value(0o644)])
  }

  /// Adds a process that takes these steps.
  static func add(_ steps: [Step], to built: inout HandBuilt, name: String = "probe", user: Int = 2)
  {
    let range = SourceRange(file: FileID(rawValue: 0), lower: 0, upper: 0)
    let roles = Architecture.x86_64.roles
    built.addProcess(name, user: user, calls: [])
    let index = built.scenario.programs.count - 1
    var code = Assembler()
    let (first, second) = (roles.temporaries[0], roles.temporaries[1])
    func emit(_ instruction: Instruction) { code.emit(instruction, range) }
    func load(_ register: UInt8, _ value: Int64) {
      emit(Instruction(.loadConstant, a: register, immediate: code.literal(value)))
    }
    func call(_ number: Int64, _ arguments: [HandBuilt.Argument]) {
      for (register, argument) in zip(roles.arguments, arguments) {
        switch argument {
        case .value(let value):
          emit(Instruction(.loadArgument, a: register, b: 1, immediate: code.literal(value)))
        case .text(let text):
          let address =
            built.scenario.programs[index].dataBase
            + Int64(built.scenario.programs[index].data.count)
          built.scenario.programs[index].data += Array(text.utf8) + [0]
          emit(Instruction(.loadArgument, a: register, b: 1, immediate: code.literal(address)))
        case .result:
          emit(Instruction(.loadArgument, a: register, b: 2, c: second))
        }
      }
      emit(Instruction(.loadArgument, a: roles.number, b: 1, immediate: code.literal(number)))
      emit(Instruction(.systemCall, immediate: -1))
      emit(Instruction(.move, a: second, b: roles.result))
    }
    var status: Int64?
    for step in steps {
      switch step {
      case .read(let address):
        load(first, address)
        emit(Instruction(.loadByte, a: first, b: first))
      case .status(let address):
        status = address
        load(first, address)
        emit(Instruction(.loadByte, a: second, b: first))
      case .write(let address, let value):
        load(first, address)
        load(roles.result, Int64(value))
        emit(Instruction(.storeByte, a: roles.result, b: first))
      case .jump(let address):
        load(first, address)
        emit(Instruction(.jumpRegister, a: first))
      case .call(let number, let arguments): call(number, arguments)
      }
    }
    call(231, [status == nil ? .value(0) : .result])
    built.setCode(code, ofProgram: index)
  }

  /// Runs a process that takes these steps.
  static func run(
    _ steps: [Step], user: Int = 2, text: String = "hello\n",
    prepare: (inout HandBuilt) -> Void = { _ in }
  ) -> Outcome {
    var built = HandBuilt(text: text)
    prepare(&built)
    add(steps, to: &built, user: user)
    built.scenario.timeline.append(.run(.toEnd))
    return outcome(of: ScenarioRun.run(built.scenario, limits: RunLimits()).trace, task: 1)
  }

  static func outcome(of trace: Trace, task: UInt16) -> Outcome {
    let own = trace.events.filter { $0.task == task }
    let state = trace.state(after: trace.events.count).tasks[Int(task)]
    let signal = own.last { $0.kind == .receivesSignal }
    return Outcome(
      results: own.filter { $0.kind == .systemCallReturns }.map(\.a), minor: state.minorFaults,
      major: state.majorFaults, signal: state.killedBy,
      code: signal.flatMap { SignalCode(rawValue: UInt8(truncatingIfNeeded: $0.a)) },
      address: signal?.b, status: state.exitStatus, trace: trace)
  }
}
