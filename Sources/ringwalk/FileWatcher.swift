import Dispatch

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Says that something may have changed in some folders.
///
/// On Linux the system says so (inotify), within a millisecond. Elsewhere, and when the system has no
/// watches left, a hint comes ten times a second. A hint promises nothing: whoever gets one looks at
/// the files' stamps.
actor FileWatcher {
  /// The hints; those that nobody has waited for become one.
  nonisolated let hints: AsyncStream<Void>
  private let hint: AsyncStream<Void>.Continuation
  private var timer: (any DispatchSourceTimer)?
  #if os(Linux)
    private var descriptor: CInt = -1
    /// The watches by their folders; another number after a folder was removed and made again.
    private var watches: [String: CInt] = [:]
    private var source: (any DispatchSourceRead)?
  #endif

  init() {
    (hints, hint) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  /// Watches folders.
  ///
  /// - Returns: Whether one of them was not watched before: what has changed in it until now is not
  ///   told.
  func watch(_ folders: Set<String>) -> Bool {
    #if os(Linux)
      // When the first folder itself is gone, nothing tells that it comes back.
      if timer == nil, !folders.isEmpty, open(), let isNew = add(folders) { return isNew }
    #endif
    poll()
    return false
  }

  /// Ends the hints.
  func stop() {
    hint.finish()
    timer?.cancel()
    #if os(Linux)
      source?.cancel()
      source = nil
    #endif
  }

  private func poll() {
    guard timer == nil else { return }
    let timer = DispatchSource.makeTimerSource()
    timer.schedule(deadline: .now(), repeating: .milliseconds(100))
    timer.setEventHandler { [hint] in hint.yield() }
    timer.activate()
    self.timer = timer
  }

  #if os(Linux)
    /// Opens the queue of events, once.
    private func open() -> Bool {
      if descriptor >= 0 { return true }
      let opened = inotify_init1(CInt(O_NONBLOCK) | CInt(O_CLOEXEC))
      guard opened >= 0 else { return false }
      descriptor = opened
      let source = DispatchSource.makeReadSource(fileDescriptor: opened)
      source.setEventHandler { [hint] in
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while read(opened, &buffer, buffer.count) > 0 {}
        hint.yield()
      }
      source.setCancelHandler { close(opened) }
      source.activate()
      self.source = source
      return true
    }

    /// Watches folders; one that is gone again needs no watch.
    ///
    /// A folder that is not wanted any more stays watched: the hints about it cost a look.
    ///
    /// - Returns: Whether one of them is new; `nil` when the system has no watches left.
    private func add(_ folders: Set<String>) -> Bool? {
      let events =
        IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE_SELF
        | IN_MOVE_SELF | IN_ONLYDIR
      var found: [String: CInt] = [:]
      for folder in folders {
        let watch = inotify_add_watch(descriptor, folder, UInt32(events))
        guard watch >= 0 || errno == ENOENT || errno == ENOTDIR else { return nil }
        if watch >= 0 { found[folder] = watch }
      }
      let isNew = found.contains { watches[$0.key] != $0.value }
      watches = found
      return isNew
    }
  #endif
}
