extension TrainCommand {
  package func run() throws {
    throw InternalError.notConnected(command: "train")
  }
}
