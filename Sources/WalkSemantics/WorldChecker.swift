import Catalogue
import Program
import SourceText
import Trace
import WalkSyntax

// The world: machine, accounts, devices, mounts.
extension Checker {
  // MARK: Machine

  mutating func checkMachine() {
    // The last part that has a machine decides; within one kind of fence there is only one.
    var seen: [(role: FenceRole, range: SourceRange)] = []
    var chosen: (Name, [ItemSyntax])?
    for (role, statement) in statements {
      guard case .machine(let name, let items, let range) = statement, role != .continue else {
        continue
      }
      if let first = seen.first(where: { ($0.role == .world) == (role == .world) }) {
        report(.duplicate("the machine", at: name.range, first: first.range))
        continue
      }
      seen.append((role, range))
      chosen = (name, items)
    }
    if let architectureOverride, Architecture.named(architectureOverride) == nil {
      reportOverride(architectureOverride, at: chosen?.0.range)
    }
    let wanted = variantArchitecture()
    if let (name, items) = chosen {
      if let architecture = resolveArchitecture(name) {
        let override = wanted ?? architectureOverride.flatMap(Architecture.named)
        machine = MachineConfiguration(architecture: override ?? architecture)
      }
      var configuration = machine
      checkMachineItems(items, of: &configuration)
      machine = configuration
    } else if let wanted {
      machine = MachineConfiguration(architecture: wanted)
    }
    replaceMachineItems()
  }

  /// Reports an architecture that somebody outside of the script asked for in vain.
  private mutating func reportOverride(_ name: String, at range: SourceRange?) {
    let place = range ?? SourceRange(file: FileID(rawValue: 0), lower: 0, upper: 0)
    let known = Architecture.all.map(\.name)
    var diagnostic = Diagnostic.unknownArchitecture(
      Name(name, place), known: known, nearest: Nearest.name(to: name, among: known))
    // The script is not what is wrong: there is nothing in it to mend.
    diagnostic.fixIts = []
    if range == nil { diagnostic.primary = nil }
    report(diagnostic)
  }

  /// The architecture with a name; reports an unknown one.
  mutating func resolveArchitecture(_ name: Name) -> Architecture? {
    if let architecture = Architecture.named(name.text) { return architecture }
    let known = Architecture.all.map(\.name)
    report(
      .unknownArchitecture(
        name, known: known, nearest: Nearest.name(to: name.text, among: known)))
    return nil
  }

  private static let machineItems = MachineItem.all.map(\.name)

  /// Reads the items of a machine's block.
  mutating func checkMachineItems(
    _ items: [ItemSyntax], of machine: inout MachineConfiguration
  ) {
    var seen: [String: SourceRange] = [:]
    var quantumRange: SourceRange?
    for item in items {
      if reportRepeated(item, &seen, of: "machine") { continue }
      switch item.key.text {
      case "cpus":
        guard let count = integer(item, in: 1...64, "1 or more") else { continue }
        machine.cpuCount = Int(count)
      case "memory":
        guard
          let bytes = size(
            item, in: Limits.memory, "between 1MiB and 1GiB")
        else { continue }
        if bytes % machine.architecture.pageBytes != 0 {
          report(
            .outOfRange(
              "`memory`", bounds: "a multiple of the page size, \(machine.architecture.pageBytes)",
              at: valueRange(item)))
        } else {
          machine.memoryBytes = bytes
        }
      case "page":
        guard let bytes = size(item, in: 1...(1 << 30), "a power of two") else { continue }
        if bytes != machine.architecture.pageBytes {
          report(
            .outOfRange(
              "`page`", bounds: "4KiB, the page size of \(machine.architecture.name)",
              at: valueRange(item)))
        }
      case "tick":
        if let tick = time(item, in: 1_000...Limits.longestTime, "between 1us and 1 hour") {
          machine.tick = tick
        }
      case "scheduler":
        checkScheduler(item, of: &machine, &quantumRange)
      case "isolation":
        checkIsolation(item, of: &machine)
      case "replacement":
        let known = ReplacementPolicy.allCases.map(\.rawValue)
        let isOpen = Gate.replacement.isOpen
        let name = choose(
          item, "replacement policy", now: isOpen ? known : [],
          planned: isOpen ? ["opt"] : known + ["opt"],
          note: "`opt` takes the page that will be needed last: no kernel knows which that is")
        if let policy = name.flatMap(ReplacementPolicy.init(rawValue:)) {
          machine.replacement = policy
        }
      case "protection":
        checkProtection(item, of: &machine)
      case "costs":
        checkCosts(item, of: &machine)
      default:
        report(
          .unknownItem(
            item.key, of: "machine", known: Self.machineItems,
            nearest: Nearest.name(to: item.key.text, among: Self.machineItems)))
      }
    }
  }

