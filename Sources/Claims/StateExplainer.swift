import Program
import Trace

/// Tells what the parts of a state are worth at the moment that a monitor has reached.
enum StateExplainer {
  /// The values that make a state what it is: "editor.mode is user and sda.reads is 1".
  static func text(
    _ state: StateExpression, _ monitor: borrowing EventMonitor, _ words: ClaimWords
  ) -> String {
    var parts: [String] = []
    collect(state, monitor, words, &parts)
    var unique: [String] = []
    for part in parts where !unique.contains(part) { unique.append(part) }
    guard let last = unique.last else { return "it is as it is: \(words.text(state))" }
    return unique.count == 1
      ? last : "\(unique.dropLast().joined(separator: ", ")) and \(last)"
  }

  private static func collect(
    _ state: StateExpression, _ monitor: borrowing EventMonitor, _ words: ClaimWords,
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
    _ state: StateExpression, _ monitor: borrowing EventMonitor, _ words: ClaimWords
  ) -> String {
    do throws(Absence) {
      let value = try monitor.value(monitor.lookUp(state))
      return "\(words.text(state)) is \(words.value(value, state.valueType))"
    } catch {
      return "\(words.text(state)) has no value: \(words.text(error))"
    }
  }

  private static func sleep(
    _ task: TaskID, _ device: DeviceID, _ monitor: borrowing EventMonitor, _ words: ClaimWords
  ) -> String {
    let name = words.header.task(task).name
    guard monitor.state.tasks.indices.contains(Int(task.rawValue)) else {
      return "\(name) does not exist"
    }
    let state = monitor.state.tasks[Int(task.rawValue)]
    guard state.condition == .sleeping, let object = state.waitsFor else {
      return "\(name).state is \(state.condition.name)"
    }
    return "\(name) sleeps on \(words.header.text(object))"
  }
}
