import Catalogue
import Claims
import Lesson
import Program
import Testing
import Trace

/// Modules from scripts, as authors write them: `module`, `load`, `unload`, and what is claimed of them.
@Suite struct ModuleScriptTests {
  /// Runs a script on an architecture; every expectation in it must hold.
  @discardableResult
  static func run(_ text: String, on architecture: String = "x86_64") throws -> ScenarioRun {
    let (run, scenario, _) = try TenWaysTests.run(text, on: architecture)
    #expect(!scenario.expectations.isEmpty, "a script that claims nothing")
    for judgement in run.judgements {
      #expect(judgement.verdict == .holds, "\(architecture): \(judgement.message)")
    }
    return run
  }

  @Test(arguments: Architecture.all.map(\.name))
  func `a module is loaded, runs and is removed on every architecture`(_ name: String) throws {
    let run = try Self.run(
      """
      module hello {
          text 8KiB, data 8KiB
          init {
              data answer 42
              printk("hello from process %d: %d %d %d %d", current_pid(), *answer, 2, 3, 4)
              let place = kmalloc(100)
              *place = 7
              if *place != 7 { return -EIO }
              kfree(place)
          }
          exit { printk("bye") }
      }
      program bystander { compute 1ms; exit(getpid() > 0) }
      load module hello as root
      run
      expect finit_module by insmod returns 0
      expect kernel runs module code "hello.init" for insmod then kernel logs "hello from process 100: 42 2 3 4" for insmod then module hello loads
      expect kernel.modules == 1 and insmod.exit == 0
      unload module hello as root
      start bystander
      run
      expect kernel logs "bye" because rmmod calls delete_module
      expect kernel logs "bye" then module hello unloads
      expect kernel.modules == 0 and rmmod.exit == 0 and bystander.exit == 1
      """, on: name)
    #expect(run.stop == .finished)
  }

  @Test(arguments: Architecture.all.map(\.name))
  func `a NULL pointer in init ends insmod, where address 0 is not the kernel's`(_ name: String)
    throws
  {
    // In s390x's kernel space address 0 is the lowcore: reading it is no fault (facts 1.2, 6.2).
    let isFault = name != "s390x"
    try Self.run(
      """
      module bad { init { let x = *0x10 } exit { } }
      program bystander { compute 300ms; exit(7) }
      start bystander
      load module bad as root
      run
      \(isFault ? "expect kernel oopses for insmod then kernel kills insmod with SIGKILL" : "expect module bad loads")
      expect bystander.exit == 7
      expect kernel.modules == \(isFault ? 0 : 1)
      unload module bad as root
      run
      expect delete_module by rmmod \(isFault ? "fails with EBUSY" : "returns 0")
      """, on: name)
  }

  @Test func `modules that cannot be loaded give Linux's errors, and nothing of them stays`() throws
  {
    try Self.run(
      """
      module hello { init { printk("hi") } exit { } }
      module broken { init { return -ENODEV } exit { } }
      module wanting {
          needs "no_such_symbol"
          init { } exit { }
      }
      module stay { init { } }
      file "/lib/modules/junk.ko" { text "this is no module" }
      program tool {
          let fd = open("/lib/modules/junk.ko", O_RDONLY)
          finit_module(fd, "", 0)
          exit(errno)
      }
      load module hello as root
      run
      load module broken as root
      load module wanting as root
      load module hello as student
      load module hello as root
      load module stay as root
      start tool as root
      run
      expect finit_module by insmod2 fails with ENODEV
      expect finit_module by insmod3 fails with ENOENT
      expect finit_module by insmod4 fails with EPERM
      expect finit_module by insmod5 fails with EEXIST
      expect finit_module by insmod6 returns 0
      expect finit_module by tool fails with ENOEXEC
      expect never kernel runs module code "wanting.init"
      expect kernel.modules == 2 and insmod2.exit == 1 and tool.exit == 8
      unload module stay as root
      unload module broken as root
      unload module hello as student
      run
      expect delete_module by rmmod fails with EBUSY
      expect delete_module by rmmod2 fails with ENOENT
      expect delete_module by rmmod3 fails with EPERM
      expect kernel.modules == 2
      """)
  }

