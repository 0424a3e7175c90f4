import Catalogue
import Narration
import Program
import SourceText
import TestSupport
import Testing
import Trace

/// One machine and one event of each kind, with plausible numbers.
enum Sample {
  static let source = "let fd = open(\"foo\", O_RDONLY)\n"

  static var sources: SourceSet {
    var sources = SourceSet()
    _ = sources.add(SourceFile(name: "lesson.md", bytes: Array(source.utf8)))
    return sources
  }

  static var scenario: Scenario {
    let file = FileID(rawValue: 0)
    let call = SourceRange(file: file, lower: 9, upper: 30)
    var scenario = Scenario(machine: MachineConfiguration(architecture: .x86_64))
    scenario.programs = [
      ProgramImage(
        name: "editor", range: SourceRange(file: file, lower: 0, upper: 30),
        text: [UInt8](repeating: 0, count: 48),
        ranges: [SourceRange](repeating: call, count: 6))
    ]
    return scenario
  }

  static var header: TraceHeader {
    TraceHeader(
      architecture: .x86_64, cpuCount: 1, frameCount: 4096,
      tasks: [
        TraceTask(name: "idle", pid: 0, program: -1), TraceTask(name: "editor", pid: 1, program: 0),
        TraceTask(name: "counter", pid: 2, program: 1),
      ],
      devices: [
        TraceDevice(name: "timer", kind: .timer), TraceDevice(name: "sda", kind: .disk),
        TraceDevice(name: "console", kind: .console),
      ])
  }

  static func event(
    _ kind: EventKind, task: UInt16 = 1, mode: PrivilegeMode = .kernel, depth: UInt8 = 3,
    cause: UInt32 = TraceEvent.noCause, object: UInt32 = 0, a: Int64 = 0, b: Int64 = 0
  ) -> TraceEvent {
    TraceEvent(
      time: 1_000, kind: kind, cpu: 0, task: task, mode: mode, depth: depth, cause: cause,
      object: object, a: a, b: b)
  }

