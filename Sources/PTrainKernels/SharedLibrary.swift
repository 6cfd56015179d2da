import Glibc

/// A library loaded while the program runs. It stays loaded to the end: addresses from it are kept.
struct SharedLibrary {
  private let name: String
  private let handle: UnsafeMutableRawPointer

  init(_ name: String) throws(BLASError) {
    guard let handle = dlopen(name, RTLD_NOW | RTLD_LOCAL) else {
      throw .notLoaded(library: name, reason: Self.lastError())
    }
    self.name = name
    self.handle = handle
  }

  /// The C function called `symbol`.
  ///
  /// - Precondition: `Function` is the function's type, `@convention(c)`.
  func symbol<Function>(_ symbol: String, as: Function.Type) throws(BLASError) -> Function {
    guard let address = dlsym(handle, symbol) else {
      throw .symbolMissing(library: name, symbol: symbol)
    }
    return unsafeBitCast(address, to: Function.self)
  }

  private static func lastError() -> String {
    dlerror().map { String(cString: $0) } ?? "no reason given"
  }
}
