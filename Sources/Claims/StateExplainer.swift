import Program
import Trace

/// Tells what the parts of a state are worth at the moment that a monitor has reached.
enum StateExplainer {
  /// The values that make a state what it is: "editor.mode is user and sda.reads is 1".
  static func text(
    _ state: StateExpression, _ monitor: borrowing EventMonitor, _ words: any Bench
  ) -> String {
    var parts: [String] = []
    collect(state, monitor, words, &parts)
    var unique: [String] = []
    for part in parts where !unique.contains(part) { unique.append(part) }
    return words.say(unique.isEmpty ? .asItIs(state) : .list(unique))
  }

  private static func collect(
    _ state: StateExpression, _ monitor: borrowing EventMonitor, _ words: any Bench,
    _ parts: inout [String]
  ) {
    // A handful of values explains; a long list does not.
    guard parts.count < 6 else { return }
    switch state {
    case .constant: break
    case .not(let inner): collect(inner, monitor, words, &parts)
    case .binary(.and, let left, let right):
      // Where one side is false, that side is the reason.
      let sides = [left, right].filter { truth($0, monitor) != true }
      for side in sides.isEmpty ? [left, right] : sides { collect(side, monitor, words, &parts) }
    case .binary(let symbol, let left, let right):
      switch symbol {
      case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual, .and, .or, .implies:
        collect(left, monitor, words, &parts)
        collect(right, monitor, words, &parts)
      case .add, .subtract, .multiply, .divide, .remainder:
        parts.append(value(state, monitor, words))
      }
    case .observable(.taskSleepsOn(let task, let device)):
      parts.append(sleep(task, device, monitor, words))
    case .observable, .query, .negate:
      parts.append(value(state, monitor, words))
    }
  }

  private static func truth(
    _ state: StateExpression, _ monitor: borrowing EventMonitor
  ) -> Bool? {
    do throws(Absence) {
      return try monitor.value(monitor.lookUp(state)) != 0
    } catch {
      return nil
    }
  }

  private static func value(
    _ state: StateExpression, _ monitor: borrowing EventMonitor, _ words: any Bench
  ) -> String {
    do throws(Absence) {
      let value = try monitor.value(monitor.lookUp(state))
      return words.say(.value(state, value))
    } catch {
      return words.say(.noValue(state, error))
    }
  }

  private static func sleep(
    _ task: TaskID, _ device: DeviceID, _ monitor: borrowing EventMonitor, _ words: any Bench
  ) -> String {
    let name = words.header.task(task).name
    guard monitor.state.tasks.indices.contains(Int(task.rawValue)) else {
      return words.say(.nobody(name))
    }
    let state = monitor.state.tasks[Int(task.rawValue)]
    guard state.condition == .sleeping, let object = state.waitsFor else {
      return words.say(.condition(name, state.condition))
    }
    return words.say(.sleepsOn(name, object))
  }
}