  /// Events of a kind: the usual one, and those whose sentence reads otherwise.
  static func events(_ kind: EventKind, _ strings: inout StringTable) -> [TraceEvent] {
    func event(_ object: UInt32 = 0, _ a: Int64 = 0, _ b: Int64 = 0) -> TraceEvent {
      Sample.event(kind, object: object, a: a, b: b)
    }
    let open = SystemCall.named("open")?.rawValue ?? 0
    let sda = WaitObject(.device, device: DeviceID(rawValue: 1)).rawValue
    let foo = strings.intern("foo").rawValue
    switch kind {
    case .machineStarts: return [event(4000, 16 << 20, 1)]
    case .processStarts: return [event(strings.intern("editor").rawValue, 1, 1000), event(foo, 2)]
    case .runs: return [event(0, 2), Sample.event(.runs, mode: .user)]
    case .idles: return [event(0, 1)]
    case .computes:
      return [Sample.event(kind, mode: .user, a: 20_000_000), event(0, 20_000_000)]
    case .isPreempted, .yields, .truncatesFile, .interruptReturns, .timerFires, .masksInterrupts,
      .unmasksInterrupts, .setsNeedResched:
      return [event(1)]
    case .opensUserAccess, .closesUserAccess: return [event(0), event(1)]
    case .writesProcFile: return [event(strings.intern("/proc/100/maps").rawValue, 614, 0)]
    case .backsRegion: return [event(3, 0x401000, 8 << 8), event(3, 0x401000, 16)]
    case .inspectsAddress:
      let kernel = Int64(bitPattern: 0xffff_8880_0000_0000)
      return [
        event(0, kernel, -1), event(2, kernel, 0),
        Sample.event(kind, mode: .user, object: 4, a: 0x401000, b: 0x5000),
      ]
    case .sleeps:
      return [
        event(sda, 0, 5), event(WaitObject(.page, device: DeviceID(rawValue: 1)).rawValue),
        Sample.event(kind, depth: 1, object: WaitObject(.timer, device: .timer).rawValue, a: 1),
      ]
    case .wakes: return [event(sda, 5_000_000)]
    case .exits: return [event()]
    case .isKilled: return [event(UInt32(Signal.SIGSEGV.rawValue))]
    case .receivesSignal:
      return [
        event(UInt32(Signal.SIGSEGV.rawValue), Int64(SignalCode.SEGV_MAPERR.rawValue), 0x10),
        event(UInt32(Signal.SIGFPE.rawValue), Int64(SignalCode.FPE_INTDIV.rawValue), 0x401010),
        event(UInt32(Signal.SIGUSR1.rawValue), 99),
      ]
    case .writesConsole: return [event(strings.intern("hi`there`\n").rawValue, 10)]
    case .deadlocks: return [event(0, 2), event(0, 1)]
    case .callsSystemCall:
      return [
        event(open, 2, 0x401028), event(open, 2, .min),
        event(SystemCallID.unknown.rawValue, 999, 0x401028),
      ]
    case .systemCallReturns: return [event(open, 3, 4), event(open, -2, 4), event(.max, -38)]
    case .entersKernel:
      return EntryReason.allCases.map {
        event($0.rawValue, 0x401028, Int64(bitPattern: 0xffff_ffff_8100_0080))
      }
    case .returnsToUser: return [event(0, 0x401030)]
    case .faults:
      return [
        Sample.event(
          kind, mode: .user, object: UInt32(ExceptionKind.pageFault.rawValue), a: 0x10, b: 6),
        event(UInt32(ExceptionKind.pageFault.rawValue), 0x10, 1),
        event(UInt32(ExceptionKind.divideError.rawValue)),
        event(UInt32(ExceptionKind.invalidOpcode.rawValue)),
        event(UInt32(ExceptionKind.generalProtection.rawValue)),
        event(UInt32(ExceptionKind.addressError.rawValue), 0x10), event(77),
      ]
    case .resolvesPageFault:
      return PageFaultKind.allCases.map { event($0.rawValue, 0x403000, 0x7000) }
    case .interrupts: return [event(1, 0x24, 1), Sample.event(kind, task: 0, object: 0)]
    case .loadsRegister: return [event(0, 2), event(7, 0x403008), event(3, 1)]
    case .executesSyscall: return [event(0, 0x401030, 0x202)]
    case .switchesStack:
      return [event(0, 0x7fff_ffff_dfe0, Int64(bitPattern: 0xffff_c900_0000_4000))]
    case .savesRegisters, .restoresRegisters:
      return [event(0, Int64(bitPattern: 0xffff_c900_0000_3f58), 21)]
    case .executesReturn:
      return ReturnKind.allCases.map { event($0.rawValue, 0x401030, 0x7fff_ffff_dfe0) }
    case .pushesInterruptFrame:
      return [event(0x24, Int64(bitPattern: 0xffff_c900_0000_3fd8), 0x401050)]
    case .savesReturnState:
      return EntryReason.allCases.map { event(0x24, 0x401050, Int64($0.rawValue)) }
    case .advancesReturnAddress: return [event(0, 0x401028, 0x401030)]
    case .storesResult: return [event(0, 3), event(0, -2)]
    case .writesPageTableBase:
      return (UInt32(0)..<3).map { event($0, 0x7000, 0x5000) }
    case .flushesTLB: return [event(0, 12), event()]
    case .missesTLB: return [event(AccessKind.execute.rawValue, 0x401000)]
    case .readsPageTableEntry:
      return [event(0, 0x5000, 0x6027), event(3, 0x8008, 0x9005), event(3, 0x8010, 0), event(9, 1)]
    case .fillsTLB: return [event(AccessKind.write.rawValue, 0x403000, 0x9000)]
    case .callsRoutine: return [event(UInt32(KernelRoutine.getname.rawValue), 5, 0), event(200, 1)]
    case .routineReturns:
      return [
        event(UInt32(KernelRoutine.getname.rawValue), 3, 4),
        event(UInt32(KernelRoutine.pathOpenat.rawValue), -2, 4),
      ]
    case .dispatches: return [event(open, 2), event(.max, 999)]
    case .checksFlags: return [event(0, 0o102), event(0, 3, -22)]
    case .copiesString, .copiesFromUser, .copiesToUser: return [event(foo, 0x403008, 3)]
    case .copyFaults: return [event(0, 0x10000, 5), event(0, 0x10000)]
    case .reservesDescriptor: return [event(0, 3), event(0, -24)]
    case .startsPathWalk: return [event(foo, 12), event(foo, 2, 1)]
    case .checksSearch: return [event(foo, 12), event(foo, 12, -13)]
    case .looksUpName: return [event(foo, 12, 1), event(foo, 12)]
    case .findsName: return [event(foo, 14), event(foo, -2)]
    case .crossesMount: return [event(foo, 2)]
    case .followsLink: return [event(foo, 1), event(foo, 22), event(foo, 11)]
    case .looksUpPage: return [event(14, 0, 1), event(14, 0), event(0, 33)]
    case .allocatesPage: return [event(0, 0x7000, 4000), event(0, 0x7000)]
    case .reclaimsPage: return [event(0, 0x7000, 4000), event(1, 0x7000)]
    case .choosesVictim:
      return VictimReason.allCases.map { event($0.rawValue, 0x7000) } + [
        event(0, 0x7000, 1), event(0, 0x7000, 9),
      ]
    case .sparesPage: return [event(0, 0x7000)]
    case .swapsOut: return [event(0, 0x403000, 5)]
    case .swapsIn: return [event(0, 0x403000, 5), event(1, 0x403000, 5)]
    case .takesSwapSlot, .freesSwapSlot: return [event(0, 5, 1), event(0, 5, 9)]
    case .setsProtection: return [event(5, 0x401000, 0x402000), event(8 | 3, 0x401000, 0x402000)]
    case .unmapsRegion: return [event(0, 0x401000, 0x403000)]
    case .movesBreak: return [event(0, 0x612000, 0x610000)]
    case .growsStack: return [event(0, 0x7fff_fff0_0000, 0x7fff_fff1_0000)]
    case .copiesPage: return [event(0, 0x7000, 0x9000)]
    case .reusesPage: return [event(0, 0x7000)]
    case .mapsAround: return [event(0, 0x400000, 1), event(0, 0x400000, 15)]
    case .sharesPages: return [event(2, 4, 4000), event(2, 1, 4000)]
    case .invalidatesTranslation: return [event(1, 0x403000)]
    case .countsResidentPages: return [event(0, 1), event(0, 9)]
    case .locksPage, .unlocksPage: return [event(0, 0x7000)]
    case .mapsBlock: return [event(14, 0, 37)]
    case .dirtiesPage: return [event(14)]
    case .checksPermission: return [event(14, 4), event(14, 6, -13)]
    case .createsFile: return [event(foo, 20, 0o644)]
    case .opensFile: return [event(14)]
    case .installsDescriptor: return [event(14, 3, 4)]
    case .closesDescriptor: return [event(0, 3, 3)]
    case .movesOffset: return [event(3, 5)]
    case .mapsRegion: return [event(foo, 0x401000, 0x402000)]
    case .freesMemory: return [event(0, 9, 4000), event(0, 1, 1)]
    case .loadsProgram: return [event(foo, 9, 3991)]
    case .runsOutOfMemory: return [event()]
    case .submitsRequest, .startsRequest, .submitsWrite, .startsWrite: return [event(1, 1, 37)]
    case .kernelThreadStarts: return [event(foo, 10)]
    case .readsAhead: return [event(14, 4, 8), event(14, 1, 1)]
    case .fetchesData: return [event(1, 1, 0x7000)]
    case .allocatesBlock: return [event(14, 0, 37)]
    case .writesBackPage: return [event(14, 2, 0x7000), event(0, 33, 0x7000)]
    case .finishesWriteback: return [event(14, 2), event(14, 2, -5), event(0, 33)]
    case .updatesInode: return [event(14, 9000, 4)]
    case .removesName: return [event(foo, 14), event(foo, 14, 1)]
    case .lineReceives: return [event(1, Int64(foo), 3)]
    case .takesByte: return [event(1, 0x66, 2), event(1, 0x66)]
    case .completesLine: return [event(1, 3)]
    case .marshalsCall: return [event(foo, 7, 128)]
    case .transmitsPacket, .receivesPacket: return [event(1, 7, 128)]
    case .losesPacket: return [event(1, 7)]
    case .serverAnswers: return [event(foo, 7), event(foo, 7, -2)]
    case .handsUpPacket: return [event(foo, 7)]
    case .retransmits: return [event(1, 7, 2)]
    case .checksAttributes: return [event(14, 1_000_000, 1), event(14, 5_000_000_000)]
    case .queuesRequest: return [event(1, 1, 1)]
    case .transfersData: return [event(1, 1, 0x7000)]
    case .acknowledgesInterrupt, .deviceFails: return [event(1)]
    case .sendsSignal: return [event(UInt32(Signal.SIGUSR1.rawValue), 2)]
    case .discardsSignal, .takesSignal, .stops:
      return [event(UInt32(Signal.SIGTSTP.rawValue))]
    case .setsSignalAction:
      return [0, 1, 0x401080].map { event(UInt32(Signal.SIGINT.rawValue), $0, 0x1000_0000) }
    case .setsSignalMask: return [event(0, 0x200)]
    case .entersHandler:
      return [event(UInt32(Signal.SIGUSR1.rawValue), 0x401080, 0x7fff_ffff_db00)]
    case .leavesHandler: return [event(0, 0x401030)]
    case .restartsSystemCall: return [event(open, 0x401028), event(.max, 0x401028)]
    case .continues: return [event()]
    case .forks: return [event(0, 2, 101)]
    case .execs: return [event(foo, 0x401000, 0x7fff_ffff_df00)]
    case .isReparented: return [event(0, 1)]
    case .isReaped: return [event(0, 1, 0x100)]
    case .createsPipe: return [event(3, 3, 4)]
    case .fillsPipe, .drainsPipe: return [event(3, 5, 5)]
    case .sendsInterProcessorInterrupt: return [event(0, 1)]
    case .receivesInterProcessorInterrupt: return [event(0, 1, 0xFD)]
    case .acknowledgesInterProcessorInterrupt: return [event()]
    case .raisesSoftirq, .runsSoftirq: return [event(SoftirqKind.block.rawValue)]
    case .completesRequest: return [event(1, 1), event(1, 1, -5)]
    case .startsTimer: return [event(0, 7_000_000)]
    case .accountsTick: return [event(0, 1), event()]
    case .checksExitWork: return [event(), event(0, 1), event(0, 3)]
    case .picksNext: return [event(2, 1), event()]
    case .switchesContext: return [event(0, 1, 2)]
    case .checksCapability: return [event(foo), event(foo, 1000, -1)]
    case .checksModule: return [event(foo), event(foo, 0, -8)]
    case .mapsModule: return [event(foo, 0x7000_0000, 0x7000_1000)]
    case .resolvesSymbol: return [event(foo, 0x7000_0000), event(foo, 0, -2)]
    case .relocatesModule: return [event(foo, 2), event(foo, 1)]
    case .protectsModule: return [event(foo, 0x7000_0000, 1), event(foo, 0x7000_0000)]
    case .loadsModule: return [event(foo, 0x7000_0000, 8192)]
    case .unloadsModule: return [event(foo, 4000), event(foo, 4000, -16)]
    case .checksModuleUse:
      return [event(foo), event(foo, 1, -11), event(foo, 2, -11), event(foo, 0, -16)]
    case .pinsModule, .unpinsModule: return [event(foo, 1)]
    case .registers: return [event(foo, Int64(strings.intern("toy").rawValue))]
    case .unregisters, .unmountsFileSystem: return [event(foo)]
    case .looksUpFileSystem: return [event(foo), event(foo, 1), event(foo, 0, -19)]
    case .mountsFileSystem: return [event(foo, 12)]
    case .checksMountUse: return [event(0, 1), event(0, 1, -16)]
    case .runsModuleCode: return [event(foo, 0x7000_0000, 0x7000_8000)]
    case .executesPrivileged:
      return PrivilegedEffect.allCases.map { event(foo, Int64($0.rawValue), 0x7000_0008) }
    case .logsMessage, .panics: return [event(foo)]
    case .oopses: return [event(foo, 0x10, 0x7000_0008)]
    }
  }
}

