import PTrainReport
import PTrainTraining

extension InspectCommand {
  package func run() throws {
    let path = RunFolder.checkpointPath(checkpoint)
    StandardStream.output.write(CheckpointReport.text(try Checkpoint(path: path), path: path))
  }
}
