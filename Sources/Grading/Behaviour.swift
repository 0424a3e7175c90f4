import Catalogue
import Trace

/// What processes do, call, get and print, whenever and wherever in memory they do it.
///
/// Two scripts that behave alike differ in nothing that a task could ask for except time and addresses.
struct Behaviour: Hashable {
  /// For each process, what it does, in order.
  private var deeds: [String: [Deed]] = [:]

  private struct Deed: Hashable {
    var kind: EventKind
    var facts: [Fact]
  }

  private enum Fact: Hashable {
    case number(Int64)
    case text([UInt8])
  }

  private static let kinds: Set<EventKind> = [
    .processStarts, .sleeps, .exits, .isKilled, .receivesSignal, .writesConsole, .callsSystemCall,
    .systemCallReturns, .faults, .resolvesPageFault, .copiesString, .copiesFromUser, .copiesToUser,
    .entersHandler, .leavesHandler, .restartsSystemCall, .stops, .continues, .forks, .execs,
    .isReparented,
    .isReaped, .createsPipe, .setsSignalAction, .setsSignalMask, .executesPrivileged,
  ]

  /// Calls whose result is an address.
  private static let addressCalls: Set<String> = ["mmap", "mremap", "brk"]

  init(_ trace: Trace) {
    for event in trace.events where Self.kinds.contains(event.kind) {
      let facts = event.kind.facts
      var fields: [(EventField?, Int64)] = [
        (facts.object, Int64(event.object)), (facts.a, event.a), (facts.b, event.b),
      ]
      if event.kind == .systemCallReturns, Self.returnsAddress(event) { fields.remove(at: 1) }
      // Which of several requests it waits for says nothing of the process.
      if event.kind == .sleeps { fields.removeLast() }
      deeds[trace.header.task(event.taskID).name, default: []].append(
        Deed(
          kind: event.kind,
          facts: fields.compactMap { field, value in
            field.flatMap { Self.fact(value, $0.type, trace) }
          }))
    }
  }

  private static func returnsAddress(_ event: TraceEvent) -> Bool {
    let call = Int(event.object)
    return event.a >= 0 && SystemCall.all.indices.contains(call)
      && addressCalls.contains(SystemCall.all[call].name)
  }

  /// What a field says; `nil` for times, places and numbers of steps.
  private static func fact(_ value: Int64, _ type: FieldType, _ trace: Trace) -> Fact? {
    switch type {
    case .nanoseconds, .address, .physicalAddress, .event, .register: return nil
    case .string:
      guard let number = UInt32(exactly: value) else { return nil }
      return .text(Array(trace.header.strings[bytes: StringID(rawValue: number)]))
    default: return .number(value)
    }
  }
}
