extension Observable {
  /// The type of what is seen.
  public var valueType: ValueType {
    switch self {
    case .taskMode, .cpuMode, .cpuStack: .mode
    case .taskCondition: .condition
    case .taskExit, .taskSignal, .taskDescriptors, .taskPID, .taskMinorFaults, .taskMajorFaults,
      .taskVoluntarySwitches, .taskInvoluntarySwitches, .taskStackDepth, .taskRegions,
      .taskChildren, .taskPending, .cpuInterrupts, .deviceReads, .deviceWrites, .deviceInterrupts,
      .deviceQueue, .deviceSent, .deviceReceived, .liveModules:
      .integer
    case .taskBreak: .address
    case .cpuContext: .context
    case .taskCPUTime, .time: .duration
    case .cpuCurrent: .task
    case .memoryFree, .memorySwapped, .taskResident, .lineReceived: .bytes
    case .pageFrame: .address
    case .taskSleepsOn, .taskHasPending, .addressHasRegion, .pageIsMapped, .pageIsAccessible:
      .boolean
    }
  }
}

extension TraceQuery {
  /// The type of the answer.
  public var valueType: ValueType {
    switch self {
    case .count: .integer
    case .result: .result
    case .time, .callDuration, .between, .cpuTime: .duration
    }
  }
}

extension StateExpression {
  /// The type of the value.
  ///
  /// Arithmetic keeps the type of its left side, unless that is a plain number beside a quantity
  /// (`2 * time`); the quotient of two quantities of one type is a plain number.
  public var valueType: ValueType {
    switch self {
    case .constant(_, let type): return type
    case .observable(let seen): return seen.valueType
    case .query(let query): return query.valueType
    case .not: return .boolean
    case .negate(let inner): return inner.valueType
    case .binary(let symbol, let left, let right):
      switch symbol {
      case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual, .and, .or, .implies:
        return .boolean
      case .divide where left.valueType == right.valueType: return .integer
      case .add, .subtract, .multiply, .divide, .remainder:
        return left.valueType == .integer ? right.valueType : left.valueType
      }
    }
  }
}