  // MARK: - What modules bring

  /// The routines that a process's call of a name goes through, from the dispatcher on.
  private static func routines(_ call: String, of task: String, in trace: Trace) throws
    -> [KernelRoutine]
  {
    let id = try #require(SystemCall.named(call)).rawValue
    let number = try #require(trace.header.tasks.firstIndex { $0.name == task })
    let begin = try #require(
      trace.events.firstIndex {
        $0.kind == .callsSystemCall && $0.object == id && Int($0.task) == number
      })
    return trace.events[begin...].prefix { $0.kind != .systemCallReturns }.compactMap {
      $0.kind == .callsRoutine && Int($0.task) == number
        ? KernelRoutine(rawValue: UInt8(truncatingIfNeeded: $0.object)) : nil
    }
  }

  @Test func `a built-in device and a module's are opened and read along the same path`() throws {
    let trace = try Self.run(
      """
      module empty {
          init { }
          provides device "/dev/empty" {
              mode 0666
              read { copy_to_user(buf, "\\0\\0\\0\\0", 4); return 4 }
          }
          exit { }
      }
      program own { bss b 8; let n = read(open("/dev/zero", O_RDONLY), b, 4); exit(n) }
      program guest { bss b 8; let n = read(open("/dev/empty", O_RDONLY), b, 4); exit(n) }
      load module empty as root
      run
      start own
      start guest
      run
      expect own.exit == 4 and guest.exit == 4
      """
    ).trace
    let way: [KernelRoutine] = [.entrySyscall, .doSyscall, .sysRead, .vfsRead]
    let own = try Self.routines("read", of: "own", in: trace)
    let guest = try Self.routines("read", of: "guest", in: trace)
    #expect(Array(own.prefix(6)) == way + [.readZero, .copyToUser])
    #expect(Array(guest.prefix(7)) == way + [.moduleCode, .moduleCopy, .copyToUser])
    let opened = try Self.routines("open", of: "own", in: trace)
    #expect(
      try Self.routines("open", of: "guest", in: trace).filter { $0 != .chrdevOpen } == opened)
  }

  @Test func `files of a built-in file system and of a module's are used along the same path`()
    throws
  {
    func path(_ type: String) throws -> [[KernelRoutine]] {
      let trace = try Self.run(
        """
        module toyfs { init { }; provides filesystem "toyfs"; exit { } }
        dir "/mnt"
        program probe {
            bss b 8
            mount(0, "/mnt", "\(type)", 0, 0)
            let fd = open("/mnt/f", O_CREAT | O_RDWR, 0644)
            write(fd, "hello", 5)
            exit(pread64(fd, b, 8, 0))
        }
        load module toyfs as root
        run
        start probe as root
        run
        expect probe.exit == 5
        expect probe mounts "\(type)"
        """
      ).trace
      return try ["mount", "open", "write", "pread64"].map {
        try Self.routines($0, of: "probe", in: trace)
      }
    }
    #expect(try path("tmpfs") == path("toyfs"))
  }

  @Test(arguments: Architecture.all.map(\.name))
  func `a device of a module is read, on every architecture`(_ name: String) throws {
    try Self.run(
      """
      module toy {
          init { data reads 0 }
          provides device "/dev/toy" {
              mode 0666
              open { printk("opened by %d", current_pid()) }
              read {
                  *reads = *reads + 1
                  if copy_to_user(buf, "toys", 4) != 0 { return -EFAULT }
                  return 4
              }
              write {
                  bss copy 16
                  if copy_from_user(copy, buf, count) != 0 { return -EFAULT }
                  return copy[0]
              }
              release { printk("read %d times", *reads) }
          }
          exit { }
      }
      program child {
          bss line 8
          let fd = open("/dev/toy", O_RDWR)
          let n = read(fd, line, 8)
          write(1, line, n)
          let bad = read(fd, 0x10, 8)
          let first = write(fd, "A", 1)
          close(fd)
          exit(first)
      }
      load module toy as root
      run
      start child
      run
      expect kernel logs "opened by 101" for child then child writes "toys" then read by child fails with EFAULT
      expect kernel logs "read 2 times" for child
      expect kernel runs module code "toy.read" while child.mode == kernel
      expect child.exit == 65
      """, on: name)
  }

  @Test func `whoever calls into a broken module is ended, and the module stays in use`() throws {
    try Self.run(
      """
      module broken {
          init { }
          provides device "/dev/read" { mode 0666; read { return *0x10 } }
          provides device "/dev/open" { mode 0666; open { return *0x10 } }
          provides device "/dev/release" { mode 0666; release { *0x10 = 1 } }
          exit { }
      }
      program reader { bss b 8; read(open("/dev/read", O_RDONLY), b, 8); exit(0) }
      program opener { open("/dev/open", O_RDONLY); exit(0) }
      program closer { close(open("/dev/release", O_RDONLY)); exit(0) }
      program bystander { compute 50ms; exit(7) }
      load module broken as root
      run
      start reader
      start bystander
      run
      expect kernel oopses for reader then kernel kills reader with SIGKILL
      expect kernel oopses for reader then module broken is unpinned by reader
      start opener
      start closer
      run
      expect kernel kills opener with SIGKILL
      expect kernel kills closer with SIGKILL
      expect never module broken is unpinned by opener
      expect bystander.exit == 7 and kernel.modules == 1
      unload module broken as root
      run
      expect module broken is busy for rmmod
      expect delete_module by rmmod fails with EAGAIN
      """)
  }

  @Test func `a fault in the very end of a task leaves it where it is`() throws {
    let run = try Self.run(
      """
      module broken {
          init { }
          provides device "/dev/release" { mode 0666; release { *0x10 = 1 } }
          exit { }
      }
      program leaver { open("/dev/release", O_RDONLY); exit(0) }
      load module broken as root
      run
      start leaver
      run
      expect kernel oopses for leaver
      expect kernel logs "Fixing recursive fault but reboot is needed!" for leaver
      expect leaver.state == sleeping
      expect never leaver exits
      expect never kernel panics
      """)
    #expect(run.stop == .deadlock)
  }

  /// A disk whose interrupt a module handles, and two processes: one that reads, one that computes.
  private static func interrupted(_ handler: String, then claims: String, cpus: Int = 1) -> String {
    """
    machine x86_64 { cpus \(cpus) }
    disk sda { latency 1ms }
    mount "/data" ext4 on sda
    file "/data/f" { text "x" }
    module watcher {
        init { data count 0 }
        interrupt sda { \(handler) }
        exit { printk("seen %d", *count) }
    }
    program reader { exit(open("/data/f", O_RDONLY)) }
    program worker { compute 40ms; exit(7) }
    load module watcher as root
    run
    start reader
    start worker
    run
    \(claims)
    """
  }

  @Test(arguments: [1, 2]) func `a module's handler runs on whoever is interrupted`(_ cpus: Int)
    throws
  {
    let run = try Self.run(
      Self.interrupted(
        "*count = *count + 1; printk(\"on %d\", current_pid())",
        then: """
          expect kernel registers "interrupts of sda" for insmod
          expect kernel runs module code "watcher.interrupt" because sda interrupts
          expect worker.exit == 7 and reader.exit == 3
          unload module watcher as root
          run
          expect kernel unregisters "interrupts of sda" for rmmod
          expect never kernel panics
          """, cpus: cpus))
    let handled = run.trace.events.count { $0.kind == .interrupts && $0.object == 1 }
    let seen = run.trace.events.compactMap {
      $0.kind == .logsMessage ? run.trace.header.strings[$0.string] : nil
    }
    #expect(handled > 0 && seen.last == "seen \(handled)")
    if cpus == 1 { #expect(seen.contains("on 102"), "the worker is borrowed") }
  }

  @Test func `a module is removed only after its handlers have ended, on whatever CPU`() throws {
    try Self.run(
      """
      machine x86_64 { cpus 2 }
      disk sda { latency 1ms }
      mount "/data" ext4 on sda
      file "/data/f" { text "x" }
      module watcher {
          init { }
          interrupt sda { compute 5ms; printk("handled") }
          exit { printk("gone") }
      }
      program reader { exit(open("/data/f", O_RDONLY)) }
      program remover { compute 3ms; exit(delete_module("watcher", O_NONBLOCK)) }
      load module watcher as root
      run
      start reader
      start remover as root
      run
      expect kernel runs module code "watcher.interrupt" then remover calls delete_module then kernel logs "handled" then kernel logs "gone" for remover
      expect reader.exit == 3 and remover.exit == 0
      expect never kernel oopses
      expect kernel.modules == 0
      """)
  }

  @Test func `a handler finds an idle CPU too`() throws {
    try Self.run(
      """
      serial ttyS0
      module watcher { init { }; interrupt ttyS0 { printk("on %d", current_pid()) }; exit { } }
      load module watcher as root
      run
      ttyS0 receives "x"
      run
      expect kernel logs "on 0" because ttyS0 interrupts
      """)
  }

  @Test func `a handler that interrupts module code leaves it as it was`() throws {
    try Self.run(
      """
      disk sda { latency 1ms }
      mount "/data" ext4 on sda
      file "/data/f" { text "x" }
      module watcher {
          init {
              let a = 11
              let n = 0
              while n < 600000 { n = n + 1 }
              printk("%d %d", a, n)
          }
          interrupt sda { let b = 5; let c = b * b; printk("irq %d", c) }
          exit { }
      }
      module slow {
          init {
              let a = 11
              compute 20ms
              printk("%d", a)
          }
          exit { }
      }
      program reader { exit(open("/data/f", O_RDONLY)) }
      load module watcher as root
      run
      start reader
      load module slow as root
      run
      expect kernel runs module code "slow.init" then kernel logs "irq 25" for insmod2 then kernel logs "11" for insmod2
      expect reader.exit == 3
      """)
  }

  @Test func `a fault in a handler stops the machine`() throws {
    let run = try Self.run(
      Self.interrupted(
        "let x = *0x10",
        then: """
          expect sda interrupts then kernel oopses for worker then kernel panics
          expect never worker exits
          """))
    #expect(run.stop == .panic("Fatal exception in interrupt"))
  }

  @Test func `so does a handler that sleeps`() throws {
    let run = try Self.run(
      Self.interrupted("msleep(1ms)", then: "expect kernel panics because sda interrupts"))
    #expect(run.stop == .panic("Fatal exception in interrupt"))
  }

  @Test func `a handler's copy does not wait for pages`() throws {
    try Self.run(
      Self.interrupted(
        "bss place 8; printk(\"left %d\", copy_from_user(place, 0x10000, 8))",
        then: """
          expect kernel logs "left 8"
          expect never kernel panics
          expect worker.exit == 7
          """))
  }

  // MARK: - Bad pointers

  @Test func `a copy's bad pointer is an error, a plain one an oops`() throws {
    try Self.run(
      """
      module pair {
          init { }
          provides device "/dev/right" {
              mode 0666
              read { if copy_to_user(buf, "data", 4) != 0 { return -EFAULT }; return 4 }
          }
          provides device "/dev/wrong" { mode 0666; read { *buf = 1; return 1 } }
          exit { }
      }
      program careful { read(open("/dev/right", O_RDONLY), 0x10, 4); exit(errno) }
      program careless { read(open("/dev/wrong", O_RDONLY), 0x10, 4); exit(errno) }
      load module pair as root
      run
      start careful
      start careless
      run
      expect careful faults at 0x10 while careful.mode == kernel
      expect read by careful fails with EFAULT
      expect careful.exit == 14
      expect careless faults at 0x10 while careless.mode == kernel
      expect kernel oopses for careless
      expect never kernel oopses for careful
      expect careless.signal == 9
      """)
  }
}