  private mutating func checkIsolation(
    _ item: ItemSyntax, of machine: inout MachineConfiguration
  ) {
    let known = Isolation.allCases.map(\.rawValue)
    let name = choose(item, "kind of isolation", now: known, planned: [])
    guard let isolation = name.flatMap(Isolation.init(rawValue:)) else { return }
    if isolation == .kpti, machine.architecture.kernelIsolation == nil {
      report(
        .wrongItemValue(
          "isolation", wanted: "`shared` here: \(machine.architecture.noKernelIsolation)",
          at: valueRange(item)))
    } else {
      machine.isolation = isolation
    }
  }

  private mutating func checkScheduler(
    _ item: ItemSyntax, of machine: inout MachineConfiguration,
    _ quantumRange: inout SourceRange?
  ) {
    let name = choose(
      item, "scheduler", now: SchedulerPolicy.allCases.map(\.rawValue),
      planned: ["sjf", "stcf", "mlfq", "lottery", "stride", "eevdf"])
    if let policy = name.flatMap(SchedulerPolicy.init(rawValue:)) { machine.policy = policy }
    var seen: [String: SourceRange] = [:]
    for inner in item.items ?? [] {
      if reportRepeated(inner, &seen, of: "scheduler") { continue }
      guard inner.key.text == "quantum" else {
        report(
          .unknownItem(
            inner.key, of: "scheduler", known: BlockItems.scheduler,
            nearest: Nearest.name(to: inner.key.text, among: BlockItems.scheduler)))
        continue
      }
      if let quantum = time(inner, in: 1_000...Limits.longestTime, "between 1us and 1 hour") {
        machine.quantum = quantum
        quantumRange = inner.range
      }
    }
  }

  private mutating func checkProtection(
    _ item: ItemSyntax, of machine: inout MachineConfiguration
  ) {
    let architecture = machine.architecture
    let known = architecture.protections.map(\.rawValue)
    guard item.values.count == 1, case .list(let elements, _) = item.values[0] else {
      let example = known.isEmpty ? "[]" : "[\(known.joined(separator: ", "))]"
      report(.wrongItemValue("protection", wanted: "a list such as `\(example)`", at: item.range))
      return
    }
    var chosen: [MemoryProtection] = []
    for element in elements {
      let text = texts.text(element.range)
      guard case .name(let name) = element,
        let protection = MemoryProtection(rawValue: name.text)
      else {
        report(
          .unknownChoice(
            text, of: "protection", at: element.range, known: known,
            nearest: Nearest.name(to: text, among: known)))
        continue
      }
      if chosen.contains(protection) {
        report(.duplicate("`\(name.text)`", at: name.range, first: nil))
      } else if architecture.protections.contains(protection) {
        chosen.append(protection)
      } else {
        report(.foreignProtection(protection, on: architecture, at: name.range))
      }
    }
    machine.chosenProtections = chosen
  }

  private mutating func checkCosts(_ item: ItemSyntax, of machine: inout MachineConfiguration) {
    if let items = item.items, item.values.isEmpty {
      let keys = BlockItems.costs
      var seen: [String: SourceRange] = [:]
      for inner in items {
        if reportRepeated(inner, &seen, of: "costs") { continue }
        guard let (key, path) = keys.first(where: { $0.0 == inner.key.text }) else {
          let known = keys.map(\.0)
          report(
            .unknownItem(
              inner.key, of: "costs", known: known,
              nearest: Nearest.name(to: inner.key.text, among: known)))
          continue
        }
        // Something must take time, or time would stand still in an endless loop.
        let least: Int64 = key == "instruction" || key == "kernel_step" ? 1 : 0
        if let cost = time(inner, in: least...1_000_000_000, "between \(least)ns and 1s") {
          machine.costs[keyPath: path] = cost
        }
      }
      return
    }
    switch choose(item, "table of costs", now: ["ideal", "typical"], planned: []) {
    case "ideal": machine.costs = .ideal
    case "typical": machine.costs = .typical
    default: break
    }
  }

