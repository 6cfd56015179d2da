/// A fault of ptrain itself; exit code 70, `EX_SOFTWARE` of `sysexits.h`.
enum InternalError {
  static let exitCode: Int32 = 70
}
