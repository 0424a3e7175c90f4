import Catalogue
import Trace

/// The pictures that go with a scenario's steps: one drawing each, laid out for the largest content
/// that the run ever has.
struct Gallery {
  /// What can be drawn at a step.
  enum Subject: Int, CaseIterable {
    case processes
    case stack
    case registers
    case descriptors
    case devices
    case walk
    case addressSpace
    case tree
  }

  private(set) var drawings: [Drawing] = []
  private var subjects: [Subject] = []
  private var sizes: GallerySizes
  private let header: TraceHeader
  private let words: InterfaceWords
  /// The slots of each drawing, as last worked out.
  private var contents: [[SlotContent]] = []

  init(_ trace: Trace, words: InterfaceWords = .english) {
    header = trace.header
    self.words = words
    sizes = GallerySizes(trace)
    for subject in Subject.allCases {
      guard let drawing = layout(subject) else { continue }
      drawings.append(drawing)
      subjects.append(subject)
      contents.append([SlotContent](repeating: .empty, count: drawing.slotCount))
    }
  }

  /// One picture of a moment, laid out for it, with what its slots hold; `nil` when there is nothing to
  /// draw in this run.
  static func still(
    _ subject: Subject, of trace: Trace, after eventCount: Int, process: TaskID?,
    words: InterfaceWords = .english
  ) -> (drawing: Drawing, slots: [SlotContent])? {
    var scene = Scene(trace.header, words: words)
    for event in trace.events.prefix(max(0, eventCount)) { scene.apply(event) }
    if let process { scene.turn(to: process) }
    var gallery = Gallery(trace, words: words)
    gallery.sizes.fit(scene)
    guard
      let drawing = subject == .addressSpace
        ? gallery.addressSpaceToScale(scene) : gallery.layout(subject)
    else { return nil }
    let fresh = gallery.content(subject, scene)
    let room = drawing.roomInSlots
    return (
      drawing,
      room.indices.map { $0 < fresh.count ? fresh[$0].fitting(room[$0]) : .empty }
    )
  }

  /// How many slots all drawings have together.
  var slotCount: Int { drawings.reduce(0) { $0 + $1.slotCount } }

  /// What all slots hold in a scene.
  ///
  /// - Parameter changed: Drawings of other subjects hold what they held last time.
  mutating func slots(_ scene: Scene, changed: Set<Subject>) -> [SlotContent] {
    for (index, subject) in subjects.enumerated() where changed.contains(subject) {
      let fresh = content(subject, scene)
      let room = drawings[index].roomInSlots
      contents[index] = room.indices.map {
        $0 < fresh.count ? fresh[$0].fitting(room[$0]) : .empty
      }
    }
    return contents.flatMap(\.self)
  }

  // MARK: Layout

  private func layout(_ subject: Subject) -> Drawing? {
    switch subject {
    case .processes: processes()
    case .stack: sizes.depth > 0 ? stack() : nil
    case .registers: sizes.depth > 0 ? registerTable() : nil
    case .descriptors: sizes.descriptors > 0 ? descriptorTable() : nil
    case .devices: sizes.requests.contains { $0 > 0 } ? devices() : nil
    case .walk: sizes.hasWalk ? walk() : nil
    case .addressSpace: sizes.regions > 0 ? addressSpace() : nil
    case .tree: sizes.tree.count > 1 ? tree() : nil
    }
  }

  private func content(_ subject: Subject, _ scene: Scene) -> [SlotContent] {
    switch subject {
    case .processes: processes(scene)
    case .stack: stack(scene)
    case .registers: registerTable(scene)
    case .descriptors: descriptorTable(scene)
    case .devices: devices(scene)
    case .walk: walk(scene)
    case .addressSpace: addressSpace(scene)
    case .tree: tree(scene)
    }
  }

  // MARK: Processes and queues

