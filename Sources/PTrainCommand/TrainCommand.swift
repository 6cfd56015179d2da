import ArgumentParser

/// `ptrain train`.
package struct TrainCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Trains a model from the start.",
    discussion: """
      Example: ptrain train --threads 8 --epochs 10 --hidden 20,20 --learning-rate 0.01

      The job (data, model, optimizer, batch size, split, shuffle, seed, shards) alone decides the result, to the \
      last bit on one kind of CPU; the number of cores does not.
      """)

  @OptionGroup(title: "Run") package var runOptions: RunOptions
  @OptionGroup(title: "Model") package var model: ModelOptions
  @OptionGroup(title: "Optimizer") package var optimizer: OptimizerOptions
  @OptionGroup(title: "Samples") package var samples: SampleOptions
  @OptionGroup(title: "Data") package var dataSet: DataOptions
  @OptionGroup(title: "TensorBoard") package var events: EventOptions
  @OptionGroup(title: "Faults") package var safety: FaultOptions
  @OptionGroup(title: "Output") package var output: OutputOptions

  package init() {}

  package mutating func validate() throws {
    guard events.tensorboard != nil || events.tensorboardEvery == nil else {
      throw OptionConflict.eventsWithoutFolder
    }
  }
}
