import Catalogue
import Program
import SourceText
import Trace
import WalkSyntax

/// A kernel module as it was declared.
struct DeclaredModule {
  var name: Name
  var range: SourceRange
  var license = "GPL"
  var needs: [StringSyntax] = []
  /// The sizes that the script gives to text and data, with their places.
  var textBytes: (count: Int64, range: SourceRange)?
  var dataBytes: (count: Int64, range: SourceRange)?
  var parts: [Part] = []
  var fileSystems: [StringSyntax] = []
  var devices: [(path: StringSyntax, place: String, mode: Int64)] = []
  /// The devices whose interrupts it is called for.
  var interrupts: [Name] = []
  /// The kernel that it is said to be built for, where that is not this one.
  var version: String?

  /// One block of code.
  struct Part {
    var role: Role
    var body: [ProgramStatementSyntax]
    var range: SourceRange
  }

  /// What a block of code is for.
  enum Role: Equatable {
    case initialize
    case exit
    /// An operation of the device at a position of ``DeclaredModule/devices``.
    case operation(device: Int, DeviceOperation)
    /// An operation of the file system type at a position of ``DeclaredModule/fileSystems``.
    case fileSystem(Int, FileSystemOperation)
    /// The handler at a position of ``DeclaredModule/interrupts``.
    case interrupt(Int)

    /// The names of its arguments.
    var parameters: [String] {
      switch self {
      case .operation(_, .read), .operation(_, .write): ["buf", "count", "offset"]
      case .initialize, .exit, .operation(_, .open), .operation(_, .release), .fileSystem,
        .interrupt:
        []
      }
    }
  }
}

// Modules: what they declare.
extension Checker {
  mutating func declareModule(_ name: Name, _ items: [ItemSyntax], _ range: SourceRange) {
    guard Gate.modules.isOpen else {
      return report(.notSimulated("`module \(name.text)`", at: range))
    }
    if let first = modules.first(where: { $0.name.text == name.text }) {
      report(.duplicate("module `\(name.text)`", at: name.range, first: first.name.range))
      return
    }
    guard modules.count < Limits.entities else {
      report(.limitReached("modules", limit: "\(Limits.entities)", at: name.range))
      return
    }
    var module = DeclaredModule(name: name, range: range)
    var seen: [String: SourceRange] = [:]
    for item in items {
      let mayRepeat = ["provides", "needs", "interrupt"].contains(item.key.text)
      if !mayRepeat, reportRepeated(item, &seen, of: "module") { continue }
      switch item.key.text {
      case "text": module.textBytes = sectionSize(item)
      case "data": module.dataBytes = sectionSize(item)
      case "license":
        if let string = oneString(item, "a licence in quotes: `\"GPL\"`") {
          module.license = string.text
        }
      case "needs":
        if let string = oneString(item, "the name of a symbol in quotes") {
          module.needs.append(string)
        }
      case "vermagic": module.version = oneString(item, "the version of a kernel in quotes")?.text
      case "provides": provide(item, &module)
      case "interrupt": handleInterrupt(item, &module)
      case "init", "exit":
        guard let body = item.body else {
          report(.wrongItemValue(item.key.text, wanted: "a block of code", at: item.range))
          continue
        }
        module.parts.append(
          DeclaredModule.Part(
            role: item.key.text == "init" ? .initialize : .exit, body: body, range: item.range))
      default: reportItem(item, of: "module", known: BlockItems.module)
      }
    }
    modules.append(module)
  }

  private mutating func sectionSize(_ item: ItemSyntax) -> (count: Int64, range: SourceRange)? {
    size(item, in: 0...Limits.moduleBytes, "between 0 and \(Limits.moduleBytes >> 20)MiB")
      .map { ($0, valueRange(item)) }
  }

  private mutating func oneString(_ item: ItemSyntax, _ wanted: String) -> StringSyntax? {
    guard item.values.count == 1, case .string(let string) = item.values[0], !string.bytes.isEmpty,
      !string.bytes.contains(0)
    else {
      report(.wrongItemValue(item.key.text, wanted: wanted, at: item.range))
      return nil
    }
    return string
  }