  private func processes() -> Drawing {
    var drawing = Drawing("processes", title: words(.processesPicture))
    var row = 0
    for cpu in 0..<sizes.cpus {
      drawing.label("cpu\(cpu)", x: 0, row: row)
      drawing.box(x: 60, row: row, width: 260)
      row += 1
    }
    for (name, count) in [
      (Phrase.readyQueue, sizes.ready), (.asleepQueue, sizes.asleep), (.endedQueue, sizes.ended),
    ] where count > 0 {
      drawing.label(words(name), x: 0, row: row)
      for position in 0..<count {
        drawing.box(x: 60 + position % 2 * 132, row: row + position / 2, width: 128)
      }
      row += (count + 1) / 2
    }
    return drawing
  }

  private func processes(_ scene: Scene) -> [SlotContent] {
    var slots: [SlotContent] = []
    for cpu in 0..<sizes.cpus {
      let current = scene.state.cpus[cpu].current
      let isIdle = header.isIdle(current)
      let context = scene.state.context(ofCPU: cpu) ?? .process
      let mode = scene.state.cpus[cpu].mode
      if context != .process {
        let work: Phrase = context == .softirq ? .deferredWork : .interruptOn
        slots.append(SlotContent(words(work, scene.name(current)), .interrupt))
      } else if isIdle {
        slots.append(SlotContent(words(.idle), .ended))
      } else {
        slots.append(
          SlotContent(
            words(mode == .user ? .inUserMode : .inKernelMode, scene.name(current)),
            mode == .user ? .user : .kernel))
      }
    }
    slots += padded(scene.ready.map { SlotContent(scene.name($0), .runnable) }, to: sizes.ready)
    var asleep: [SlotContent] = []
    var ended: [SlotContent] = []
    for (index, task) in scene.state.tasks.enumerated() {
      let id = TaskID(rawValue: UInt16(truncatingIfNeeded: index))
      guard !header.isIdle(id) else { continue }
      switch task.condition {
      case .sleeping:
        let object = task.waitsFor.map { ": " + header.text($0, in: words.language) } ?? ""
        asleep.append(SlotContent(scene.name(id) + object, .asleep))
      case .stopped: asleep.append(SlotContent(words(.stoppedProcess, scene.name(id)), .asleep))
      case .zombie: ended.append(SlotContent(words(.zombieProcess, scene.name(id)), .ended))
      case .gone: ended.append(SlotContent(scene.name(id), .ended))
      case .absent, .running, .runnable: break
      }
    }
    return slots + padded(asleep, to: sizes.asleep) + padded(ended, to: sizes.ended)
  }

  /// Exactly `count` slots; when there are more contents, the last one says how many.
  private func padded(_ slots: [SlotContent], to count: Int) -> [SlotContent] {
    guard slots.count > count, count > 0 else {
      return slots + [SlotContent](repeating: .empty, count: max(0, count - slots.count))
    }
    let rest = slots.count - count + 1
    return slots.prefix(count - 1) + [SlotContent(words(.more, "\(rest)"))]
  }

  // MARK: Kernel stack

  private func stack() -> Drawing {
    var drawing = Drawing("kernel-stack", title: words(.stackPicture))
    drawing.words(x: 0, row: 0, width: 320)
    for row in 1...sizes.depth { drawing.box(x: 0, row: row, width: 320) }
    return drawing
  }

  private func stack(_ scene: Scene) -> [SlotContent] {
    let index = Int(scene.actor.rawValue)
    guard scene.state.tasks.indices.contains(index) else { return [] }
    let frames = scene.state.tasks[index].frames
    let names = frames.suffix(sizes.depth).map {
      SlotContent(header.architecture.name(of: $0), .kernel)
    }
    let name = scene.name(scene.actor)
    let head = words(frames.isEmpty ? .emptyStack : .stackOf, name)
    // The outermost frame lies at the bottom.
    let empty = [SlotContent](repeating: .empty, count: sizes.depth - names.count)
    return [SlotContent(head)] + empty + names.reversed()
  }

