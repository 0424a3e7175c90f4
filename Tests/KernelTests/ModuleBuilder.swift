import Catalogue
import Program
import SourceText

/// Modules put together by hand, for tests of the kernel alone.
struct ModuleBuilder {
  private var code = Assembler()
  private var data: [UInt8] = []
  private var dataWords: [(literal: Int32, addend: Int64)] = []
  private var textWords: [(literal: Int32, addend: Int64)] = []
  private let range = SourceRange(file: FileID(rawValue: 0), lower: 0, upper: 0)
  private let roles: RegisterRoles
  var image: ModuleImage

  init(_ name: String, architecture: Architecture = .x86_64) {
    roles = architecture.roles
    image = ModuleImage(name: name, range: range)
  }

  enum Argument {
    case value(Int64)
    case text(String)
    /// The address of bytes in the module's data.
    case data(Int)
    /// What is in a register.
    case register(UInt8)
  }

  private var here: Int64 { Int64(code.instructions.count) * Instruction.byteCount }

  /// `init` begins here.
  mutating func beginInit() { image.initOffset = here }

  /// `exit` begins here.
  mutating func beginExit() { image.exitOffset = here }

  /// A device's operation begins here.
  mutating func begin(_ operation: DeviceOperation, of path: String) {
    for (index, provision) in image.provides.enumerated() {
      if case .device(path, let mode, var operations) = provision {
        operations[operation] = here
        image.provides[index] = .device(path: path, mode: mode, operations: operations)
        return
      }
    }
    image.provides.append(.device(path: path, operations: [operation: here]))
  }

  /// An operation of a type of file system begins here.
  mutating func begin(_ operation: FileSystemOperation, of type: String) {
    for (index, provision) in image.provides.enumerated() {
      if case .fileSystem(type, var operations) = provision {
        operations[operation] = here
        image.provides[index] = .fileSystem(type, operations: operations)
        return
      }
    }
    image.provides.append(.fileSystem(type, operations: [operation: here]))
  }

  /// The handler of a device's interrupts begins here.
  mutating func beginHandler(of device: String) {
    image.provides.append(.interrupt(device: device, handler: here))
  }

  mutating func emit(_ instruction: Instruction) { code.emit(instruction, range) }

  /// Reserves bytes of data and gives their offset.
  mutating func reserve(_ bytes: [UInt8]) -> Int {
    while data.count % 8 != 0 { data.append(0) }
    data += bytes
    return data.count - bytes.count
  }

  mutating func set(_ register: UInt8, _ argument: Argument) {
    switch argument {
    case .value(let value):
      emit(Instruction(.loadConstant, a: register, immediate: code.literal(value)))
    case .text(let text):
      set(register, .data(reserve(Array(text.utf8) + [0])))
    case .data(let offset):
      let literal = code.reserveLiteral()
      dataWords.append((literal, Int64(offset)))
      emit(Instruction(.loadConstant, a: register, immediate: literal))
    case .register(let source): emit(Instruction(.move, a: register, b: source))
    }
  }

  /// The address of the text's first byte.
  mutating func setToText(_ register: UInt8) {
    let literal = code.reserveLiteral()
    textWords.append((literal, 0))
    emit(Instruction(.loadConstant, a: register, immediate: literal))
  }

  mutating func call(_ service: KernelService, _ arguments: Argument...) {
    for (register, argument) in zip(roles.arguments, arguments) { set(register, argument) }
    if let symbol = service.symbol, !image.imports.contains(symbol) {
      image.imports.append(symbol)
      image.imports.sort()
    }
    emit(Instruction(.kernelCall, immediate: service.rawValue))
  }

  /// Ends a function with a value, or with what is in the result register.
  mutating func done(_ value: Int64? = 0) {
    if let value { set(roles.result, .value(value)) }
    emit(Instruction(.kernelCall, immediate: KernelService.done.rawValue))
  }

  mutating func privileged(_ name: String) {
    let number = Architecture.x86_64.privilegedInstructions.firstIndex(of: name) ?? -1
    emit(Instruction(.privileged, immediate: Int32(number)))
  }