  /// `interrupt sda { … }`.
  private mutating func handleInterrupt(_ item: ItemSyntax, _ module: inout DeclaredModule) {
    guard item.values.count == 1, case .name(let device) = item.values[0], let body = item.body
    else {
      report(
        .wrongItemValue("interrupt", wanted: "a device and a block of code", at: item.range))
      return
    }
    if let first = module.interrupts.first(where: { $0.text == device.text }) {
      report(
        .duplicate("the handler of `\(device.text)`", at: device.range, first: first.range))
      return
    }
    module.parts.append(
      DeclaredModule.Part(
        role: .interrupt(module.interrupts.count), body: body, range: item.range))
    module.interrupts.append(device)
  }

  /// A name that can stand in a module's file.
  private mutating func isPlain(_ string: StringSyntax, _ what: String) -> Bool {
    let isPlain = string.bytes.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        || [0x2D, 0x2E, 0x2F, 0x5F].contains(byte)
    }
    if !isPlain {
      report(
        .wrongItemValue(
          "provides", wanted: "\(what) of letters, digits, `-`, `.` and `_`", at: string.range))
    }
    return isPlain
  }

  /// `provides filesystem "toyfs" { mount { … } }`, `provides device "/dev/toy" { read { … } }`.
  private mutating func provide(_ item: ItemSyntax, _ module: inout DeclaredModule) {
    guard item.values.count == 2, case .name(let kind) = item.values[0],
      case .string(let string) = item.values[1], !string.bytes.isEmpty
    else {
      report(
        .wrongItemValue(
          "provides", wanted: "`filesystem \"NAME\"` or `device \"/dev/NAME\" { … }`",
          at: item.range))
      return
    }
    switch kind.text {
    case "filesystem":
      guard isPlain(string, "a name") else { return }
      let isKnown = MountConfiguration.FileSystem(rawValue: string.text) != nil
      if isKnown || module.fileSystems.contains(where: { $0.bytes == string.bytes }) {
        report(.duplicate("the file system \"\(string.text)\"", at: string.range, first: nil))
        return
      }
      let position = module.fileSystems.count
      module.fileSystems.append(string)
      provideOperations(item, FileSystemOperation.self, also: [], of: "filesystem", &module) {
        .fileSystem(position, $0)
      }
    case "device":
      guard isPlain(string, "a path"), let path = checkedPath(string) else { return }
      guard Paths.parents(of: path).last == "/dev" else {
        report(.badPath("the file of a device lies in \"/dev\"", at: string.range))
        return
      }
      if module.devices.contains(where: { $0.place == path }) {
        report(.duplicate("the device \"\(path)\"", at: string.range, first: nil))
        return
      }
      let position = module.devices.count
      // Without more words a driver's file is root's alone (devtmpfs).
      module.devices.append((string, path, 0o600))
      provideOperations(item, DeviceOperation.self, also: ["mode"], of: "device", &module) {
        .operation(device: position, $0)
      }
      for inner in item.items ?? [] where inner.key.text == "mode" {
        if let mode = permissionBits(inner) { module.devices[position].mode = mode }
      }
    default:
      report(
        .unknownChoice(
          kind.text, of: "thing that modules provide", at: kind.range,
          known: ["filesystem", "device"],
          nearest: Nearest.name(to: kind.text, among: ["filesystem", "device"])))
    }
  }

  /// The blocks of something that is provided.
  private mutating func provideOperations<Operation: RawRepresentable & CaseIterable>(
    _ item: ItemSyntax, _ type: Operation.Type, also others: [String], of what: String,
    _ module: inout DeclaredModule, role: (Operation) -> DeclaredModule.Role
  ) where Operation.RawValue == String {
    let known = Operation.allCases.map(\.rawValue) + others
    var seen: [String: SourceRange] = [:]
    for inner in item.items ?? [] {
      if reportRepeated(inner, &seen, of: what) || others.contains(inner.key.text) { continue }
      guard let operation = Operation(rawValue: inner.key.text) else {
        reportItem(inner, of: what, known: known)
        continue
      }
      guard let body = inner.body else {
        report(.wrongItemValue(inner.key.text, wanted: "a block of code", at: inner.range))
        continue
      }
      module.parts.append(
        DeclaredModule.Part(role: role(operation), body: body, range: inner.range))
    }
  }

  // MARK: Code

  /// Whether the devices are declared whose interrupts a module handles.
  private mutating func checkInterrupts(of module: DeclaredModule) {
    for name in module.interrupts {
      let device = scope.device(name.text)
      guard device == nil || device?.kind == .timer || device?.kind == .console else { continue }
      reportUnknownDevice(name, nil)
    }
  }

  mutating func compileModules() {
    for module in modules {
      checkInterrupts(of: module)
      var compiler = ProgramCompiler(
        name: module.name.text, range: module.range, architecture: machine.architecture,
        memoryBytes: machine.memoryBytes, texts: texts, target: .module)
      var image = compiler.compile(module)
      for diagnostic in compiler.diagnostics { report(diagnostic) }
      if compiler.isBroken { isBroken = true }
      image.text = padded(image.text, to: module.textBytes, "text", of: module)
      image.data = padded(image.data, to: module.dataBytes, "data", of: module)
      moduleImages.append(image)
    }
  }

  /// The bytes of a section in the size that the script gives it.
  private mutating func padded(
    _ bytes: [UInt8], to size: (count: Int64, range: SourceRange)?, _ section: String,
    of module: DeclaredModule
  ) -> [UInt8] {
    guard let size else { return bytes }
    guard size.count >= Int64(bytes.count) else {
      report(
        .outOfRange(
          "`\(section)` of module `\(module.name.text)`",
          bounds: "at least the \(bytes.count) bytes that its code needs", at: size.range))
      return bytes
    }
    return bytes + [UInt8](repeating: 0, count: Int(size.count) - bytes.count)
  }
}

