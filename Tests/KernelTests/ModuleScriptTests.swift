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
}