@Suite struct NarratorTests {
  @Test func `every kind of event is told in a sentence`() throws {
    var header = Sample.header
    let samples = EventKind.allCases.map { ($0, Sample.events($0, &header.strings)) }
    let narrator = Narrator(trace: header, scenario: Sample.scenario, sources: Sample.sources)
    var page = ""
    for zoom in Zoom.allCases {
      page += "# \(zoom.name)\n\n"
      for (kind, events) in samples where kind.facts.zoom == zoom {
        page += "\(kind.facts.name)\n"
        for event in events {
          let sentence = narrator.sentence(event, at: 0)
          #expect(sentence.hasSuffix("."))
          #expect(sentence.filter { $0 == "`" }.count.isMultiple(of: 2), "\(sentence)")
          page += "    \(sentence)\n"
        }
      }
      page += "\n"
    }
    try expectGolden(page, "Narration/sentences.txt")
  }

  @Test func `without sources a call is told by its name`() {
    let event = Sample.event(
      .callsSystemCall, object: SystemCall.named("open")?.rawValue ?? 0, a: 2, b: 0x401028)
    let narrator = Narrator(trace: Sample.header, scenario: nil)
    #expect(narrator.sentence(event, at: 0) == "editor calls `open`.")
  }

  @Test func `numbers of another trace are told, not trapped`() {
    let narrator = Narrator(trace: Sample.header, scenario: Sample.scenario)
    for kind in EventKind.allCases {
      for value in [Int64.min, -1, .max] {
        let event = TraceEvent(
          time: value, kind: kind, cpu: 255, task: .max, mode: .user, depth: 255, cause: 7,
          object: .max, a: value, b: value)
        #expect(!narrator.sentence(event, at: 0).isEmpty)
      }
    }
  }

  @Test func `a cause is told where it lies elsewhere`() {
    let events = [
      Sample.event(.startsRequest, object: 1, a: 1, b: 37),
      Sample.event(.runs, task: 2, cause: 0),
      Sample.event(.interrupts, task: 2, cause: 0, object: 1),
      Sample.event(.acknowledgesInterrupt, task: 2, cause: 2, object: 1),
      Sample.event(.completesRequest, task: 2, cause: 3, object: 1, a: 1),
      Sample.event(.wakes, cause: 4, object: 1, a: 5_000_000),
      Sample.event(.wakes, cause: 99),
    ]
    let narrator = Narrator(trace: Sample.header, scenario: nil)
    let causes = events.indices.map { narrator.cause(of: $0, in: events) }
    #expect(
      causes == [
        nil, "because sda worked on request 1 (step 0)", "because sda worked on request 1 (step 0)",
        nil, nil, "because sda finished request 1 (step 4)", nil,
      ])
    #expect(narrator.cause(of: -1, in: events) == nil)
  }
}
