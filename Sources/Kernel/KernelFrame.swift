import Catalogue

/// One frame of a kernel stack: which routine, where in it, and its few locals.
///
/// A routine is a small state machine. It runs one step at a time; between two steps an interrupt
/// may borrow the stack, and a task may sleep for as long as it likes: the frames stay.
struct KernelFrame: Sendable {
  /// Which routine.
  var routine = KernelRoutine.schedule
  /// Where in the routine it goes on; 0 at first. Each routine's file says what its steps are.
  var step: UInt8 = 0
  /// Arguments, then locals.
  var x0: Int64 = 0
  var x1: Int64 = 0
  var x2: Int64 = 0
  var x3: Int64 = 0
  var x4: Int64 = 0
  var x5: Int64 = 0
  var x6: Int64 = 0
}
