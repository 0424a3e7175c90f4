import ArgumentParser
import Dispatch
import Lesson
import Program
import SourceText

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// `ringwalk serve [DIR]`.
struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Show the lessons of a folder in a browser, kept up to date.",
    discussion: """
      The pages are those that build writes, made in memory. When a file is saved, what depends on it \
      is made again, and a page that is being looked at loads itself. A lesson that does not \
      compile shows what is wrong, above the page as it was. /playground is a page for trying \
      scripts. The server answers this machine only, unless --host says otherwise. Ctrl-C ends it.
      """)

  @Argument(help: "The folder.")
  var folder = "lessons"

  @Option(help: ArgumentHelp("The address to listen on, in digits.", valueName: "address"))
  var host = "127.0.0.1"

  @Option(help: ArgumentHelp("The port to listen on; 0 is any that is free.", valueName: "n"))
  var port: UInt16 = 8000

  @Option(
    help: ArgumentHelp(
      "A folder with templates and a sheet; ringwalk theme makes one.", valueName: "dir"))
  var theme: String?

  @OptionGroup var language: LanguageOptions
  @OptionGroup var limits: LimitOptions

  /// The address in digits.
  private var address: String { host.lowercased() == "localhost" ? "127.0.0.1" : host }

  func validate() throws {
    var four = in_addr()
    var six = in6_addr()
    guard inet_pton(AF_INET, address, &four) == 1 || inet_pton(AF_INET6, address, &six) == 1 else {
      throw ValidationError("--host takes an address in digits, or localhost")
    }
  }

  func run() async throws {
    do throws(FileFailure) {
      guard try FileSystem.kind(of: folder) == .folder else { throw FileFailure("it is a file") }
    } catch {
      Terminal.complain(.unreadableFile(folder, reason: error.reason))
      throw ExitCode(ExitStatus.broken.rawValue)
    }
    let server: LocalServer
    do throws(FileFailure) {
      server = try LocalServer(address: address, port: port)
    } catch {
      throw ValidationError("cannot listen on \(address), port \(port): \(error.reason)")
    }
    let site = LiveSite(
      folder: folder, theme: theme, limits: limits.limits, language: language.language,
      session: String(FileStamp.now))
    let watcher = FileWatcher()
    let end = EndSignal()
    try await Self.update(site, watcher, isFirst: true)
    let name = address.contains(":") ? "[\(address)]" : address
    try Terminal.print(
      DiagnosticRenderer.printable("\(folder): http://\(name):\(server.port)/ (Ctrl-C ends it)")
        + "\n")
    let router = SiteRouter(hosts: AllowedHosts(listeningOn: address))
    let playground = Playground(limits: limits.limits, language: language.language)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await end.wait() }
      group.addTask {
        for await _ in watcher.hints {
          // One saving is several events; what comes meanwhile is one more hint.
          try await Task.sleep(for: .milliseconds(10))
          try await Self.update(site, watcher, isFirst: false)
        }
      }
      group.addTask {
        try await server.run(refusal: router.refusal) { request in
          await Self.answer(request, router, site, playground)
        }
      }
      defer { group.cancelAll() }
      do {
        try await group.next()
      } catch is CancellationError {
        return
      }
    }
    await watcher.stop()
  }

  /// Makes what has changed, and tells it.
  private static func update(
    _ site: LiveSite, _ watcher: FileWatcher, isFirst: Bool
  ) async throws {
    var isNew = true
    while isNew {
      let start = ContinuousClock.now
      let changes = try await site.refresh()
      Terminal.complain(changes.diagnostics)
      if !isFirst {
        let time = (ContinuousClock.now - start).components
        let milliseconds = time.seconds * 1_000 + time.attoseconds / 1_000_000_000_000_000
        for path in changes.made {
          try Terminal.print(
            DiagnosticRenderer.printable("\(path): made in \(milliseconds) ms") + "\n")
        }
      }
      // What has changed in a folder before it was watched is not told: so one more look.
      isNew = await watcher.watch(changes.folders)
    }
  }

  private static func answer(
    _ request: HTTPRequest, _ router: SiteRouter, _ site: LiveSite, _ playground: Playground
  ) async -> HTTPResponse {
    switch router.action(for: request, in: await site.snapshot) {
    case .answer(let response): return response
    case .run(let script): return await playground.answer(script)
    case .showResult(let id, let file): return await playground.result(id, file: file)
    case .awaitChange(let page, let revision):
      let hasChanged = await site.awaitChange(of: page, revision: revision)
      return HTTPResponse(
        hasChanged ? .okay : .noContent, "text/plain; charset=utf-8", body: [])
    }
  }
}

/// Ctrl-C, or a polite request to end.
private actor EndSignal {
  private nonisolated let signals: AsyncStream<Void>
  /// They live as long as somebody waits.
  private let sources: [any DispatchSourceSignal]

  init() {
    let (signals, continuation) = AsyncStream<Void>.makeStream()
    self.signals = signals
    // A peer that goes away while it is written to is no reason to end.
    signal(SIGPIPE, SIG_IGN)
    sources = [SIGINT, SIGTERM].map { number in
      // The source gets the signal although it is ignored otherwise.
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number)
      source.setEventHandler { continuation.yield() }
      source.activate()
      return source
    }
  }

  /// Waits for one.
  func wait() async {
    for await _ in signals { break }
    for source in sources { source.cancel() }
  }
}
