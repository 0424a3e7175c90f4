import Catalogue
import Program
import SourceText
import Trace

@testable import Kernel

/// Scenarios put together without the language, for tests of the kernel alone.
struct HandBuilt {
  var scenario = Scenario(machine: MachineConfiguration(architecture: .x86_64))
  private let range = Self.noRange
  /// The place of code that nobody wrote.
  static let noRange = SourceRange(file: FileID(rawValue: 0), lower: 0, upper: 0)

  /// A machine with an ext4 disk at `/` and a file `foo` in the home of `ada`.
  init(text: String = "hello\n") {
    scenario.users = [
      UserAccount(name: "root", uid: 0, gids: [0]),
      UserAccount(name: "student", uid: 1000, gids: [1000]),
      UserAccount(name: "ada", uid: 1001, gids: [1001]),
    ]
    scenario.disks = [DiskConfiguration(name: "sda", latency: 5_000_000)]
    scenario.mounts = [MountConfiguration(path: "/", fileSystem: .ext4, disk: 0)]
    for (path, uid) in [("/home", 0), ("/home/ada", 1001), ("/tmp", 0)] as [(String, Int64)] {
      scenario.nodes.append(
        NodeConfiguration(path: path, content: .directory, uid: uid, gid: uid, mode: 0o755))
    }
    scenario.nodes.append(
      NodeConfiguration(
        path: "/home/ada/foo", content: .bytes(Array(text.utf8)), uid: 1001, gid: 1001, mode: 0o644)
    )
  }

  /// Adds a program that makes system calls one after another, and a process that runs it.
  ///
  /// A string argument becomes bytes in data. The last call's result is the exit status.
  mutating func addProcess(
    _ name: String, user: Int = 2, calls: [(number: Int64, arguments: [Argument])],
    compute: Int64 = 0
  ) {
    let roles = Architecture.x86_64.roles
    var image = ProgramImage(name: name, range: range)
    image.dataBase = 0x50_0000
    image.bssBase = 0x60_0000
    image.bssByteCount = 65_536
    var code = Assembler()
    func emit(_ instruction: Instruction) { code.emit(instruction, range) }
    if compute > 0 {
      emit(
        Instruction(.loadConstant, a: roles.temporaries[0], immediate: code.literal(compute)))
      emit(Instruction(.compute, a: roles.temporaries[0]))
    }
    for (number, arguments) in calls {
      for (register, argument) in zip(roles.arguments, arguments) {
        switch argument {
        case .value(let value):
          emit(
            Instruction(.loadArgument, a: register, b: 1, immediate: code.literal(value)))
        case .text(let text):
          let address = image.dataBase + Int64(image.data.count)
          image.data += Array(text.utf8) + [0]
          emit(
            Instruction(.loadArgument, a: register, b: 1, immediate: code.literal(address)))
        case .result:
          emit(
            Instruction(.loadArgument, a: register, b: 2, c: roles.temporaries[1]))
        }
      }
      emit(
        Instruction(.loadArgument, a: roles.number, b: 1, immediate: code.literal(number)))
      emit(Instruction(.systemCall, immediate: -1))
      emit(Instruction(.move, a: roles.temporaries[1], b: roles.result))
    }
    scenario.programs.append(image)
    setCode(code, ofProgram: scenario.programs.count - 1)
    scenario.processes.append(
      ProcessConfiguration(
        name: name, program: scenario.programs.count - 1, user: user, directory: "/home/ada"))
    scenario.timeline.append(.act(.start(process: scenario.processes.count - 1), at: nil))
    scenario.timelineRanges.append(range)
  }

  /// Replaces a program's code.
  mutating func setCode(_ code: Assembler, ofProgram index: Int) {
    scenario.programs[index].ranges = code.ranges
    scenario.programs[index].text = code.finish()
  }

  /// Replaces a program's code; instructions that use literals have their positions in `literals`.
  mutating func setCode(
    _ instructions: [Instruction], literals: [Int64] = [], ofProgram index: Int
  ) {
    var code = Assembler()
    for literal in literals { code.setLiteral(code.reserveLiteral(), literal) }
    for instruction in instructions { code.emit(instruction, range) }
    setCode(code, ofProgram: index)
  }

  /// An argument of a call.
  enum Argument {
    case value(Int64)
    case text(String)
    /// The result of the call before.
    case result
  }

  static let bss: Int64 = 0x60_0000
}

extension Kernel {
  /// Takes in all that happens in a scenario from outside, each at its time.
  mutating func actOut(_ scenario: Scenario) {
    for statement in scenario.timeline {
      if case .act(let action, let time) = statement { act(action, at: time) }
    }
  }
}
