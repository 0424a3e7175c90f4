import FlyingSocks

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Answers HTTP requests on one address, one request for each connection.
///
/// Heads, bodies, connections and the time that each may take are bounded, so that a peer can take
/// nothing from the machine but a little patience. (FlyingFox's own server reads heads of any length
/// and lets no answer take longer than its time limit; its sockets are what is used here.)
struct LocalServer: Sendable {
  /// How many connections are served at the same time; more are closed at once.
  private static let connectionLimit = 64
  private static let requestTime = Duration.seconds(10)
  private static let answerTime = Duration.seconds(30)

  private let socket: Socket
  /// The port that it listens on.
  let port: UInt16

  /// Listens on an address in digits.
  ///
  /// - Parameter port: 0 for any that is free.
  init(address: String, port: UInt16) throws(FileFailure) {
    do {
      if address.contains(":") {
        socket = try Self.listen(try .inet6(ip6: address, port: port) as sockaddr_in6)
      } else {
        socket = try Self.listen(try .inet(ip4: address, port: port) as sockaddr_in)
      }
      switch try socket.sockname() {
      case .ip4(_, let port), .ip6(_, let port): self.port = port
      case .unix: throw FileFailure("it is no address of a network")
      }
    } catch SocketError.failed(_, let number, _) {
      throw FileFailure(errno: number)
    } catch {
      throw FileFailure(error)
    }
  }

  private static func listen<Address: SocketAddress>(_ address: Address) throws -> Socket {
    let socket = try Socket(domain: Int32(Address.family))
    do {
      // The port of a server that has just ended is free for the next one.
      try socket.setValue(true, for: .localAddressReuse)
      try socket.bind(to: address)
      try socket.listen()
    } catch {
      try? socket.close()
      throw error
    }
    return socket
  }

  /// Serves until the task is cancelled.
  ///
  /// - Parameters:
  ///   - refusal: The answer to a head whose body is not wanted.
  ///   - answer: The answer to a request.
  func run(
    refusal: @escaping @Sendable (HTTPRequest) -> HTTPResponse?,
    answer: @escaping @Sendable (HTTPRequest) async -> HTTPResponse
  ) async throws {
    let pool = SocketPool.make()
    try await pool.prepare()
    defer { try? socket.close() }
    let listener = try AsyncSocket(socket: socket, pool: pool)
    let places = Places(Self.connectionLimit)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await pool.run() }
      group.addTask {
        try await withThrowingDiscardingTaskGroup { connections in
          while true {
            try Task.checkCancellation()
            let connection: AsyncSocket
            do {
              connection = try await listener.accept()
            } catch SocketError.failed {
              // The peer has gone already, or this process has too many files open.
              try await Task.sleep(for: .milliseconds(20))
              continue
            }
            guard await places.take() else {
              try? connection.close()
              continue
            }
            connections.addTask {
              await Self.serve(connection, refusal: refusal, answer: answer)
              await places.give()
            }
          }
        }
      }
      defer { group.cancelAll() }
      try await group.next()
    }
  }

  private static func serve(
    _ connection: AsyncSocket, refusal: @escaping @Sendable (HTTPRequest) -> HTTPResponse?,
    answer: @escaping @Sendable (HTTPRequest) async -> HTTPResponse
  ) async {
    defer { try? connection.close() }
    var response: HTTPResponse
    var isHeadOnly = false
    do {
      let reader = RequestReader(connection: connection, refusal: refusal)
      switch try await within(requestTime, { try await reader.read() }) {
      case .nothing: return
      case .refused(let refused, let head):
        response = refused
        isHeadOnly = head.method == "HEAD"
      case .request(let request):
        isHeadOnly = request.method == "HEAD"
        response = await answer(request)
      }
    } catch let failure as HTTPFailure {
      response = SiteRouter.failure(failure)
    } catch {
      // The peer has gone, or the server ends.
      return
    }
    let bytes = Data(response.encoded(isHeadOnly: isHeadOnly))
    // A peer that has gone needs no answer.
    try? await within(answerTime) {
      try await connection.write(bytes)
      // What was not read would let the system reset the connection, and the answer be lost.
      guard shutdown(connection.socket.file.rawValue, Int32(SHUT_WR)) == 0 else { return }
      var rest = SiteRouter.bodyByteLimit
      while rest > 0 { rest -= try await connection.read(atMost: 4_096).count }
    }
  }

  /// Does something for at most so long; then it is cancelled, and a request has come too slowly.
  private static func within<Result: Sendable>(
    _ time: Duration, _ work: @escaping @Sendable () async throws -> Result
  ) async throws -> Result {
    try await withThrowingTaskGroup(of: Result.self) { group in
      group.addTask { try await work() }
      group.addTask {
        try await Task.sleep(for: time)
        throw HTTPFailure(status: .timeout)
      }
      defer { group.cancelAll() }
      guard let first = try await group.next() else { throw CancellationError() }
      return first
    }
  }
}

/// Reads one request.
private struct RequestReader: Sendable {
  let connection: AsyncSocket
  let refusal: @Sendable (HTTPRequest) -> HTTPResponse?

  enum Outcome: Sendable {
    /// The peer went away, or only opened a connection in advance.
    case nothing
    case request(HTTPRequest)
    case refused(HTTPResponse, HTTPRequest)
  }

  func read() async throws -> Outcome {
    var bytes: [UInt8] = []
    var end: Int?
    while end == nil {
      guard bytes.count <= HTTPRequest.headByteLimit else {
        throw HTTPFailure(status: .headTooLarge)
      }
      do {
        let part = try await connection.read(atMost: 4_096)
        let start = bytes.count
        bytes += part
        end = HTTPRequest.headEnd(in: bytes, from: start)
      } catch SocketError.disconnected {
        return .nothing
      } catch is CancellationError where bytes.isEmpty {
        return .nothing
      }
    }
    guard let end, end <= HTTPRequest.headByteLimit else {
      throw HTTPFailure(status: .headTooLarge)
    }
    var request = try HTTPRequest.parse(head: bytes[..<end])
    if let refused = refusal(request) { return .refused(refused, request) }
    request.body = Array(bytes[end...].prefix(request.contentLength))
    request.body.reserveCapacity(request.contentLength)
    while request.body.count < request.contentLength {
      request.body += try await connection.read(
        atMost: min(4_096, request.contentLength - request.body.count))
    }
    return .request(request)
  }
}

/// A number of places that can be taken.
actor Places {
  private var free: Int

  init(_ count: Int) { free = count }

  /// Takes one, if one is free.
  func take() -> Bool {
    guard free > 0 else { return false }
    free -= 1
    return true
  }

  /// Gives one back.
  func give() { free += 1 }
}