  // MARK: Accounts, devices, mounts

  mutating func checkDeclarations() {
    var memberships: [(user: Name, groups: [Name])] = []
    for (role, statement) in statements where role != .continue {
      switch statement {
      case .entity(let keyword, let name, let items, let range):
        switch keyword.text {
        case "user": memberships.append((name, declareUser(name, items)))
        case "disk": declareDisk(name, items)
        case "nic": declareNIC(name, items, range)
        case "serial", "keyboard": declareInput(keyword.text, name, items)
        case "module": declareModule(name, items, range)
        default: report(.notSimulated("`\(keyword.text) \(name.text)`", at: range))
        }
      case .include(_, let range):
        report(.notSimulated("`include`", at: range))
      default: break
      }
    }
    // A group's number must be no user's, so that the users come first.
    for (user, groups) in memberships {
      guard let index = accounts.index(of: user.text) else { continue }
      for group in groups { accounts.join(index, group: group.text) }
    }
    for (role, statement) in statements where role != .continue {
      if case .swap(let device, let items, let range) = statement {
        declareSwap(device, items, range)
      }
    }
    for (role, statement) in statements where role != .continue {
      if case .mount(let path, let kind, let device, let server, let isReadOnly, let range) =
        statement
      {
        declareMount(path, kind, on: device, from: server, isReadOnly: isReadOnly, range)
      }
    }
    if let root = mounts.firstIndex(where: { $0.mount.path == "/" }) {
      mounts.insert(mounts.remove(at: root), at: 0)
    } else {
      let nowhere = SourceRange(file: FileID(rawValue: 0), lower: 0, upper: 0)
      mounts.insert(
        (MountConfiguration(path: "/", fileSystem: .tmpfs, disk: nil), nowhere), at: 0)
    }
  }

  /// Declares a user, and returns the groups that they are to join.
  private mutating func declareUser(_ name: Name, _ items: [ItemSyntax]) -> [Name] {
    let known = accounts.index(of: name.text)
    if let known, let first = accounts.ranges[known] {
      report(.duplicate("user `\(name.text)`", at: name.range, first: first))
      return []
    }
    if let meaning = ReservedWords.meaning(of: name.text) {
      report(.nameTaken(name, meaning: meaning))
      return []
    }
    guard accounts.users.count < Limits.entities else {
      report(.limitReached("accounts", limit: "\(Limits.entities)", at: name.range))
      return []
    }
    var uid = known.map { accounts.users[$0].uid } ?? accounts.nextUID
    var groups: [Name] = []
    var seen: [String: SourceRange] = [:]
    for item in items {
      if reportRepeated(item, &seen, of: "user") { continue }
      switch item.key.text {
      case "uid":
        guard let value = integer(item, in: 0...65_533, "between 0 and 65533") else { continue }
        if name.text == "root", value != 0 {
          report(.outOfRange("the uid of root", bounds: "0", at: valueRange(item)))
        } else {
          uid = value
        }
      case "groups":
        guard item.values.count == 1, case .list(let elements, _) = item.values[0] else {
          report(.wrongItemValue("groups", wanted: "a list such as `[staff]`", at: item.range))
          continue
        }
        for element in elements {
          if case .name(let group) = element {
            groups.append(group)
          } else {
            report(.wrongItemValue("groups", wanted: "names of groups", at: element.range))
          }
        }
      default:
        let known = BlockItems.user
        report(
          .unknownItem(
            item.key, of: "user", known: known,
            nearest: Nearest.name(to: item.key.text, among: known)))
      }
    }
    accounts.declare(UserAccount(name: name.text, uid: uid, gids: [uid]), at: name.range)
    return groups
  }

  // MARK: Items

