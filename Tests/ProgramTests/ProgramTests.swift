import Catalogue
import Program
import SourceText
import Testing
import Trace

/// Checked scenarios as data.
@Suite struct ProgramTests {
  @Test func `an instruction is as long as it claims`() {
    #expect(Int64(MemoryLayout<Instruction>.stride) == Instruction.byteCount)
  }

  @Test func `process i is task i + 1, disk i is device i + 1`() {
    var scenario = Scenario(machine: MachineConfiguration(architecture: .x86_64))
    scenario.disks = [
      DiskConfiguration(name: "sda", latency: 5), DiskConfiguration(name: "sdb", latency: 9),
    ]
    scenario.processes = [
      ProcessConfiguration(name: "editor", program: 1, user: 0, directory: "/"),
      ProcessConfiguration(name: "counter", program: 0, user: 0, directory: "/"),
    ]
    #expect(scenario.devices.map(\.name) == ["timer", "sda", "sdb", "console"])
    #expect(scenario.devices.map(\.kind) == [.timer, .disk, .disk, .console])
    #expect(scenario.tasks.map(\.name) == ["idle", "editor", "counter"])
    #expect(scenario.tasks.map(\.pid) == [0, 100, 101])
    #expect(scenario.tasks.map(\.program) == [-1, 1, 0])
  }

  @Test func `values have the types that tell how they are printed`() {
    let time = StateExpression.observable(.time)
    let two = StateExpression.constant(2, .integer)
    #expect(time.valueType == .duration)
    #expect(StateExpression.binary(.less, time, time).valueType == .boolean)
    #expect(StateExpression.binary(.subtract, time, time).valueType == .duration)
    #expect(StateExpression.binary(.multiply, two, time).valueType == .duration)
    #expect(StateExpression.binary(.divide, time, two).valueType == .duration)
    #expect(StateExpression.binary(.divide, time, time).valueType == .integer)
    #expect(StateExpression.negate(time).valueType == .duration)
    #expect(StateExpression.not(two).valueType == .boolean)
    let call = SystemCallID(rawValue: 0)
    let task = TaskID(rawValue: 1)
    #expect(StateExpression.query(.result(call: call, task: task)).valueType == .result)
    #expect(StateExpression.query(.callDuration(call: call, task: task)).valueType == .duration)
    #expect(StateExpression.query(.count(.pattern(EventPattern([.runs])))).valueType == .integer)
    #expect(StateExpression.observable(.cpuCurrent(0)).valueType == .task)
    #expect(StateExpression.observable(.memoryFree).valueType == .bytes)
    #expect(StateExpression.observable(.taskMode(task)).valueType == .mode)
  }
}

@Suite struct ObjectFileTests {
  @Test func `the head of a file comes back as it was written`() {
    for kind in [ObjectFile.Kind.relocatable, .executable, .shared] {
      let head = ObjectFile(kind: kind, machine: 183, name: "hello")
      let bytes = head.encoded(sections: [[1, 2, 3], [4]])
      #expect(ObjectFile(bytes) == head)
      #expect(bytes.count == 64 + 8 + 4)
      #expect(Array(bytes.suffix(4)) == [1, 2, 3, 4])
      for cut in 0..<69 { #expect(ObjectFile(Array(bytes.prefix(cut))) == nil, "\(cut)") }
    }
  }

  @Test func `what is no ELF file is told apart`() {
    #expect(ObjectFile(Array("#!/bin/sh\n".utf8) + [UInt8](repeating: 0, count: 80)) == nil)
    var bytes = ObjectFile(kind: .executable, machine: 62, name: "p").encoded(sections: [])
    bytes[16] = 4  // ET_CORE
    #expect(ObjectFile(bytes) == nil)
  }

  @Test func `devices stand in the order that their numbers say`() {
    var scenario = Scenario(machine: MachineConfiguration(architecture: .x86_64))
    scenario.keyboards = [InputConfiguration(name: "kbd")]
    scenario.serials = [InputConfiguration(name: "ttyS0")]
    scenario.nics = [NICConfiguration(name: "eth0", latency: 1)]
    scenario.disks = [DiskConfiguration(name: "sda", latency: 1)]
    #expect(
      scenario.devices.map(\.name) == ["timer", "sda", "eth0", "ttyS0", "kbd", "console"])
    #expect(
      scenario.devices.map(\.kind) == [.timer, .disk, .nic, .serial, .keyboard, .console])
  }
}
