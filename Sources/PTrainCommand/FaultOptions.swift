import ArgumentParser
import PTrainTraining

/// What a run does about faults of the machine.
package struct FaultOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: .value(
      "name", "When a checkpoint can't be written: fail ends the run, continue tries again with the next one.",
      default: "fail, or as before"),
    transform: Rules.onCheckpointError.transform)
  package var onCheckpointError: CheckpointErrorPolicy?

  @Option(
    parsing: .unconditional,
    help: .value("seconds", "End with code 4 after so long without progress.", default: "never"),
    transform: Rules.stallTimeout.transform)
  package var stallTimeout: Double?

  package init() {}

  func watchdog(_ trainer: Trainer) -> Watchdog {
    Watchdog(trainer.watch, rule: Watchdog.Rule(endAfter: stallTimeout))
  }
}
