import Dispatch
import Lesson
import Synchronization

/// Something that the language server has to look at.
enum ServerEvent: Sendable {
  /// What the client sends.
  case incoming(IncomingMessage)
  /// Runs that were made for a document.
  case runs(uri: String, [LessonMemory.MadeRun])
}

/// What waits for the language server, in order.
final class Mailbox: Sendable {
  private struct Waiting: Sendable {
    var events: [ServerEvent] = []
    /// What `$/cancelRequest` has named, until its request is met.
    var cancelled: Set<RequestID> = []
    /// How many changes of texts are among the events.
    var changes = 0
  }

  private let waiting = Mutex(Waiting())
  private let count = DispatchSemaphore(value: 0)

  /// Adds something.
  ///
  /// - Parameters:
  ///   - cancels: The request that it takes back.
  ///   - isChange: Whether it changes a text.
  func post(_ event: ServerEvent, cancels: RequestID? = nil, isChange: Bool = false) {
    waiting.withLock { waiting in
      waiting.events.append(event)
      if let cancels { waiting.cancelled.insert(cancels) }
      if isChange { waiting.changes += 1 }
    }
    count.signal()
  }

  /// Waits for the next thing.
  func take() -> ServerEvent {
    while true {
      count.wait()
      if let event = waiting.withLock({ $0.events.isEmpty ? nil : $0.events.removeFirst() }) {
        return event
      }
    }
  }

  /// Notes that a change of a text was taken.
  func changeWasTaken() { waiting.withLock { $0.changes = max(0, $0.changes - 1) } }

  /// Whether a text is about to change again.
  var hasChanges: Bool { waiting.withLock { $0.changes > 0 } }

  /// Whether a request was taken back; asked once.
  func isCancelled(_ id: RequestID) -> Bool {
    waiting.withLock { $0.cancelled.remove(id) != nil }
  }

  /// Forgets a request that was taken back too late.
  func forget(_ id: RequestID) { waiting.withLock { _ = $0.cancelled.remove(id) } }
}

/// The name of a request.
enum RequestID: Hashable, Sendable {
  case number(Int64)
  case text(String)

  init?(_ value: JSONValue?) {
    switch value {
    case .integer(let number): self = .number(number)
    case .string(let text): self = .text(text)
    default: return nil
    }
  }

  var json: JSONValue {
    switch self {
    case .number(let number): .integer(number)
    case .text(let text): .string(text)
    }
  }
}

/// Makes runs beside the language server, one after another; those of an older text make way.
final class RunWorker: Sendable {
  private let queue = DispatchQueue(label: "ringwalk.runs")
  private let latest = Mutex<[String: Int]>([:])
  private let mailbox: Mailbox

  init(mailbox: Mailbox) { self.mailbox = mailbox }

  /// Makes runs for a document, and posts them.
  func make(_ runs: [LessonMemory.WantedRun], for uri: String) {
    let number = latest.withLock { latest in
      latest[uri, default: 0] += 1
      return latest[uri, default: 0]
    }
    queue.async { [self] in
      var made: [LessonMemory.MadeRun] = []
      for run in runs {
        guard latest.withLock({ $0[uri] }) == number else { break }
        made.append(run.make())
      }
      if !made.isEmpty { mailbox.post(.runs(uri: uri, made)) }
    }
  }

  /// Leaves the runs of a document that nobody waits for any more.
  func cancel(_ uri: String) { latest.withLock { $0[uri, default: 0] += 1 } }
}