  // MARK: Registers

  private func registerTable() -> Drawing {
    var drawing = Drawing("registers", title: words(.registersPicture))
    drawing.words(x: 0, row: 0, width: 56)
    drawing.label(words(.inTheCPU), x: 58, row: 0)
    drawing.label(words(.savedRegisters), x: 198, row: 0)
    let architecture = header.architecture
    let names =
      [
        words(.modeRow), architecture.programCounter, stackPointerName,
        words.language.phrase(architecture.pageTableBase),
      ]
      + sizes.registers.map { architecture.registers[Int($0)] }
    for (row, name) in names.enumerated() {
      drawing.label(name, x: 0, row: row + 1)
      drawing.box(x: 58, row: row + 1, width: 136)
      // Mode and page-table base have no place on the kernel stack of this model.
      if row != 0 && row != 3 { drawing.box(x: 198, row: row + 1, width: 122) }
    }
    return drawing
  }

  private var stackPointerName: String {
    let architecture = header.architecture
    let number = Int(architecture.roles.stackPointer)
    return architecture.registers.indices.contains(number) ? architecture.registers[number] : "sp"
  }

  private func registerTable(_ scene: Scene) -> [SlotContent] {
    let index = Int(scene.actor.rawValue)
    guard scene.registers.indices.contains(index) else { return [] }
    let known = scene.registers[index]
    let isUser = scene.state.cpus[scene.cpu].mode == .user
    func hex(_ value: Int64?) -> SlotContent {
      value.map { SlotContent(Quantity.hexadecimal($0)) } ?? .empty
    }
    let routine = scene.state.tasks[index].frames.last.map { header.architecture.name(of: $0) }
    let architecture = header.architecture
    var slots = [
      SlotContent(scene.name(scene.actor)),
      SlotContent(
        words.language.phrase(
          isUser ? architecture.userModeName : architecture.kernelModeName),
        isUser ? .user : .kernel),
    ]
    if header.isIdle(scene.actor) {
      return slots
    }
    slots.append(
      isUser ? hex(known.userCounter) : routine.map { SlotContent(words(.inRoutine, $0)) } ?? .empty
    )
    slots.append(known.areSaved ? hex(known.userCounter) : .empty)
    slots.append(isUser || !known.areSaved ? hex(known.userStack) : hex(known.kernelStack))
    slots.append(known.areSaved ? hex(known.userStack) : .empty)
    let base = scene.tableBase[scene.cpu]
    slots.append(base == 0 ? .empty : hex(base))
    for number in sizes.registers {
      // In kernel mode the registers are the kernel's own, and no event tells them.
      slots.append(known.areSaved ? .empty : hex(known.general[number]))
      slots.append(known.areSaved ? hex(known.general[number]) : .empty)
    }
    return slots
  }

  // MARK: Descriptors

  private func descriptorTable() -> Drawing {
    var drawing = Drawing("descriptors", title: words(.descriptorsPicture))
    drawing.words(x: 0, row: 0, width: 320)
    for row in 1...sizes.descriptors {
      drawing.box(x: 0, row: row, width: 36)
      drawing.box(x: 44, row: row, width: 136)
      drawing.box(x: 188, row: row, width: 132)
    }
    return drawing
  }

  private func descriptorTable(_ scene: Scene) -> [SlotContent] {
    let index = Int(scene.actor.rawValue)
    guard scene.descriptors.indices.contains(index), !header.isIdle(scene.actor) else { return [] }
    let table = scene.descriptors[index].sorted { $0.key < $1.key }
    var slots = [SlotContent(words(.of, scene.name(scene.actor)))]
    for (descriptor, file) in table.prefix(sizes.descriptors) {
      let mode = file.flags.map { " " + OpenFlags.accessModeName($0) } ?? ""
      slots.append(SlotContent("\(descriptor) →", .user))
      slots.append(SlotContent(words(.openFile, "\(file.number)", mode), .kernel))
      slots.append(SlotContent(scene.fileName(file.inode), .plain))
    }
    return slots
  }