// Modules: their code.
extension ProgramCompiler {
  /// Compiles the blocks of a module, which share its functions, data and bss.
  mutating func compile(_ module: DeclaredModule) -> ModuleImage {
    for part in module.parts { collectGlobals(part.body) }
    for part in module.parts { collectFunctions(part.body) }
    var labels: [CodeBuffer.LabelID] = []
    for part in module.parts { labels.append(compilePart(part)) }
    compileFunctions()
    checkSize()
    imports.formUnion(module.needs.map(\.text))
    var image = code.finishModule(name: name, range: range)
    image.license = module.license
    if let version = module.version { image.version = version }
    image.imports = imports.sorted()
    var operations = [[DeviceOperation: Int64]](repeating: [:], count: module.devices.count)
    var mounts = [[FileSystemOperation: Int64]](repeating: [:], count: module.fileSystems.count)
    var handlers = [Int64](repeating: 0, count: module.interrupts.count)
    for (part, label) in zip(module.parts, labels) {
      let offset = code.offset(of: label) ?? 0
      switch part.role {
      case .initialize: image.initOffset = offset
      case .exit: image.exitOffset = offset
      case .operation(let device, let operation): operations[device][operation] = offset
      case .fileSystem(let type, let operation): mounts[type][operation] = offset
      case .interrupt(let position): handlers[position] = offset
      }
    }
    image.provides = zip(module.fileSystems, mounts).map { .fileSystem($0.text, operations: $1) }
    for (device, operations) in zip(module.devices, operations) {
      image.provides.append(
        .device(path: device.place, mode: device.mode, operations: operations))
    }
    for (device, handler) in zip(module.interrupts, handlers) {
      image.provides.append(.interrupt(device: device.text, handler: handler))
    }
    return image
  }

