import PTrainCore
import PTrainStorage

extension RunFolder {
  /// A checkpoint that opened, and those newer ones that did not.
  package struct Opened {
    package let checkpoint: Checkpoint
    package let path: String
    /// Why each newer one could not be used, the newest first.
    package let faults: [Diagnosis]
  }

  /// Opens the newest checkpoint that is whole.
  ///
  /// - Throws: what is wrong with the newest, if no other opens either.
  package func openNewest() throws(TrainingError) -> Opened {
    let newest: TrainingError
    do {
      return Opened(checkpoint: try Checkpoint(path: newestCheckpoint), path: newestCheckpoint, faults: [])
    } catch {
      newest = error
    }
    var faults = [newest.diagnosis]
    for epoch in epochsWithCheckpoint.reversed() {
      let path = checkpoint(ofEpoch: epoch)
      do {
        return Opened(checkpoint: try Checkpoint(path: path), path: path, faults: faults)
      } catch {
        faults.append(error.diagnosis)
      }
    }
    throw newest
  }
}
