import Catalogue
import Testing
import Trace

/// Events and their catalogue.
@Suite struct TraceTests {
  @Test func `an event is 40 bytes`() {
    #expect(MemoryLayout<TraceEvent>.stride == 40)
  }

  @Test func `names of kinds are unique and in snake case`() {
    func isSnakeCase(_ name: String) -> Bool {
      name.first?.isLetter == true && !name.hasSuffix("_") && !name.contains("__")
        && name.utf8.allSatisfy {
          (97...122).contains($0) || (48...57).contains($0) || $0 == UInt8(ascii: "_")
        }
    }
    var names: Set<String> = []
    for kind in EventKind.allCases {
      let facts = kind.facts
      #expect(isSnakeCase(facts.name), "\(facts.name)")
      #expect(names.insert(facts.name).inserted, "\(facts.name) twice")
      let fields = [facts.object, facts.a, facts.b].compactMap { $0 }
      #expect(Set(fields.map(\.name)).count == fields.count, "\(facts.name)")
      for field in fields { #expect(isSnakeCase(field.name), "\(facts.name).\(field.name)") }
      #expect(!facts.meaning.isEmpty && !facts.meaning.hasSuffix("."), "\(facts.name)")
    }
  }

  @Test func `causes lead back to the event that nothing made happen`() {
    func event(_ cause: UInt32) -> TraceEvent {
      TraceEvent(
        time: 0, kind: .runs, cpu: 0, task: 0, mode: .user, depth: 0, cause: cause)
    }
    let header = TraceHeader(
      architecture: .x86_64, cpuCount: 1, frameCount: 1, tasks: [], devices: [])
    let none = TraceEvent.noCause
    let trace = Trace(
      header: header, events: [event(none), event(0), event(1), event(0), event(4)])
    #expect(trace.causes(of: 2) == [1, 0])
    #expect(trace.causes(of: 3) == [0])
    #expect(trace.causes(of: 0).isEmpty)
    // Causes that do not point backwards end the chain, and so do steps of another trace.
    #expect(trace.causes(of: 4).isEmpty)
    #expect(trace.causes(of: 99).isEmpty)
    #expect(trace.causes(of: -1).isEmpty)
  }

  @Test func `a wait object keeps its reason and its device`() {
    for reason in WaitObject.Reason.allCases {
      for device: UInt32 in [0, 1, 0xFF_FFFF] {
        let object = WaitObject(reason, device: DeviceID(rawValue: device))
        #expect(WaitObject(rawValue: object.rawValue).reason == reason)
        #expect(WaitObject(rawValue: object.rawValue).device.rawValue == device)
      }
    }
    #expect(WaitObject(rawValue: .max).reason == .device)
  }

  @Test func `zooms have names and an order`() {
    #expect(Zoom.overview < .mechanism && Zoom.mechanism < .hardware)
    #expect(Zoom(name: "mechanism") == .mechanism)
    #expect(Zoom(name: "Mechanism") == nil)
  }

  @Test func `a recorder makes each event the cause of the next, up to its limit`() {
    var recorder = TraceRecorder(limit: 2)
    let first = recorder.record(.machineStarts)
    recorder.now = 5
    recorder.task = 1
    let second = recorder.record(.wakes, about: TaskID(rawValue: 2), depth: 7)
    let (task, wasFull) = (recorder.task, recorder.isFull)
    let lost = recorder.record(.idles)
    let isFull = recorder.isFull
    #expect([first, second, lost] == [0, 1, 1])
    #expect(task == 1)
    #expect(!wasFull && isFull)
    let header = TraceHeader(
      architecture: .x86_64, cpuCount: 1, frameCount: 1, tasks: [], devices: [])
    let trace = recorder.finish(header: header)
    #expect(trace.events.map(\.cause) == [TraceEvent.noCause, 0])
    #expect(trace.events.map(\.task) == [0, 2])
    #expect(trace.events.map(\.time) == [0, 5])
  }
}
