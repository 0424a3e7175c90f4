import Catalogue
import Testing
import Trace

/// The machine's state, rebuilt from events alone.
@Suite struct MachineStateTests {
  private static let header = TraceHeader(
    architecture: .x86_64, cpuCount: 1, frameCount: 100,
    tasks: ["idle", "editor", "counter"].enumerated().map {
      TraceTask(name: $1, pid: Int64($0), program: $0 - 1)
    },
    devices: [
      TraceDevice(name: "timer", kind: .timer), TraceDevice(name: "sda", kind: .disk),
    ])

  private static let sda = WaitObject(.device, device: DeviceID(rawValue: 1))

  private static func event(
    _ kind: EventKind, _ task: UInt16, _ time: Int64, _ mode: PrivilegeMode = .kernel,
    object: UInt32 = 0, a: Int64 = 0, b: Int64 = 0
  ) -> TraceEvent {
    TraceEvent(
      time: time, kind: kind, cpu: 0, task: task, mode: mode, depth: 0,
      cause: TraceEvent.noCause, object: object, a: a, b: b)
  }

  /// editor calls, sleeps on sda, counter runs meanwhile, editor is woken, goes on and exits.
  private static let trace = Trace(
    header: header,
    events: [
      event(.processStarts, 1, 0), event(.processStarts, 2, 0),
      event(.runs, 1, 10, .user), event(.callsSystemCall, 1, 20, .user, object: 5),
      event(.entersKernel, 1, 21),
      event(.callsRoutine, 1, 22, object: UInt32(KernelRoutine.entrySyscall.rawValue)),
      event(.callsRoutine, 1, 23, object: UInt32(KernelRoutine.readBlock.rawValue)),
      event(.queuesRequest, 1, 24, object: 1, a: 1), event(.startsRequest, 1, 24, object: 1, a: 1),
      event(.sleeps, 1, 30, object: sda.rawValue), event(.runs, 2, 31, .user, a: 1),
      event(.interrupts, 2, 60, .kernel, object: 1), event(.completesRequest, 2, 61, object: 1),
      event(.wakes, 1, 62, object: sda.rawValue, a: 32), event(.returnsToUser, 2, 63, .user),
      event(.isPreempted, 2, 70), event(.runs, 1, 71, a: 2),
      event(.routineReturns, 1, 72, object: UInt32(KernelRoutine.readBlock.rawValue)),
      event(.installsDescriptor, 1, 73, a: 3, b: 4),
      event(.resolvesPageFault, 1, 74, object: PageFaultKind.major.rawValue),
      event(.resolvesPageFault, 1, 75, object: PageFaultKind.stack.rawValue),
      event(.allocatesPage, 1, 76, a: 0x5000, b: 99), event(.systemCallReturns, 1, 77, object: 5),
      event(.returnsToUser, 1, 78, .user), event(.exits, 1, 90, a: 7),
      event(.runs, 2, 91, .user, a: 1),
      event(.isKilled, 2, 99, object: UInt32(Signal.SIGSEGV.rawValue)), event(.idles, 0, 100, a: 2),
    ])

  @Test func `a sleeping task keeps its kernel stack and its mode`() {
    let state = Self.trace.state(after: 12)
    let editor = state.tasks[1]
    #expect(editor.condition == .sleeping)
    #expect(editor.mode == .kernel)
    #expect(editor.frames == [.entrySyscall, .readBlock])
    #expect(editor.waitsFor == Self.sda)
    #expect(editor.call == SystemCallID(rawValue: 5))
    #expect(editor.voluntarySwitches == 1)
    #expect(state.cpus[0].current.rawValue == 2)
    #expect(state.tasks[2].condition == .running)
    #expect(state.devices[1].reads == 1)
    #expect(state.devices[1].interrupts == 1)
    #expect(state.devices[1].outstanding == 1)
    #expect(state.freeFrames == 100)
  }

  @Test func `a woken task is runnable, and whoever runs goes on running`() {
    let state = Self.trace.state(after: 14)
    #expect(state.tasks[1].condition == .runnable)
    #expect(state.tasks[1].waitsFor == nil)
    #expect(state.tasks[1].mode == .kernel)
    #expect(state.cpus[0].current.rawValue == 2)
    #expect(state.devices[1].outstanding == 0)
  }

  @Test func `a preempted task is runnable once another has the CPU`() {
    let state = Self.trace.state(after: 17)
    #expect(state.tasks[2].condition == .runnable)
    #expect(state.tasks[2].involuntarySwitches == 1)
    #expect(state.tasks[1].condition == .running)
  }

  @Test func `CPU time is the time on a CPU`() {
    let state = Self.trace.state(after: Self.trace.events.count)
    #expect(state.tasks[1].cpuTime(at: state.time) == (30 - 10) + (90 - 71))
    #expect(state.tasks[2].cpuTime(at: state.time) == (71 - 31) + (99 - 91))
    #expect(Self.trace.state(after: 12).tasks[2].cpuTime(at: 60) == 60 - 31)
  }

  @Test func `ended tasks have no frames and no descriptors`() {
    let state = Self.trace.state(after: 25)
    #expect(state.tasks[1].condition == .zombie)
    #expect(state.tasks[1].exitStatus == 7)
    #expect(state.tasks[1].openDescriptors == 0)
    #expect(state.tasks[1].frames.isEmpty)
    #expect(state.tasks[1].majorFaults == 1)
    #expect(state.tasks[1].minorFaults == 1)
    #expect(state.freeFrames == 99)
    let last = Self.trace.state(after: 99)
    #expect(last.tasks[2].killedBy == .SIGSEGV)
    #expect(last.tasks[2].exitStatus == nil)
    #expect(last.cpus[0].current == .idle)
  }

  @Test func `going on from a copy is replaying from the beginning`() {
    var state = MachineState(header: Self.header)
    #expect(state == Self.trace.state(after: 0))
    #expect(state == Self.trace.state(after: -3))
    for (step, event) in Self.trace.events.enumerated() {
      var copy = state
      copy.apply(event)
      state.apply(event)
      #expect(copy == state)
      #expect(state == Self.trace.state(after: step + 1))
      #expect(state.step == step + 1)
      #expect(state.time == event.time)
    }
  }

  @Test func `a task that was not there at first is added when its first event comes`() {
    var state = MachineState(header: Self.header)
    state.apply(
      TraceEvent(
        time: 1, kind: .processStarts, cpu: 0, task: 9, mode: .kernel, depth: 0, cause: 0))
    #expect(state.tasks.count == 10)
    #expect(state.tasks[9].condition == .runnable)
    #expect(state.tasks[8].condition == .absent)
  }

  @Test func `events of another machine change nothing`() {
    var state = MachineState(header: Self.header)
    for kind in EventKind.allCases {
      state.apply(
        TraceEvent(
          time: 1, kind: kind, cpu: 9, task: 0, mode: .user, depth: 0, cause: 0, object: .max,
          a: .min, b: .max))
    }
    #expect(state.tasks == MachineState(header: Self.header).tasks)
    #expect(state.cpus == MachineState(header: Self.header).cpus)
  }
}
