/// A way to break the simulated machine on purpose: one for each mechanism of the boundary.
///
/// A book is worth its claims only if they could fail. The tests break one mechanism at a time, run
/// the lessons that cover it, and count the expectations that notice (`MutationTests`). Each case
/// changes one decision at one place of the kernel or the machine, off the paths that are executed
/// for every step. What comes of it must still be bounded: a broken machine may panic, reach a limit
/// or report an internal error, but never bring the simulator down.
///
/// Neither scripts nor the command line can ask for any of this.
package enum Sabotage: String, Sendable, Hashable, CaseIterable {
  /// S1: a process's page table leads to its user half only; the kernel is in no process's table.
  case kernelHalfIsMissing
  /// S2: the way out of the kernel leaves the mode flag on *kernel*.
  case modeFlagStays
  /// S3: user mode skips a privileged instruction, and nobody is told.
  case privilegedInstructionIsSkipped
  /// S4: the MMU does not look at the user/supervisor bit.
  case supervisorBitIsIgnored
  /// S5: the kernel looks for each argument one register further on.
  case argumentsAreShifted
  /// S6: kernel mode is refused what user mode is refused: privileged instructions, and memory that
  /// only the kernel may use when a module's code wants it.
  case kernelModeIsRefused
  /// S7: a number that stands for no call is answered with success.
  case unknownCallSucceeds
  /// S8: the exception table has no entries: a fault inside a copy has nowhere to go on at.
  case fixupIsMissing
  /// S9: the page cache keeps nothing for the next reader.
  case pageCacheForgets
  /// S10: who waits in a wait queue is never woken.
  case wakeUpIsLost
  /// S11: everybody is given the owner's rights.
  case ownerClassDecides
  /// S12: the way out does not look whether somebody else should run.
  case reschedulingIsForgotten
  /// S13: a page fault is settled without a look at what its region allows.
  case regionRightsAreIgnored
  /// S14: the deferred half of interrupts is never run.
  case softirqsAreForgotten
  /// S15: the addresses in a module's code are not filled in.
  case relocationIsSkipped
  /// S16: `munmap` says that it has done its work and does nothing.
  case munmapDoesNothing
  /// S17: the kernel stack is not kept while its task sleeps: the call is over when the task wakes.
  case kernelStackIsLost
  /// S18: under isolation kpti, the page table is not changed on the way in and out.
  case pageTableIsKept
  /// S19: an oops is logged, and the task goes on as if the function had returned.
  case oopsIsForgiven
  /// S20: `rt_sigreturn` leaves the registers as the handler has left them.
  case sigreturnRestoresNothing
  /// S21: a dead child is forgotten at once: no zombie waits for its parent.
  case zombieIsForgotten

  /// The mechanism that it breaks, as in the front matter of lessons.
  package var mechanism: String {
    switch self {
    case .kernelHalfIsMissing: "S1"
    case .modeFlagStays: "S2"
    case .privilegedInstructionIsSkipped: "S3"
    case .supervisorBitIsIgnored: "S4"
    case .argumentsAreShifted: "S5"
    case .kernelModeIsRefused: "S6"
    case .unknownCallSucceeds: "S7"
    case .fixupIsMissing: "S8"
    case .pageCacheForgets: "S9"
    case .wakeUpIsLost: "S10"
    case .ownerClassDecides: "S11"
    case .reschedulingIsForgotten: "S12"
    case .regionRightsAreIgnored: "S13"
    case .softirqsAreForgotten: "S14"
    case .relocationIsSkipped: "S15"
    case .munmapDoesNothing: "S16"
    case .kernelStackIsLost: "S17"
    case .pageTableIsKept: "S18"
    case .oopsIsForgiven: "S19"
    case .sigreturnRestoresNothing: "S20"
    case .zombieIsForgotten: "S21"
    }
  }
}
