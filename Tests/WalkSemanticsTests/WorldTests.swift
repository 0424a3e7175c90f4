import Catalogue
import Program
import Testing
import Trace

@testable import WalkSemantics

/// Devices, swap, mounts, and what happens to them from outside.
@Suite struct WorldTests {
  private func check(_ text: String) -> Checked {
    Gate.$areOpen.withValue(true) { WalkSemanticsTests.check(text) }
  }

  private static let world = """
    machine x86_64 { replacement lru }
    disk sda { latency 5ms }      nic eth0 { latency 20ms }      serial ttyS0      keyboard kbd
    mount "/net" nfs on eth0 from "fileserver"
    swap on sda { size 64KiB }
    file "/net/readme" { text "far" }
    program p { exit(0) }
    start p

    """

  @Test(arguments: [
    "user ada { groups [staff] }\nuser bob { uid 2000 }",
    "user bob { uid 2000 }\nuser ada { groups [staff] }",
    "user ada { groups [bob, staff] }\nuser bob { uid 2001 }",
  ])
  func `a group has no number that is a user's own group`(_ users: String) throws {
    let checked = check("\(users)\nprogram p { }\nstart p\nrun")
    let scenario = try #require(checked.scenario, "\(checked.report)")
    let ada = try #require(scenario.users.first { $0.name == "ada" })
    let bob = try #require(scenario.users.first { $0.name == "bob" })
    let staff = try #require(ada.gids.last)
    #expect(!bob.gids.contains(staff) && ada.gids.count == Set(ada.gids).count)
    #expect(users.contains("[bob") == ada.gids.contains(bob.gids[0]))
  }

  @Test func `devices have their numbers in the order of their kinds`() throws {
    let checked = check(Self.world)
    #expect(checked.codes == [], "\(checked.report)")
    let scenario = try #require(checked.scenario)
    #expect(scenario.nics == [NICConfiguration(name: "eth0", latency: 20_000_000)])
    #expect(scenario.serials.map(\.name) == ["ttyS0"] && scenario.keyboards.map(\.name) == ["kbd"])
    #expect(scenario.swap == SwapConfiguration(disk: 0, byteCount: 65_536))
    #expect(scenario.machine.replacement == .lru)
    let net = try #require(scenario.mounts.first { $0.path == "/net" })
    #expect(net.fileSystem == .nfs && net.nic == 0 && net.server == "fileserver")
    #expect(scenario.devices.map(\.name) == checked.result.scope.deviceNames)
  }

