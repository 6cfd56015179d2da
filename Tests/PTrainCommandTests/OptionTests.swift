import Testing

@testable import PTrainCommand

@Suite struct OptionTests {
  private func train(_ arguments: String...) throws -> TrainCommand {
    try #require(try RootCommand.parseAsRoot(arguments) as? TrainCommand)
  }

  @Test func withoutArgumentsTheReferenceJobIsTrained() throws {
    let command = try train()
    #expect(command.runOptions.threads == 8 && command.runOptions.effectiveShards() == 8)
    #expect(command.runOptions.epochs == 10 && command.runOptions.keep == .all)
    #expect(command.runOptions.out == nil && command.runOptions.checkpointEvery == nil)
    #expect(command.model.hidden.values == [20, 20] && command.model.activation == .relu)
    #expect(command.optimizer.optimizer == .sgd && command.optimizer.effectiveLearningRate == 0.01)
    #expect(command.optimizer.momentum == 0)
    #expect(command.samples.batchSize == 20 && command.samples.validationSplit == 0.3)
    #expect(command.samples.seed == 1 && command.samples.shuffleBuffer == nil)
    #expect(command.dataSet.data == "datasets/mnist" && command.dataSet.memoryBudget.bytes == 1_000_000_000)
    #expect(!command.output.json && !command.output.quiet)
  }

  @Test func everyTrainingOptionReachesItsValue() throws {
    let command = try train(
      "--threads", "2", "--shards", "4", "--epochs", "3", "--batch-size", "7", "--hidden", "", "--activation", "tanh",
      "--optimizer", "sgd", "--learning-rate", "0.5", "--momentum", "0.9", "--validation-split", "0", "--seed",
      "18446744073709551615", "--data", "d", "--out", "o", "--checkpoint-every", "11", "--keep", "0",
      "--memory-budget", "8MB", "--shuffle-buffer", "4096", "--json", "--quiet")
    #expect(command.runOptions.threads == 2 && command.runOptions.effectiveShards() == 4)
    #expect(command.runOptions.epochs == 3 && command.runOptions.out == "o")
    #expect(command.runOptions.checkpointEvery == 11 && command.runOptions.keep == .newest(0))
    #expect(command.model.hidden.values.isEmpty && command.model.activation == .tanh)
    #expect(command.optimizer.effectiveLearningRate == 0.5 && command.optimizer.momentum == 0.9)
    #expect(command.samples.batchSize == 7 && command.samples.validationSplit == 0)
    #expect(command.samples.seed == .max && command.samples.shuffleBuffer == 4096)
    #expect(command.dataSet.data == "d" && command.dataSet.memoryBudget.bytes == 8_000_000)
    #expect(command.output.json && command.output.quiet)
  }

  @Test func trainIsTheDefaultCommand() throws {
    #expect(try train("train", "--seed", "3").samples.seed == 3)
    #expect(try train("--seed", "3").samples.seed == 3)
  }

  @Test func shardsFollowThreadsUnlessNamed() throws {
    #expect(try train("--threads", "3").runOptions.effectiveShards() == 3)
  }

  @Test func adamHasALearningRateOfItsOwn() throws {
    #expect(try train("--optimizer", "adam").optimizer.effectiveLearningRate == 0.001)
    #expect(try train("--optimizer", "adam", "--learning-rate", "0.01").optimizer.effectiveLearningRate == 0.01)
  }

  @Test func resumeNeedsACheckpointOnly() throws {
    let command = try #require(try RootCommand.parseAsRoot(["resume", "runs/1"]) as? ResumeCommand)
    #expect(command.checkpoint == "runs/1")
    #expect(command.epochs == nil && command.threads == nil && command.data == nil)
    #expect(command.memoryBudget == nil && command.checkpointEvery == nil && command.keep == nil)
  }

  @Test func predictChoosesASample() throws {
    let command = try #require(
      try RootCommand.parseAsRoot(["predict", "m", "--index", "20", "--partition", "train"]) as? PredictCommand)
    #expect(command.model == "m" && command.sample.index == 20 && command.sample.partition == .train)
  }
}
