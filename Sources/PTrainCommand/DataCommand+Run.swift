extension DataPackCommand {
  package func run() throws {
    throw InternalError.notConnected(command: "data pack")
  }
}

extension DataInfoCommand {
  package func run() throws {
    throw InternalError.notConnected(command: "data info")
  }
}

extension DataVerifyCommand {
  package func run() throws {
    throw InternalError.notConnected(command: "data verify")
  }
}

extension DataCSVCommand {
  package func run() throws {
    throw InternalError.notConnected(command: "data csv-to-idx")
  }
}
