import Foundation

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Submissions to one task, all of them different and the same on every machine.
enum Course {
  static let lesson = """
    # Opening a file

    ```walk world
    disk sda { latency 5ms }
    mount "/" ext4 on sda
    user ada { uid 1000 }
    file "/home/ada/foo" { owner ada, mode 0644, text "hello" }
    file "/home/ada/bar" { owner ada, mode 0644, text "world" }
    ```

    ```walk task=reads points=10
    student program reader
    starter { program reader { } }
    start reader as ada in "/home/ada"
    run
    check "it ends cleanly" 2 points: reader exits 0
    check "it reads" 5 points after "it ends cleanly": read by reader returns 5
    hidden check "it sleeps for the disk" 3 points: reader sleeps on sda
    ```

    """

  /// A submission with a number.
  static func source(_ number: Int) -> String {
    let file = number % 3 == 0 ? "bar" : "foo"
    let count = [5, 5, 5, 3, 6][number % 5]
    let work = (0..<number % 6).map { "    compute \($0 + number % 97 + 1)us\n" }.joined()
    return """
      # submission \(number)
      program reader {
          bss buf 64
          let fd = open("\(file)", O_RDONLY)
      \(work)    let n = read(fd, buf, \(count))
          if n < \(count) { exit(1) }
          exit(\(number % 7 == 0 ? 2 : 0))
      }

      """
  }

  /// The lines that `grade` reads.
  static func write(_ count: Int, to file: URL) throws {
    var lines = Data()
    for number in 0..<count {
      let text = source(number).replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
      lines += Data(
        "{\"id\":\"\(number)\",\"student\":\"s\(number)\",\"task\":\"reads\",\"source\":\"\(text)\"}\n"
          .utf8)
    }
    try lines.write(to: file)
  }
}

extension Benchmarks {
  /// How many submissions are graded in a second, and in how much memory.
  static func grading() throws {
    print("ringwalk grade, all cores (goal: 5,000 submissions a second):")
    let command = try Command.find()
    try withFolder { folder in
      let lesson = folder.appending(path: "lesson.md")
      try Data(Course.lesson.utf8).write(to: lesson)
      var rate = 0.0
      for (count, rounds) in [(1_000, 3), (10_000, 3), (100_000, 1)] {
        let lines = folder.appending(path: "\(count).jsonl")
        try Course.write(count, to: lines)
        var memory = 0
        let time = try best(of: rounds) {
          memory = try Command.run(command, ["grade", lesson.path(), "-"], reading: lines)
        }
        rate = Double(count) / time
        report(
          "  \(short(Double(count), "submissions"))",
          "\(short(rate, "submissions/s")), \(memory >> 20) MiB")
      }
      let lines = folder.appending(path: "10000.jsonl")
      let booked = try best(of: 2) {
        for end in ["", "-wal", "-shm"] {
          try? FileManager.default.removeItem(at: folder.appending(path: "book\(end)"))
        }
        _ = try Command.run(
          command, ["grade", lesson.path(), "-", "--book", folder.appending(path: "book").path()],
          reading: lines)
      }
      report("  10,000 submissions into a book", short(10_000 / booked, "submissions/s"))
      let count = 40
      for number in 0..<count {
        try Data(Course.source(number).utf8).write(to: folder.appending(path: "\(number).walk"))
      }
      let alone = best(of: 3) {
        for number in 0..<count {
          // The status says whether all points were given.
          _ = try? Command.run(
            command,
            ["grade", lesson.path(), folder.appending(path: "\(number).walk").path()])
        }
      }
      let single = Double(count) / alone
      report("  a process for each file", short(single, "submissions/s"))
      report("  ratio", short(rate / single, "times"))
    }
    print("")
  }
}

extension Command {
  /// Runs it with a file as its input and its output thrown away.
  ///
  /// - Returns: The most memory that it had, in bytes.
  static func run(_ command: URL, _ arguments: [String], reading input: URL) throws -> Int {
    var pointers = ([command.path()] + arguments).map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    #if canImport(Glibc)
      var actions = posix_spawn_file_actions_t()
    #else
      var actions: posix_spawn_file_actions_t?
    #endif
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, input.path(), O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    var child = pid_t()
    guard posix_spawn(&child, command.path(), &actions, nil, &pointers, environ) == 0 else {
      throw Failure(words: "\(command.path()) cannot be started")
    }
    var status = Int32()
    var usage = rusage()
    guard wait4(child, &status, 0, &usage) == child, status == 0 else {
      throw Failure(words: "\(arguments.first ?? "") ended with \(status)")
    }
    #if canImport(Darwin)
      return Int(usage.ru_maxrss)
    #else
      return Int(usage.ru_maxrss) << 10
    #endif
  }
}
