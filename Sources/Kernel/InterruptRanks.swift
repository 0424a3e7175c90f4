import Catalogue
import Machine
import Program

/// Which of several interrupts that wait for a CPU is taken first, as the architecture has it.
///
/// An interrupt never waits for a less urgent one that has not been taken yet; it does not break into
/// the handler of one that has, for handlers run with interrupts switched off.
struct InterruptRanks: Sendable {
  private let sources: [InterruptSource]
  private let highestFirst: Bool
  private let diskCount: Int
  private let cardCount: Int

  init(_ scenario: Scenario) {
    sources = scenario.machine.architecture.interruptOrder
    highestFirst = scenario.machine.architecture.servesHighestDeviceFirst
    diskCount = scenario.disks.count
    cardCount = scenario.nics.count
  }

  /// A number that is lower for what is taken earlier. What the timeline does is no interrupt and
  /// comes first of all.
  func rank(of event: PendingEvent) -> Int {
    switch event.kind {
    case .timeline: -1
    case .tick, .timer, .alarm, .kernelTimer: rank(of: .timer)
    case .interProcessor: rank(of: .interProcessor)
    case .deviceDone: rank(ofDevice: Int(event.payload))
    case .packet, .packetSent: rank(ofDevice: diskCount)
    case .input: rank(ofDevice: diskCount + cardCount + Int(event.payload))
    }
  }

  private func rank(of source: InterruptSource) -> Int {
    (sources.firstIndex(of: source) ?? 0) * Self.stride
  }

  /// Devices are numbered as the trace numbers them: disks, network cards, lines, keyboards.
  private func rank(ofDevice position: Int) -> Int {
    let place = min(position, Self.stride - 1)
    return rank(of: .device) + (highestFirst ? Self.stride - 1 - place : place)
  }

  /// More than there are devices.
  private static let stride = 1 << 16
}