  /// A block that the kernel calls: arguments in registers, the result in its register at the end.
  private mutating func compilePart(_ part: DeclaredModule.Part) -> CodeBuffer.LabelID {
    let label = code.makeLabel()
    beginFrame(part.body)
    code.place(label)
    let enter = code.count
    code.emit(Instruction(.enterFrame), part.range.start)
    scopes.append([:])
    for (position, name) in part.role.parameters.enumerated() {
      let slot = makeSlot()
      scopes[scopes.count - 1][name] = Variable(
        slot: slot, type: position == 0 ? .bytePointer : .integer, range: part.range.start)
      guard roles.arguments.indices.contains(position) else { continue }
      code.emit(
        Instruction(
          .store, a: roles.arguments[position], b: roles.framePointer,
          immediate: slotOffset(slot)), part.range.start)
    }
    block(part.body, isTopLevel: true)
    scopes.removeLast()
    let end = part.range.lastByte
    code.emit(Instruction(.loadImmediate, a: roles.result, immediate: 0), end)
    finishPart(end)
    endFrame(enter)
    return label
  }

  /// Gives control back to the kernel, with the result in its register.
  mutating func finishPart(_ range: SourceRange) {
    code.emit(Instruction(.leaveFrame), range)
    code.emit(Instruction(.kernelCall, immediate: KernelService.done.rawValue), range)
  }

  /// `printk("…")`: a function of the kernel, whose symbol the module imports.
  mutating func kernelCall(
    _ name: Name, _ values: [ExpressionSyntax], _ range: SourceRange, _ depth: Int
  ) -> ProgramType {
    guard let service = KernelService.named(name.text) else {
      for value in values { evaluate(value, depth) }
      let offered = KernelService.allCases.compactMap(\.symbol).sorted()
      let nearest = Nearest.name(to: name.text, among: offered + functions.map(\.name.text))
      reportOnce(
        "kernel", name.text,
        .unknownKernelFunction(name, offered: offered, nearest: nearest))
      return .poison
    }
    let counts = service.argumentCounts
    guard counts.contains(values.count) else {
      report(
        .wrongArgumentCount(
          name.text, given: values.count, wanted: Self.countWords(counts, "argument"),
          signature: service.signature, at: range))
      return .poison
    }
    imports.insert(name.text)
    let live = min(depth, lastTemporary)
    for position in 0..<live {
      code.emit(Instruction(.push, a: roles.temporaries[position]), range)
    }
    // Where registers are few, the frame pointer may be an argument as well.
    let usesFramePointer = roles.arguments.prefix(values.count).contains(roles.framePointer)
    if usesFramePointer { code.emit(Instruction(.push, a: roles.framePointer), range) }
    for (position, value) in values.enumerated() {
      let type = evaluate(value, 0)
      check(type, value, service.parameter(at: position), name.text)
      code.emit(Instruction(.push, a: register(0)), value.range)
    }
    for position in values.indices.reversed() where roles.arguments.indices.contains(position) {
      code.emit(Instruction(.pop, a: roles.arguments[position]), range)
    }
    code.emit(Instruction(.kernelCall, immediate: service.rawValue), range)
    if usesFramePointer { code.emit(Instruction(.pop, a: roles.framePointer), range) }
    code.emit(Instruction(.move, a: register(depth), b: roles.result), range)
    for position in (0..<live).reversed() {
      code.emit(Instruction(.pop, a: roles.temporaries[position]), range)
    }
    return service == .kmalloc ? .bytePointer : .integer
  }
}

extension KernelService {
  /// How it is called.
  fileprivate var signature: String {
    let parameters = argumentCounts.upperBound == 0 ? "" : names.joined(separator: ", ")
    return "\(symbol ?? "")(\(parameters))"
  }

  private var names: [String] {
    switch self {
    case .done, .currentPID: []
    case .printk: ["text", "[values]"]
    case .msleep: ["duration"]
    case .copyFromUser, .copyToUser: ["to", "from", "count"]
    case .kmalloc: ["count"]
    case .kfree: ["address"]
    case .panic: ["text"]
    }
  }

  /// What an argument is.
  fileprivate func parameter(at position: Int) -> Parameter {
    let type: ParameterType =
      switch self {
      case .done, .currentPID: .number
      case .printk: position == 0 ? .text : .number
      case .msleep: .timespec
      case .copyFromUser, .copyToUser:
        position == 0 ? .outBuffer : position == 1 ? .inBuffer : .byteCount
      case .kmalloc: .byteCount
      case .kfree: .address
      case .panic: .text
      }
    return Parameter(names.indices.contains(position) ? names[position] : "value", type)
  }
}
