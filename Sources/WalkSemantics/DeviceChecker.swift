import Catalogue
import Program
import SourceText
import Trace
import WalkSyntax

// Network cards, serial lines, keyboards, the swap area; and mounts, which hang on devices.
extension Checker {
  /// What stands for a device in the script: its name, what it is, and where it is declared.
  struct DeclaredDevice {
    var name: String
    var kind: DeviceKind
    var range: SourceRange
  }

  /// All devices that the script declares, in the order of their numbers.
  var declaredDevices: [DeclaredDevice] {
    disks.map { DeclaredDevice(name: $0.disk.name, kind: .disk, range: $0.range) }
      + nics.map { DeclaredDevice(name: $0.nic.name, kind: .nic, range: $0.range) }
      + serials.map { DeclaredDevice(name: $0.input.name, kind: .serial, range: $0.range) }
      + keyboards.map { DeclaredDevice(name: $0.input.name, kind: .keyboard, range: $0.range) }
  }

  /// The device table of the scenario's traces.
  var deviceTable: [TraceDevice] {
    [TraceDevice(name: "timer", kind: .timer)]
      + declaredDevices.map { TraceDevice(name: $0.name, kind: $0.kind) }
      + [TraceDevice(name: "console", kind: .console)]
  }

  /// Whether a device may have this name; reports it if not.
  mutating func isFreeForDevice(_ name: Name, _ keyword: String) -> Bool {
    if let first = declaredDevices.first(where: { $0.name == name.text }) {
      report(.duplicate("\(keyword) `\(name.text)`", at: name.range, first: first.range))
      return false
    }
    if let meaning = ReservedWords.meaning(of: name.text) {
      report(.nameTaken(name, meaning: meaning))
      return false
    }
    guard declaredDevices.count < Limits.entities else {
      report(.limitReached("devices", limit: "\(Limits.entities)", at: name.range))
      return false
    }
    return true
  }

  /// The one item that disks and network cards have.
  mutating func latency(_ items: [ItemSyntax], of keyword: String, else standard: Int64) -> Int64 {
    var latency = standard
    var seen: [String: SourceRange] = [:]
    for item in items {
      if reportRepeated(item, &seen, of: keyword) { continue }
      guard item.key.text == "latency" else {
        reportItem(item, of: keyword, known: BlockItems.device)
        continue
      }
      latency = time(item, in: 1...Limits.longestTime, "between 1ns and 1 hour") ?? latency
    }
    return latency
  }

  mutating func reportItem(_ item: ItemSyntax, of owner: String, known: [String]) {
    report(
      .unknownItem(
        item.key, of: owner, known: known, nearest: Nearest.name(to: item.key.text, among: known)))
  }

  mutating func declareDisk(_ name: Name, _ items: [ItemSyntax]) {
    guard isFreeForDevice(name, "disk") else { return }
    let latency = latency(items, of: "disk", else: 5_000_000)
    disks.append((DiskConfiguration(name: name.text, latency: latency), name.range))
  }

  mutating func declareNIC(_ name: Name, _ items: [ItemSyntax], _ range: SourceRange) {
    guard Gate.network.isOpen else { return report(.notSimulated("`nic \(name.text)`", at: range)) }
    guard isFreeForDevice(name, "nic") else { return }
    let latency = latency(items, of: "nic", else: 1_000_000)
    nics.append((NICConfiguration(name: name.text, latency: latency), name.range))
  }

  /// `serial ttyS0`, `keyboard kbd`: neither has items.
  mutating func declareInput(_ keyword: String, _ name: Name, _ items: [ItemSyntax]) {
    for item in items { reportItem(item, of: keyword, known: []) }
    guard isFreeForDevice(name, keyword) else { return }
    let input = (InputConfiguration(name: name.text), name.range)
    if keyword == "serial" { serials.append(input) } else { keyboards.append(input) }
  }

  mutating func declareSwap(_ device: Name, _ items: [ItemSyntax], _ range: SourceRange) {
    guard Gate.swap.isOpen else { return report(.notSimulated("`swap`", at: range)) }
    if let first = swapRange {
      report(.duplicate("the swap area", at: device.range, first: first))
      return
    }
    swapRange = device.range
    let page = machine.architecture.pageBytes
    var byteCount: Int64 = 1 << 20
    var seen: [String: SourceRange] = [:]
    for item in items {
      if reportRepeated(item, &seen, of: "swap") { continue }
      guard item.key.text == "size" else {
        reportItem(item, of: "swap", known: BlockItems.swap)
        continue
      }
      guard let bytes = size(item, in: page...Limits.swapBytes, "between a page and 1GiB") else {
        continue
      }
      if bytes % page == 0 {
        byteCount = bytes
      } else {
        report(
          .outOfRange(
            "`size`", bounds: "a multiple of the page size, \(page)", at: valueRange(item)))
      }
    }
    guard let disk = disks.firstIndex(where: { $0.disk.name == device.text }) else {
      reportUnknownDevice(device, .disk)
      return
    }
    swap = SwapConfiguration(disk: disk, byteCount: byteCount)
  }

