import PTrainBench
import PTrainTraining
import Testing

@testable import PTrainCommand

@Suite struct BenchCommandTests {
  private func bench(_ arguments: String...) throws -> BenchCommand {
    try #require(try RootCommand.parseAsRoot(["bench"] + arguments) as? BenchCommand)
  }

  @Test func withoutOptionsTheReferenceJobIsTimed() throws {
    let command = try bench()
    #expect(command.plan(coreCount: 4) == BenchPlan())
    #expect(command.data == "datasets/mnist" && !command.json && !command.scaling)
  }

  @Test func everyOptionReachesThePlan() throws {
    let plan = try bench(
      "--job", "mid,reference", "--job", "large", "--threads", "1,4", "--shards", "4", "--reduction", "buffered",
      "--mode", "streaming", "--mode", "cached", "--rounds", "3", "--epochs", "1"
    ).plan(coreCount: 2)
    #expect(plan.jobs == [.mid, .reference, .large] && plan.threads == [1, 4] && plan.shards == 4)
    #expect(plan.reductions == [.buffered] && plan.modes == [.streaming, .cached])
    #expect(plan.rounds == 3 && plan.epochs == 1)
  }

  @Test func scalingRunsFromOneThreadToAllCores() throws {
    #expect(try bench("--scaling").plan(coreCount: 4).threads == [1, 2, 3, 4])
    #expect(try bench("--scaling", "--threads", "2,8").plan(coreCount: 4).threads == [1, 2, 8])
  }

  @Test func theReferenceJobIsWhatPtrainTrainsByDefault() throws {
    let train = try #require(try RootCommand.parseAsRoot([]) as? TrainCommand)
    let job = BenchJob.reference
    #expect(job.hiddenWidths == train.model.hidden.values && job.batchSize == train.samples.batchSize)
    #expect(job.validationSplit == train.samples.validationSplit)
    #expect(job.optimizer == .sgd(learningRate: Float(train.optimizer.effectiveLearningRate)))
  }

  @Test(arguments: [
    ["--job", "huge"], ["--job", ""], ["--mode", "cached,"], ["--threads", "0"], ["--network", "10,0"],
    ["--rounds", "x"],
  ])
  func whatCannotBeTimedIsOneLineAndCode64(arguments: [String]) {
    let call = Invocation(["bench"] + arguments)
    #expect(call.code == 64 && call.output.isEmpty)
    #expect(call.errorOutput.contains("for \(arguments[0])") && call.errorOutput.contains("expected"))
  }

  @Test func helpNamesEveryOptionAndGivesAnExample() {
    let call = Invocation("bench", "--help")
    #expect(call.code == 0 && call.output.contains("Example: ptrain bench"))
    for name in [
      "--job", "--threads", "--shards", "--reduction", "--mode", "--rounds", "--epochs", "--data", "--scaling",
      "--network",
      "--json",
    ] { #expect(call.output.contains(name), "\(name)") }
  }
}
