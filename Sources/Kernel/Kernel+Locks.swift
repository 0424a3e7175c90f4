import Catalogue
import Machine
import Trace

/// Locks whose holders may sleep, as Linux's mutexes and rw-semaphores: who finds one taken sleeps.
extension Kernel {
  /// What a lock guards.
  enum SleepingLock {
    /// The offset of an open file description (f_pos_lock).
    case position(Int)
    /// A file's size and content against other writers, a directory's entries (i_rwsem).
    case inode(Int)
    /// What can be read from a serial line or keyboard.
    case line(Int)

    /// The number under which tasks wait for it; far from the addresses and tasks that others wait
    /// for.
    var key: Int64 {
      switch self {
      case .position(let file): Int64.min / 4 + Int64(file)
      case .inode(let inode): Int64.min / 4 + (1 << 40) + Int64(inode)
      case .line(let line): Int64.min / 4 + (1 << 41) + Int64(line)
      }
    }
  }

  /// Takes a lock for the running task, or puts the task to sleep, to go on with the same step of its
  /// frame when the lock is free. Taking twice what one has is well.
  /// - Returns: Whether it has the lock.
  mutating func lock(_ f: Int, _ lock: SleepingLock) -> Bool {
    if let holder = lockHolders[lock.key], holder != current {
      sleep(on: WaitObject(.lock, device: .timer), key: lock.key, interruptible: false)
      call(f, then: frames[f].step, .schedule, 0)
      return false
    }
    lockHolders[lock.key] = current
    return true
  }

  /// Gives a lock back, if the running task has it, and wakes who waits for it.
  mutating func unlock(_ lock: SleepingLock) {
    guard lockHolders[lock.key] == current else { return }
    lockHolders[lock.key] = nil
    wake(key: lock.key)
  }
}
