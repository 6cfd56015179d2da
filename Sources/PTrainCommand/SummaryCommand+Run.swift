import PTrain

extension SummaryCommand {
  package func run() throws {
    StandardStream.output.write(try TrainedModel(contentsOf: model).summary())
  }
}
