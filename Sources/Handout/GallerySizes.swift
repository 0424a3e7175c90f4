import Catalogue
import Trace

/// How much room the pictures of a run need: the largest content that each ever has, within bounds.
struct GallerySizes {
  private static let queueLimit = 6
  private static let depthLimit = 18
  private static let regionLimit = 16
  private static let descriptorLimit = 10
  private static let requestLimit = 4
  private static let registerLimit = 9
  private static let treeLimit = 14
  private static let cpuLimit = 8

  private(set) var cpus: Int
  private(set) var ready = 0
  private(set) var asleep = 0
  private(set) var ended = 0
  /// Frames of the deepest kernel stack.
  private(set) var depth = 0
  private(set) var regions = 0
  private(set) var descriptors = 0
  /// Requests that each device has at once; 0 for devices that have none.
  private(set) var requests: [Int]
  /// General registers that events speak of, by number.
  private(set) var registers: [UInt8] = []
  private(set) var hasWalk = false
  /// The processes in the order of a walk through the tree; empty when nobody forks.
  private(set) var tree: [Node] = []

  struct Node {
    var task: TaskID
    var level: Int
    var parentRow: Int
  }

  init(_ trace: Trace) {
    let header = trace.header
    cpus = min(max(1, header.cpuCount), Self.cpuLimit)
    requests = [Int](repeating: 0, count: header.devices.count)
    var seen: Set<UInt8> = []
    var children: [Int: [Int]] = [:]
    var isChild: Set<Int> = []
    var alive: [Int] = []
    var scene = Scene(header)
    for event in trace.events {
      scene.apply(event)
      depth = max(depth, Int(event.depth))
      switch event.kind {
      case .loadsRegister, .storesResult: seen.insert(UInt8(truncatingIfNeeded: event.object))
      case .missesTLB: hasWalk = true
      case .processStarts: alive.append(Int(event.task))
      case .forks:
        if let child = Int(exactly: event.a), isChild.insert(child).inserted {
          children[Int(event.task), default: []].append(child)
        }
      case .mapsRegion, .setsProtection, .unmapsRegion, .executesSyscall:
        let task = Int(event.task)
        if scene.state.tasks.indices.contains(task) {
          regions = max(regions, scene.state.tasks[task].regions.count)
        }
      case .installsDescriptor:
        let task = Int(event.task)
        if scene.descriptors.indices.contains(task) {
          descriptors = max(descriptors, scene.descriptors[task].count)
        }
      case .submitsRequest, .submitsWrite:
        let device = Int(event.object)
        if requests.indices.contains(device) {
          requests[device] = max(requests[device], scene.requests[device].count)
        }
      default: break
      }
      guard scene.changes.contains(.processes) else { continue }
      ready = max(ready, scene.ready.count)
      var (sleeping, over) = (0, 0)
      for (index, task) in scene.state.tasks.enumerated() {
        if header.isIdle(TaskID(rawValue: UInt16(truncatingIfNeeded: index))) { continue }
        switch task.condition {
        case .sleeping, .stopped: sleeping += 1
        case .zombie, .gone: over += 1
        case .absent, .running, .runnable: break
        }
      }
      asleep = max(asleep, sleeping)
      ended = max(ended, over)
    }
    ready = min(ready, Self.queueLimit)
    asleep = min(asleep, Self.queueLimit)
    ended = min(ended, Self.queueLimit)
    depth = min(depth, Self.depthLimit)
    regions = min(regions, Self.regionLimit)
    descriptors = min(descriptors, Self.descriptorLimit)
    requests = requests.map { min($0, Self.requestLimit) }
    registers = Self.inOrder(seen, header.architecture)
    if !children.isEmpty { plant(alive.filter { !isChild.contains($0) }, children) }
  }

  /// The room that one scene needs.
  mutating func fit(_ scene: Scene) {
    let index = Int(scene.actor.rawValue)
    let task = scene.state.tasks.indices.contains(index) ? scene.state.tasks[index] : nil
    ready = min(scene.ready.count, Self.queueLimit)
    (asleep, ended) = (0, 0)
    for (index, task) in scene.state.tasks.enumerated() {
      if scene.header.isIdle(TaskID(rawValue: UInt16(truncatingIfNeeded: index))) { continue }
      switch task.condition {
      case .sleeping, .stopped: asleep = min(asleep + 1, Self.queueLimit)
      case .zombie, .gone: ended = min(ended + 1, Self.queueLimit)
      case .absent, .running, .runnable: break
      }
    }
    depth = min(max(1, task?.frames.count ?? 0), Self.depthLimit)
    regions = min(max(1, task?.regions.count ?? 0), Self.regionLimit)
    let open = scene.descriptors.indices.contains(index) ? scene.descriptors[index].count : 0
    descriptors = min(max(1, open), Self.descriptorLimit)
    requests = requests.indices.map { device in
      requests[device] == 0 ? 0 : min(max(1, scene.requests[device].count), Self.requestLimit)
    }
    hasWalk = true
  }

  /// Number, arguments and result first, then others by number.
  private static func inOrder(_ seen: Set<UInt8>, _ architecture: Architecture) -> [UInt8] {
    let roles = architecture.roles
    var order: [UInt8] = []
    for number in [roles.number] + roles.arguments + [roles.result] + seen.sorted()
    where seen.contains(number) && !order.contains(number)
      && architecture.registers.indices.contains(Int(number))
    {
      order.append(number)
    }
    return Array(order.prefix(registerLimit))
  }

  private mutating func plant(_ roots: [Int], _ children: [Int: [Int]]) {
    // Depth first, the first child first; a loop over a stack, since trees of forks may be deep.
    var rest = roots.reversed().map { (task: $0, level: 0, parentRow: 0) }
    while let next = rest.popLast(), tree.count < Self.treeLimit {
      let row = tree.count
      tree.append(
        Node(
          task: TaskID(rawValue: UInt16(truncatingIfNeeded: next.task)), level: next.level,
          parentRow: next.parentRow))
      for child in children[next.task, default: []].reversed() {
        rest.append((child, next.level + 1, row))
      }
    }
  }
}