  // MARK: Mounts

  mutating func declareMount(
    _ path: StringSyntax, _ kind: Name, on device: Name?, from server: StringSyntax?,
    isReadOnly: Bool, _ range: SourceRange
  ) {
    guard let place = checkedPath(path) else { return }
    if let first = mounts.first(where: { $0.mount.path == place }) {
      report(.duplicate("the mount on \"\(place)\"", at: path.range, first: first.range))
      return
    }
    guard mounts.count < Limits.entities else {
      report(.limitReached("mounts", limit: "\(Limits.entities)", at: range))
      return
    }
    let known = MountConfiguration.FileSystem.allCases.map(\.rawValue)
    guard let fileSystem = MountConfiguration.FileSystem(rawValue: kind.text),
      fileSystem != .nfs || Gate.network.isOpen
    else {
      let planned = ["nfs", "fat", "ext2", "xfs", "overlay"]
      if planned.contains(kind.text) {
        report(.notSimulated("the file system `\(kind.text)`", at: kind.range))
      } else if kind.text == "proc" {
        report(
          .wrongItemValue(
            "mount", wanted: "no `proc`: the kernel itself puts it on \"/proc\"", at: kind.range))
      } else {
        report(
          .unknownChoice(
            kind.text, of: "file system", at: kind.range, known: known,
            nearest: Nearest.name(to: kind.text, among: known)))
      }
      return
    }
    if let server, fileSystem != .nfs {
      report(
        .wrongItemValue(
          "mount … \(kind.text)", wanted: "no server: only nfs has one", at: server.range))
    }
    var mount = MountConfiguration(path: place, fileSystem: fileSystem, disk: nil)
    mount.isReadOnly = isReadOnly
    switch fileSystem {
    case .ext4:
      guard let device else {
        report(.wrongItemValue("mount … ext4", wanted: "a disk: `on NAME`", at: kind.range))
        return
      }
      guard let found = disks.firstIndex(where: { $0.disk.name == device.text }) else {
        reportUnknownDevice(device, .disk)
        return
      }
      if let other = mounts.first(where: { $0.mount.disk == found }) {
        report(
          .duplicate("a file system on `\(device.text)`", at: device.range, first: other.range))
        return
      }
      mount.disk = found
    case .tmpfs:
      if let device {
        report(
          .wrongItemValue("mount … tmpfs", wanted: "no disk: it lies in memory", at: device.range))
        return
      }
    case .nfs:
      guard let device else {
        report(.wrongItemValue("mount … nfs", wanted: "a network card: `on NAME`", at: kind.range))
        return
      }
      guard let found = nics.firstIndex(where: { $0.nic.name == device.text }) else {
        reportUnknownDevice(device, .nic)
        return
      }
      guard let server, !server.bytes.isEmpty else {
        report(
          .wrongItemValue(
            "mount … nfs", wanted: "a server: `from \"fileserver\"`",
            at: server?.range ?? kind.range))
        return
      }
      if place == "/" {
        report(
          .wrongItemValue(
            "mount … nfs", wanted: "another place: \"/\" is on this machine", at: path.range))
        return
      }
      mount.nic = found
      mount.server = server.text
    }
    mounts.append((mount, path.range))
  }

  /// Reports the name of a device that does not exist, or is of another kind than wanted.
  mutating func reportUnknownDevice(_ name: Name, _ kind: DeviceKind?) {
    if let other = declaredDevices.first(where: { $0.name == name.text }), let kind {
      report(.wrongDeviceKind(name, wanted: kind.words, is: other.kind.words))
      return
    }
    guard isNews("device", name.text) else { return }
    let known = declaredDevices.filter { kind == nil || $0.kind == kind }.map(\.name)
    report(
      .unknownDevice(name, known: known, nearest: Nearest.name(to: name.text, among: known)))
  }
}

extension DeviceKind {
  /// What it is, with its article.
  var words: String {
    switch self {
    case .timer: "the timer"
    case .disk: "a disk"
    case .nic: "a network card"
    case .serial: "a serial line"
    case .keyboard: "a keyboard"
    case .console: "the console"
    }
  }
}