  // MARK: Devices

  private func devices() -> Drawing {
    var drawing = Drawing("devices", title: words(.devicesPicture))
    var row = 0
    for (device, count) in sizes.requests.enumerated() where count > 0 {
      drawing.label(header.devices[device].name, x: 0, row: row)
      for _ in 0..<count {
        drawing.box(x: 60, row: row, width: 260)
        row += 1
      }
    }
    return drawing
  }

  private func devices(_ scene: Scene) -> [SlotContent] {
    var slots: [SlotContent] = []
    for (device, count) in sizes.requests.enumerated() where count > 0 {
      let requests = scene.requests[device].map { request in
        let act: Phrase =
          request.isStarted
          ? request.isWrite ? .writes : .reads : request.isWrite ? .isToWrite : .isToRead
        return SlotContent(
          words(act, "\(request.block)", scene.name(request.owner)),
          request.isStarted ? .interrupt : .runnable)
      }
      slots += padded(requests, to: count)
    }
    return slots
  }

  // MARK: Page-table walk

  private func walk() -> Drawing {
    var drawing = Drawing("page-table-walk", title: words(.walkPicture))
    drawing.words(x: 0, row: 0, width: 320)
    let levels = header.architecture.pageTable
    for (row, level) in levels.enumerated() {
      drawing.label(words.language.phrase(level.name), x: 0, row: row + 1)
      drawing.box(x: 60, row: row + 1, width: 100)
      drawing.box(x: 166, row: row + 1, width: 154)
    }
    drawing.label(words(.frameRow), x: 0, row: levels.count + 1)
    drawing.box(x: 60, row: levels.count + 1, width: 260)
    return drawing
  }

  private func walk(_ scene: Scene) -> [SlotContent] {
    let walk = scene.walk
    guard let address = walk.address else { return [] }
    let levels = header.architecture.pageTable.count
    var slots = [SlotContent(words(.ofAddress, Quantity.hexadecimal(address)))]
    for level in 0..<levels {
      if let entry = walk.entries.last(where: { Int($0.level) == level }) {
        slots.append(SlotContent(words(.atPlace, Quantity.hexadecimal(entry.place))))
        slots.append(
          SlotContent(
            entry.value == 0 ? words(.emptyEntry) : Quantity.hexadecimal(entry.value),
            entry.value == 0 ? .ended : .plain))
      } else {
        slots += [.empty, .empty]
      }
    }
    slots.append(
      walk.frame.map { SlotContent(words(.keptInTLB, Quantity.hexadecimal($0)), .user) }
        ?? .empty)
    return slots
  }

  // MARK: Address space

  private func addressSpace() -> Drawing {
    var drawing = Drawing("address-space", title: words(.addressSpacePicture))
    drawing.words(x: 0, row: 0, width: 320)
    drawing.box(x: 0, row: 1, width: 320)
    drawing.line(
      x: 0, y: 2 * Drawing.rowHeight - 1, toX: 320, toY: 2 * Drawing.rowHeight - 1)
    for row in 2..<(2 + sizes.regions) {
      drawing.box(x: 0, row: row, width: 116)
      drawing.words(x: 122, row: row, width: 100)
      drawing.words(x: 226, row: row, width: 60)
      drawing.words(x: 290, row: row, width: 30)
    }
    return drawing
  }