  /// Whether an item stands in its block for the second time; reported here.
  mutating func reportRepeated(
    _ item: ItemSyntax, _ seen: inout [String: SourceRange], of owner: String
  ) -> Bool {
    if let first = seen[item.key.text] {
      report(.duplicate("`\(item.key.text)` of \(owner)", at: item.key.range, first: first))
      return true
    }
    seen[item.key.text] = item.key.range
    return false
  }

  /// The range of an item's value, for messages.
  func valueRange(_ item: ItemSyntax) -> SourceRange { item.values.first?.range ?? item.range }

  /// The one value of an item.
  mutating func single(_ item: ItemSyntax, _ wanted: String) -> ExpressionSyntax? {
    guard item.values.count == 1 else {
      report(
        .wrongItemValue(
          item.key.text, wanted: wanted,
          at: item.values.count > 1 ? item.values[1].range : item.range))
      return nil
    }
    if case .missing = item.values[0] {
      isBroken = true
      return nil
    }
    return item.values[0]
  }

  /// A plain number.
  mutating func integer(_ item: ItemSyntax, in bounds: ClosedRange<Int64>, _ words: String)
    -> Int64?
  {
    number(
      item, "one number", "a number", unit: "a plain number", [.plain], in: bounds, words)
  }

  /// A number of bytes.
  mutating func size(_ item: ItemSyntax, in bounds: ClosedRange<Int64>, _ words: String) -> Int64? {
    number(
      item, "one size", "a size such as `4KiB`", unit: "a size in bytes", [.plain, .size],
      in: bounds, words)
  }

  /// The one number of an item, in one of some units and within bounds.
  private mutating func number(
    _ item: ItemSyntax, _ one: String, _ wanted: String, unit: String,
    _ kinds: [FoldedConstant.Kind], in bounds: ClosedRange<Int64>, _ words: String
  ) -> Int64? {
    guard let value = single(item, one) else { return nil }
    guard let folded = ConstantFolder.fold(value) else {
      report(.wrongItemValue(item.key.text, wanted: wanted, at: value.range))
      return nil
    }
    guard kinds.contains(folded.kind) else {
      report(.wrongUnit("`\(item.key.text)`", wanted: unit, at: value.range))
      return nil
    }
    guard bounds.contains(folded.value) else {
      report(.outOfRange("`\(item.key.text)`", bounds: words, at: value.range))
      return nil
    }
    return folded.value
  }

  /// A time span in nanoseconds.
  mutating func time(_ item: ItemSyntax, in bounds: ClosedRange<Int64>, _ words: String) -> Int64? {
    guard let value = single(item, "one time span") else { return nil }
    return time(value, "`\(item.key.text)`", in: bounds, words)
  }

  /// A time span in nanoseconds.
  mutating func time(
    _ value: ExpressionSyntax, _ what: String, in bounds: ClosedRange<Int64>, _ words: String
  ) -> Int64? {
    if case .missing = value {
      isBroken = true
      return nil
    }
    guard let folded = ConstantFolder.fold(value) else {
      report(.notConstant(what, at: value.range))
      return nil
    }
    switch folded.kind {
    case .time: break
    case .plain:
      var literal: String?
      if case .number(let number, _, _) = value { literal = String(number) }
      report(.missingTimeUnit(what, at: value.range, literal: literal))
      return nil
    default:
      report(.wrongUnit(what, wanted: "a time span", at: value.range))
      return nil
    }
    guard bounds.contains(folded.value) else {
      report(.outOfRange(what, bounds: words, at: value.range))
      return nil
    }
    return folded.value
  }

  /// One word of a few.
  @discardableResult
  mutating func choose(
    _ item: ItemSyntax, _ what: String, now: [String], planned: [String],
    note: String? = nil
  ) -> String? {
    guard let value = single(item, "a \(what)") else { return nil }
    guard case .name(let name) = value else {
      report(
        .wrongItemValue(
          item.key.text, wanted: "one of \((now + planned).joined(separator: ", "))",
          at: value.range))
      return nil
    }
    if now.contains(name.text) { return name.text }
    if planned.contains(name.text) {
      report(.notSimulated("the \(what) `\(name.text)`", at: name.range, note: note))
      return nil
    }
    report(
      .unknownChoice(
        name.text, of: what, at: name.range, known: now + planned,
        nearest: Nearest.name(to: name.text, among: now + planned)))
    return nil
  }
}