  func finished() -> ModuleImage {
    var image = image
    image.data = data
    let start = Int64(code.instructions.count + 1) * Instruction.byteCount
    for (section, words) in [
      (ModuleImage.Section.text, textWords), (.data, dataWords),
    ] {
      for (literal, addend) in words {
        image.relocations.append(
          ModuleImage.Relocation(
            offset: start + Int64(literal) * 8, section: section, addend: addend))
      }
    }
    image.text = code.finish()
    return image
  }

  /// A module whose init and exit each print a line.
  static func hello(_ name: String = "hello", result: Int64 = 0) -> ModuleImage {
    var builder = ModuleBuilder(name)
    builder.beginInit()
    builder.call(.printk, .text("hello from kernel mode"))
    builder.done(result)
    builder.beginExit()
    builder.call(.printk, .text("bye"))
    builder.done()
    return builder.finished()
  }

  /// A module with a device, a type of file system, and handlers of interrupts.
  static func toy(handling devices: [String]) -> ModuleImage {
    var builder = ModuleBuilder("toy")
    let place = builder.reserve([UInt8](repeating: 0x61, count: 64))
    let arguments = Architecture.x86_64.roles.arguments
    builder.beginInit()
    builder.done()
    builder.beginExit()
    builder.call(.msleep, .value(300_000))
    builder.done()
    builder.begin(.open, of: "/dev/toy")
    builder.call(.printk, .text("open"))
    builder.done(0)
    builder.begin(.read, of: "/dev/toy")
    builder.set(12, .register(arguments[0]))
    builder.call(.msleep, .value(200_000))
    builder.call(.copyToUser, .register(12), .data(place), .value(64))
    builder.done(nil)
    builder.begin(.write, of: "/dev/toy")
    builder.set(12, .register(arguments[0]))
    builder.call(.copyFromUser, .data(place), .register(12), .value(64))
    builder.done(1)
    builder.begin(.release, of: "/dev/toy")
    builder.call(.msleep, .value(100_000))
    builder.done()
    builder.begin(.mount, of: "toyfs")
    builder.call(.msleep, .value(100_000))
    builder.done()
    builder.begin(.unmount, of: "toyfs")
    builder.call(.printk, .text("unmount"))
    builder.done()
    for device in devices {
      builder.beginHandler(of: device)
      builder.emit(Instruction(.loadImmediate, a: 13, immediate: 3000))
      builder.emit(Instruction(.compute, a: 13))
      builder.call(.copyFromUser, .data(place), .value(HandBuilt.bss), .value(8))
      builder.done()
    }
    return builder.finished()
  }

  /// A module with this init and an exit that does nothing.
  static func with(_ name: String = "probe", _ body: (inout ModuleBuilder) -> Void) -> ModuleImage {
    var builder = ModuleBuilder(name)
    builder.beginInit()
    body(&builder)
    builder.done()
    builder.beginExit()
    builder.done()
    return builder.finished()
  }
}

extension HandBuilt {
  /// Puts a module's file where modules lie.
  mutating func add(_ module: ModuleImage) {
    addModuleFile(module.name, module.file(for: scenario.machine.architecture))
    scenario.modules.append(module)
  }

  /// Puts a file among the modules.
  mutating func addModuleFile(_ name: String, _ bytes: [UInt8]) {
    for path in ["/lib", "/lib/modules"] where !scenario.nodes.contains(where: { $0.path == path })
    {
      scenario.nodes.append(
        NodeConfiguration(path: path, content: .directory, uid: 0, gid: 0, mode: 0o755))
    }
    scenario.nodes.append(
      NodeConfiguration(
        path: "/lib/modules/\(name).ko", content: .bytes(bytes), uid: 0, gid: 0, mode: 0o644))
  }

  /// The calls that load a module, as `insmod` makes them.
  static func load(_ name: String) -> [(number: Int64, arguments: [Argument])] {
    [
      (2, [.text("/lib/modules/\(name).ko"), .value(0)]),
      (313, [.result, .text(""), .value(0)]),
    ]
  }

  static func unload(_ name: String) -> (number: Int64, arguments: [Argument]) {
    (176, [.text(name), .value(0)])
  }

  /// The user in this position of the table is root.
  static let root = 0
}
