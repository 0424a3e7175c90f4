import Catalogue
import Machine
import Trace

/// What the kernel keeps about one task.
struct KernelTask: Sendable {
  var condition = TaskCondition.absent
  /// Process number.
  var pid: Int64 = 0
  var uid: Int64 = 0
  var gids: [Int64] = []
  /// Position of its program in the scenario.
  var program = 0
  /// Its user half.
  var space = AddressSpace()
  /// Page faults settled without the disk, and those that had to wait for it; `execve` keeps them.
  var minorFaults: Int64 = 0
  var majorFaults: Int64 = 0
  /// Those of children that were waited for.
  var childMinorFaults: Int64 = 0
  var childMajorFaults: Int64 = 0
  /// Times it left its CPU by sleeping, and although it could have gone on.
  var voluntarySwitches: Int64 = 0
  var involuntarySwitches: Int64 = 0
  /// Frames of its kernel stack, and the address one past its top.
  var kernelStack: FrameNumber?
  var kernelStackTop: Int64 = 0
  /// Frames on its kernel stack.
  var depth = 0
  /// What the routine that ended last returned.
  var returned: Int64 = 0
  /// The CPU it runs on, waits for, or ran on last.
  var cpu = 0
  /// Whether it had a CPU before.
  var hasRun = false
  /// Nanoseconds of `compute` still to do.
  var burst: Int64 = 0
  /// Ticks until it must give way.
  var ticksLeft: Int64 = 0
  /// The event that its next one follows from, while it is not on a CPU.
  var flow = TraceEvent.noCause
  /// Its last wake-up, until it has a CPU again.
  var wakeEvent: UInt32?
  /// What it waits for, while it sleeps.
  var waitKey: Int64 = 0
  var waitObject = WaitObject(rawValue: 0)
  var sleepsSince: Int64 = 0
  /// The event that set its timer.
  var timerEvent = TraceEvent.noCause
  /// The system call it is in: catalogue identity and the event of the call.
  var callEvent = TraceEvent.noCause
  var call = SystemCallID.unknown
  /// Signals: pending, blocked, and what each one does.
  var signals = SignalState()
  /// The process group: the number of the ancestor that was not forked.
  var group: Int64 = 0
  /// The task that forked it; -1 for init.
  var parent = -1
  /// How often it has forked; whether it was forked itself, and has not run yet.
  var forks = 0
  var wasForked = false
  var isForked = false
  /// Who waits until it has another program or ends (vfork); -1 for nobody.
  var vforkParent = -1
  /// Its status word, once it has ended.
  var exitWord: Int64 = 0
  /// The signal that has stopped it, and whether it has gone on since, while nobody was told.
  var stopToTell: Int64 = 0
  var hasContinued = false
  /// What the execve that it is in has fetched.
  var exec = ExecState()
  /// Whether a signal can end its sleep, and whether one that ends the process can.
  var isInterruptible = false
  var isKillable = false
  /// When SIGALRM is due, and the event that set that.
  var alarm: Int64?
  var alarmEvent = TraceEvent.noCause
  /// What the call of the moment returned, when a signal has interrupted it: one of ``Interrupted``.
  var interruptedCall: Int64 = 0
  /// The number of the call of the moment, and what its result register held on entry.
  var callNumber: Int64 = 0
  /// The call that its next system call instruction stands for, whatever number that holds.
  var restartNumber: Int64?
  var resultAtEntry: Int64 = 0
  /// The call of the moment has set all registers itself.
  var keepsRegisters = false
  /// The fast way back to user mode cannot be taken: registers are not as they were on entry.
  var leavesBySlowPath = false
  /// When an interrupted sleep was to end, and where what was left of it goes.
  var sleepDeadline: Int64 = 0
  var sleepRemainder: Int64 = 0
  /// Descriptors: positions in the table of open files, -1 for a free one.
  var descriptors: [Int32] = []
  /// The descriptors that execve closes.
  var closesOnExec: Set<Int> = []
  /// Drivers that are to be told of a last close before the task goes on.
  var releases: [PendingRelease] = []
  /// Whether it is being taken apart.
  var isExiting = false
  /// Permission bits that new files do not get.
  var umask: Int64 = 0o022
  /// Working directory.
  var directory = 0
  /// The kernel's buffer for a path or a small structure copied from user memory.
  var buffer: [UInt8] = []
  /// The pages of the request that it is about to submit.
  var requestParts: [DiskRequest.Part] = []
  /// Pages that it still has to write back, the last first.
  var writeList: [Int64] = []
  /// Whether it lives in the kernel only, without program and user half.
  var isKernelThread = false
  /// Where a path walk stopped: directory and last name, and whether it was the last component.
  var walkDirectory = 0
  var walkName = StringID(rawValue: 0)
  var walkIsLast = false
  var walkHasTrailingSlash = false

  /// Root of its page table; the kernel's own while it has none.
  var root: FrameNumber {
    get { space.root }
    set { space.root = newValue }
  }

  /// How many descriptors are open.
  var openCount: Int64 { Int64(descriptors.count { $0 >= 0 }) }
}