  @Test func `what devices receive and who is sent a signal is known by number`() throws {
    let checked = check(
      Self.world + """
        at 12ms: ttyS0 receives "x\\n"
        kbd types "ls"
        at 15ms: signal SIGINT to p
        sda fails
        eth0 fails
        run
        """)
    #expect(checked.codes == [], "\(checked.report)")
    var acts: [TimelineAction] = []
    var times: [Int64?] = []
    for case .act(let action, let time) in try #require(checked.scenario).timeline {
      acts.append(action)
      times.append(time)
    }
    func device(_ number: UInt32) -> DeviceID { DeviceID(rawValue: number) }
    #expect(
      acts == [
        .start(process: 0), .receive(device(3), Array("x\n".utf8)),
        .receive(device(4), Array("ls".utf8)), .signal(.SIGINT, to: TaskID(rawValue: 1)),
        .fail(device(1)), .fail(device(2)),
      ])
    #expect(times == [nil, 12_000_000, nil, 15_000_000, nil, nil])
  }

  private static let wrong: [(String, [String])] = [
    ("nic sda { }", ["W0208"]), ("serial kernel", ["W0210"]),
    ("keyboard k { latency 1ms }", ["W0214"]),
    ("nic n { speed 5 }", ["W0214"]), ("nic n { latency 5 }", ["W0301"]),
    ("mount \"/b\" nfs on sda from \"s\"", ["W0313"]), ("mount \"/b\" nfs on eth0", ["W0313"]),
    ("mount \"/b\" nfs from \"s\"", ["W0313"]), ("mount \"/b\" nfs on eth9 from \"s\"", ["W0207"]),
    ("mount \"/b\" ext4 on eth0", ["W0313"]), ("mount \"/b\" ext4 on sda from \"s\"", ["W0313"]),
    ("mount \"/\" nfs on eth0 from \"s\"", ["W0313"]), ("mount \"/p\" proc", ["W0313"]),
    ("swap on sda\nswap on sda", ["W0208"]), ("swap on sdz", ["W0207"]),
    ("swap on eth0", ["W0313"]),
    ("swap on sda { size 1000 }", ["W0303"]), ("swap on sda { size 5000 }", ["W0303"]),
    ("swap on sda { sise 4KiB }", ["W0214"]),
    ("ttyS0 types \"x\"", ["W0313"]), ("kbd receives \"x\"", ["W0313"]),
    ("ttyS9 receives \"x\"", ["W0207"]),
    ("ttyS0 receives 5", ["W0313"]), ("ttyS0 receives", ["W0313"]),
    ("ttyS0 receives \"\"", ["W0313"]),
    ("ttyS0 fails", ["W0313"]), ("signal SIGINTR to p", ["W0226"]),
    ("signal SIGINT to q", ["W0401"]),
    ("signal SIGINT p", ["W0313"]), ("at 5ms: sda explodes", ["W0403"]),
    ("program q { }\nstart q named eth0", ["W0210"]),
    ("program q { }\nstart q named kbd", ["W0210"]),
    ("load module hello", ["W0227"]), ("load module", ["W0313"]),
    ("unload module a to b", ["W0313"]),
  ]

  @Test(arguments: wrong)
  func `what cannot be is told`(_ row: (text: String, codes: [String])) {
    let checked = check(
      "disk sda { }\nnic eth0 { }\nserial ttyS0\nkeyboard kbd\nprogram p { }\nstart p\n\(row.text)\n"
    )
    #expect(checked.codes == row.codes, "\(row.text)\n\(checked.report)")
  }

  @Test func `without its gate, each thing is said not to be simulated`() {
    for (gate, text) in [
      (Gate.network, "nic eth0 { }"), (.swap, "disk sda { }\nswap on sda"),
      (.replacement, "machine x86_64 { replacement fifo }"), (.modules, "module m { init { } }"),
    ] where Gate.closed.contains(gate) {
      #expect(WalkSemanticsTests.check(text).codes == ["W0213"], "\(text)")
    }
  }

  // MARK: Children

  @Test func `children have numbers behind all processes, parents before their own`() throws {
    let checked = check(
      """
      program shell { fork()
        exit(0) }
      program quiet { exit(0) }
      start shell
      start quiet
      run
      expect shell.child2.child exits 0 or shell.child exits
      expect shell.child2.exit == 0 and cpu0.current == shell.child
      at 5ms: signal SIGINT to shell.child2
      """)
    #expect(checked.codes == [], "\(checked.report)")
    let scenario = try #require(checked.scenario)
    func task(_ number: UInt16) -> TaskID { TaskID(rawValue: number) }
    #expect(scenario.processes.map(\.name) == ["shell", "quiet"])
    #expect(
      scenario.children == [
        ChildConfiguration(name: "shell.child2", parent: task(1), ordinal: 2, id: task(3)),
        ChildConfiguration(name: "shell.child2.child", parent: task(3), ordinal: 1, id: task(4)),
        ChildConfiguration(name: "shell.child", parent: task(1), ordinal: 1, id: task(5)),
      ])
    guard
      case .occurs? = scenario.expectations.first.map({ _ in Claim.occurs(.pattern(.init([.exits])))
      })
    else { return }
    #expect(
      scenario.timeline.contains {
        if case .act(.signal(.SIGINT, to: let id), _) = $0 { return id == task(3) }
        return false
      })
  }

  @Test func `the first child of who forks is known to values in the text`() throws {
    let checked = check("program shell { fork() }\nstart shell\nrun")
    #expect(value("shell.child.exit", in: checked).codes == [])
    #expect(value("shell.child2.exit", in: checked).codes == ["W0404"])
    #expect(try #require(checked.scenario).children.count == 1)
  }

  @Test func `a child of nobody, or where nobody forks, cannot be`() {
    let checked = check("program p { exit(0) }\nstart p\nrun\nexpect p.child exits 0")
    #expect(checked.codes.contains("W0229"))
    #expect(check("program p { fork() }\nstart p\nexpect q.child exits").codes == ["W0401"])
    #expect(
      check("program p { fork() }\nstart p\nrun\nexpect p.child1 exits").codes == ["W0401"],
      "the first is `child`")
  }

  // MARK: Modules

  private static let toy = """
    module toy {
      text 8KiB, data 4KiB, license "GPL", needs "some_symbol"
      init {
        data count 0
        bss room 64
        fn twice(n) { return n * 2 }
        printk("toy %d", twice(21))
        if *count { return -EBUSY }
        let p = kmalloc(100)
        p[0] = 7
        kfree(p)
        return 0
      }
      exit { printk("bye") }
      provides device "/dev/toy" {
        open { *count = *count + 1 }
        read {
          if offset > 0 { return 0 }
          let left = copy_to_user(buf, "toy\\n", 4)
          return 4 - left
        }
        write { msleep(5ms)
          return count }
      }
      provides filesystem "toyfs"
    }
    program p { exit(0) }
    start p
    load module toy as root
    at 5ms: unload module toy as root
    load module toy
    run
    expect insmod exits 0 and rmmod exits and insmod2 exits 1

    """

  @Test func `a module is code with relocations, sizes and what it provides`() throws {
    var text = Self.toy
    text.replace("return count }", with: "return 1 }")
    let checked = check(text)
    #expect(checked.codes == [], "\(checked.report)")
    let scenario = try #require(checked.scenario)
    let module = try #require(scenario.modules.first)
    #expect(module.text.count == 8192 && module.data.count == 4096)
    #expect(module.license == "GPL")
    #expect(
      module.imports == ["copy_to_user", "kfree", "kmalloc", "msleep", "printk", "some_symbol"])
    #expect(module.provides.contains(.fileSystem("toyfs")))
    guard case .device("/dev/toy", 0o600, let operations)? = module.provides.last else {
      Issue.record("\(module.provides)")
      return
    }
    #expect(Set(operations.keys) == [.open, .read, .write])
    let file = try #require(scenario.nodes.first { $0.path == "/lib/modules/toy.ko" })
    #expect(file.content == .bytes(module.file(for: .x86_64)))

    var interpreter = ReferenceInterpreter(module, text: 0xFFFF_A000, data: 0xFFFF_C000)
    interpreter.mapped = [0x9000..<0xA000]
    let kmalloc = KernelService.kmalloc.rawValue
    interpreter.serve = { service, _ in service == kmalloc ? 0x9000 : 0 }
    #expect(interpreter.run(from: 0xFFFF_A000 + (try #require(module.initOffset))) == .returned(0))
    let services = interpreter.services.compactMap { KernelService(rawValue: $0.service) }
    #expect(services == [.printk, .kmalloc, .kfree])
    #expect(interpreter.text(interpreter.services[0].arguments[0]) == "toy %d")
    #expect(interpreter.services[0].arguments[1] == 42)
    #expect(interpreter.byte(0x9000) == 7)

    // Somebody opens the device; from then on init would refuse.
    #expect(interpreter.run(from: 0xFFFF_A000 + (operations[.open] ?? 0)) == .returned(0))
    #expect(interpreter.run(from: 0xFFFF_A000 + (module.initOffset ?? 0)) == .returned(-16))
    interpreter.services = []
    interpreter.registers[Int(interpreter.roles.arguments[0])] = 0x4000
    interpreter.registers[Int(interpreter.roles.arguments[1])] = 10
    interpreter.registers[Int(interpreter.roles.arguments[2])] = 0
    #expect(interpreter.run(from: 0xFFFF_A000 + (operations[.read] ?? 0)) == .returned(4))
    #expect(interpreter.services[0].arguments[0] == 0x4000, "to user memory")
    #expect(interpreter.text(interpreter.services[0].arguments[1]) == "toy\n")
  }

  @Test func `loading and unloading are processes that make the system calls`() throws {
    var text = Self.toy
    text.replace("return count }", with: "return 1 }")
    let scenario = try #require(check(text).scenario)
    #expect(scenario.processes.map(\.name) == ["p", "insmod", "rmmod", "insmod2"])
    #expect(
      scenario.processes.map { scenario.users[$0.user].name }[1...] == ["root", "root", "student"])
    for process in 1...3 {
      var interpreter = ReferenceInterpreter(
        scenario.programs[scenario.processes[process].program],
        libraries: Libraries.images(for: .x86_64))
      interpreter.answer = { $0.number == 2 ? 3 : 0 }
      #expect(interpreter.run() == .exited(0))
      #expect(interpreter.calls.map(\.number) == (process == 2 ? [176, 231] : [2, 313, 231]))
      let path = interpreter.text(interpreter.calls[0].arguments[0])
      #expect(path == (process == 2 ? "toy" : "/lib/modules/toy.ko"))
      interpreter.answer = { _ in -1 }
      #expect(interpreter.run() == .exited(1))
    }
  }

  private static let wrongModules: [(String, [String])] = [
    ("init { prink(\"x\") }", ["W0228"]), ("init { write(1, \"x\", 1) }", ["W0228"]),
    ("init { exit(1) }", ["W0228"]), ("init { let a = errno }", ["W0201"]),
    ("init { libc.strlen(\"x\") }", ["W0224"]), ("init { printk() }", ["W0304"]),
    ("init { printk(5) }", ["W0305"]), ("init { msleep(5) }", ["W0301"]),
    ("init { on SIGINT { } }", ["W0224"]), ("init { fn printk() { } }", ["W0210"]),
    ("init { syscall(1) }", ["W0228"]), ("init { let a = argc }", ["W0201"]),
    ("text 8, init { printk(\"x\") }", ["W0303"]), ("data 1, init { printk(\"x\") }", ["W0303"]),
    ("text 5ms", ["W0302"]), ("license GPL", ["W0313"]), ("init 5", ["W0313"]),
    ("provides device \"/tmp/x\" { }", ["W0217"]),
    ("provides device \"/dev/x\" { seek { } }", ["W0214"]),
    ("provides filesystem \"ext4\"", ["W0208"]), ("provides socket \"x\"", ["W0215"]),
    ("provides \"x\"", ["W0313"]), ("colour 5", ["W0214"]), ("init { } init { }", ["W0208"]),
    ("init { data d 1 }, exit { data d 2 }", ["W0203"]),
    ("provides device \"/dev/x\" { } provides device \"/dev/x\" { }", ["W0208"]),
    ("init { lock m }", ["W0213"]), ("init { panic(\"x\", 1) }", ["W0304"]),
    ("init { privileged hltt }", ["W0216"]),
  ]

  @Test(arguments: wrongModules)
  func `what a module cannot hold is told`(_ row: (text: String, codes: [String])) {
    let checked = check("module m { \(row.text) }\n")
    #expect(checked.codes == row.codes, "\(row.text)\n\(checked.report)")
  }

  @Test func `a name is a module's once`() {
    #expect(check("module m { }\nmodule m { }").codes == ["W0208"])
  }
}
