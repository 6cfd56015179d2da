/// A fault of ptrain itself; exit code 70, `EX_SOFTWARE` of `sysexits.h`.
package enum InternalError: Error, Equatable, CustomStringConvertible {
  case notConnected(command: String)

  package static let exitCode: Int32 = 70

  package var description: String {
    switch self {
    case .notConnected(let command): "'ptrain \(command)' is not connected to the library yet"
    }
  }
}
