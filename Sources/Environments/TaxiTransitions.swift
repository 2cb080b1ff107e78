extension Taxi {
  private typealias Outcome = TransitionTable.Outcome

  /// A cell of the town.
  private struct Cell: Hashable {
    var row: Int
    var column: Int
  }

  /// The stands: red, green, yellow, blue.
  private static let stands = [
    Cell(row: 0, column: 0), Cell(row: 0, column: 4), Cell(row: 4, column: 0),
    Cell(row: 4, column: 3),
  ]

  /// The cells with a wall to their right, besides the last column.
  private static let walls: Set<Cell> = [
    Cell(row: 0, column: 1), Cell(row: 1, column: 1), Cell(row: 3, column: 0),
    Cell(row: 3, column: 2), Cell(row: 4, column: 0), Cell(row: 4, column: 2),
  ]

  /// Returns the outcomes of each action in each state. `rainyProbability` is the probability that a move goes in its
  /// direction; `nil`: it always does.
  static func transitions(rainyProbability: Double?) -> TransitionTable {
    TransitionTable(states: 500, actions: 6) { index, action in
      let state = State(index: index)
      return action < 4
        ? moves(action, in: state, rainyProbability: rainyProbability)
        : [action == 4 ? takingUp(in: state) : settingDown(in: state)]
    }
  }

  /// The cell that lies in a direction, or the same cell where a wall or the edge of the town is.
  private static func cell(_ direction: Int, of cell: Cell) -> Cell {
    var next = cell
    switch direction {
    case 0: next.row = min(cell.row + 1, 4)
    case 1: next.row = max(cell.row - 1, 0)
    case 2: if cell.column < 4 && !walls.contains(cell) { next.column += 1 }
    default:
      next.column = max(cell.column - 1, 0)
      if walls.contains(next) { next = cell }
    }
    return next
  }

  /// In rain: straight on, to the left and to the right of the direction; none of them where the way
  /// straight on is barred.
  private static func moves(
    _ direction: Int, in state: State, rainyProbability: Double?
  ) -> [Outcome] {
    let here = Cell(row: state.row, column: state.column)
    func outcome(_ cell: Cell, _ probability: Double) -> Outcome {
      var next = state
      next.row = cell.row
      next.column = cell.column
      return Outcome(probability: probability, state: next.index, reward: -1, terminates: false)
    }
    let straight = cell(direction, of: here)
    guard let rainyProbability else { return [outcome(straight, 1)] }
    // Left of down is right, left of up is left, left of right is up, left of left is down.
    let left = [2, 3, 1, 0][direction]
    let right = [3, 2, 0, 1][direction]
    let side = (1 - rainyProbability) / 2
    let isBarred = straight == here
    return [
      outcome(straight, rainyProbability),
      outcome(isBarred ? here : cell(left, of: here), side),
      outcome(isBarred ? here : cell(right, of: here), side),
    ]
  }

  private static func takingUp(in state: State) -> Outcome {
    let here = Cell(row: state.row, column: state.column)
    var next = state
    var reward = -10.0
    if state.passenger < 4 && stands[state.passenger] == here {
      next.passenger = 4
      reward = -1
    }
    return Outcome(probability: 1, state: next.index, reward: reward, terminates: false)
  }

  /// The passenger leaves at any stand; the ride ends at the one it wants to go to.
  private static func settingDown(in state: State) -> Outcome {
    let here = Cell(row: state.row, column: state.column)
    guard state.passenger == 4, let stand = stands.firstIndex(of: here) else {
      return Outcome(probability: 1, state: state.index, reward: -10, terminates: false)
    }
    var next = state
    next.passenger = stand
    let isThere = stand == state.destination
    return Outcome(
      probability: 1, state: next.index, reward: isThere ? 20 : -1, terminates: isThere)
  }
}
