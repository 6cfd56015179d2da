import PTrainData
import PTrainNetwork

/// What one lane works with.
final class StepLane: @unchecked Sendable {
  // Sendable: lane `n` alone uses it while a team runs.
  let workspace: BatchWorkspace
  let reader: LaneReader
  /// The step whose samples of each microbatch lie in the workspace's input.
  let gatheredSteps: UnsafeMutablePointer<Int>
  /// The step whose weights the workspace holds transposed.
  let transposedStep: UnsafeMutablePointer<Int>

  init(workspace: BatchWorkspace, reader: LaneReader, microbatchCount: Int) {
    self.workspace = workspace
    self.reader = reader
    gatheredSteps = .allocate(capacity: microbatchCount + 1)
    gatheredSteps.initialize(repeating: -1, count: microbatchCount + 1)
    transposedStep = gatheredSteps + microbatchCount
  }

  deinit { gatheredSteps.deallocate() }
}

/// A step's place in its epoch and in its run; all 0-based.
struct StepPosition {
  let epoch: Int
  let step: Int
  let globalStep: Int

  func advanced(by count: Int) -> StepPosition {
    StepPosition(epoch: epoch, step: step + count, globalStep: globalStep + count)
  }
}
