extension PredictCommand {
  package func run() throws {
    throw InternalError.notConnected(command: "predict")
  }
}