  /// The same, with segments as high as they are large, within reason: a step for each doubling.
  private func addressSpaceToScale(_ scene: Scene) -> Drawing? {
    let index = Int(scene.actor.rawValue)
    guard scene.state.tasks.indices.contains(index) else { return nil }
    var drawing = Drawing("address-space", title: words(.addressSpacePicture))
    drawing.words(x: 0, row: 0, width: 320)
    drawing.box(x: 0, row: 1, width: 320)
    var y = 2 * Drawing.rowHeight
    drawing.line(x: 0, y: y - 2, toX: 320, toY: y - 2)
    for region in scene.state.tasks[index].regions.reversed().prefix(sizes.regions) {
      let pages = max(1, (region.end - region.start) / max(1, header.architecture.pageBytes))
      let doublings = 63 - pages.leadingZeroBitCount
      let height = Drawing.boxHeight + 6 * min(doublings, 12)
      drawing.box(x: 0, y: y, width: 116, height: height)
      drawing.words(x: 122, y: y, width: 100)
      drawing.words(x: 226, y: y, width: 60)
      drawing.words(x: 290, y: y, width: 30)
      y += height + 4
    }
    return drawing
  }

  private func addressSpace(_ scene: Scene) -> [SlotContent] {
    let index = Int(scene.actor.rawValue)
    guard scene.state.tasks.indices.contains(index), !header.isIdle(scene.actor) else { return [] }
    let task = scene.state.tasks[index]
    guard !task.regions.isEmpty else { return [] }
    let pages = task.residentPages
    var slots = [
      SlotContent(
        words.count(
          .pagesInMemory, Int(clamping: pages), as: "\(pages)", [scene.name(scene.actor)])),
      kernelSpace(scene),
    ]
    let regions = task.regions.reversed().map { region -> [SlotContent] in
      let name = header.strings[region.name]
      return [
        SlotContent(name.isEmpty ? words(.anonymous) : name, .user),
        SlotContent(Quantity.hexadecimal(region.start)),
        SlotContent(words.bytes(region.end - region.start)),
        SlotContent(region.rights.text),
      ]
    }
    for region in regions.prefix(sizes.regions) { slots += region }
    if regions.count > sizes.regions {
      slots.removeLast(4)
      slots += [
        SlotContent(words(.more, "\(regions.count - sizes.regions + 1)")), .empty, .empty, .empty,
      ]
    }
    return slots
  }

  /// What of the kernel the page table in use maps.
  private func kernelSpace(_ scene: Scene) -> SlotContent {
    if let isUserTable = scene.usesUserTable[scene.cpu] {
      return isUserTable
        ? SlotContent(words(.kernelTrampoline), .ended)
        : SlotContent(words(.kernelAll), .kernel)
    }
    switch header.architecture.kernelSpace {
    case .sharedUpperHalf: return SlotContent(words(.kernelShared), .kernel)
    case .ownTable(let base): return SlotContent(words(.kernelOwnTable, base), .kernel)
    case .separate(let base):
      return SlotContent(words(.kernelSeparate, base), .kernel)
    }
  }

  // MARK: Process tree

  private func tree() -> Drawing {
    var drawing = Drawing("process-tree", title: words(.treePicture))
    for (row, node) in sizes.tree.enumerated() {
      let x = min(node.level, 6) * 18
      if node.level > 0 {
        let y = row * Drawing.rowHeight + Drawing.boxHeight / 2
        drawing.line(x: x - 12, y: y, toX: x, toY: y)
        drawing.line(
          x: x - 12, y: (node.parentRow + 1) * Drawing.rowHeight - 4, toX: x - 12, toY: y)
      }
      drawing.box(x: x, row: row, width: 320 - x)
    }
    return drawing
  }

  private func tree(_ scene: Scene) -> [SlotContent] {
    sizes.tree.map { node in
      let index = Int(node.task.rawValue)
      guard scene.state.tasks.indices.contains(index) else { return .empty }
      let task = scene.state.tasks[index]
      let look: SlotContent.Look =
        switch task.condition {
        case .absent: .plain
        case .running: task.mode == .user ? .user : .kernel
        case .runnable: .runnable
        case .sleeping, .stopped: .asleep
        case .zombie, .gone: .ended
        }
      guard task.condition != .absent else { return .empty }
      let known = header.task(node.task)
      return SlotContent(
        words(
          .processState, known.name, "\(known.pid)", task.condition.name(in: words.language)), look)
    }
  }
}
