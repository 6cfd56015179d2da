import Glibc

/// A library loaded while the program runs. It stays loaded to the end: addresses from it are kept.
package struct SharedLibrary {
  private let name: String
  private let handle: UnsafeMutableRawPointer

  /// Loads the first of `names` that there is: distributions differ in how they call one library.
  ///
  /// - Precondition: `names` isn't empty.
  package init(firstOf names: String...) throws(SharedLibraryError) {
    var reasons: [String] = []
    for name in names {
      if let handle = dlopen(name, RTLD_NOW | RTLD_LOCAL) {
        self.name = name
        self.handle = handle
        return
      }
      reasons.append(Self.lastError())
    }
    throw .notLoaded(library: names.first ?? "", reason: reasons.first ?? "")
  }

  /// The C function called `symbol`.
  ///
  /// - Precondition: `Function` is the function's type, `@convention(c)`.
  package func symbol<Function>(_ symbol: String, as: Function.Type) throws(SharedLibraryError) -> Function {
    unsafeBitCast(try address(symbol), to: Function.self)
  }

  /// The value of the C variable called `symbol`, as it is now.
  ///
  /// - Precondition: `Value` is the variable's type, a plain one.
  package func variable<Value: BitwiseCopyable>(
    _ symbol: String, as: Value.Type
  ) throws(SharedLibraryError) -> Value {
    try address(symbol).load(as: Value.self)
  }

  private func address(_ symbol: String) throws(SharedLibraryError) -> UnsafeMutableRawPointer {
    guard let address = dlsym(handle, symbol) else { throw .symbolMissing(library: name, symbol: symbol) }
    return address
  }

  private static func lastError() -> String {
    dlerror().map { String(cString: $0) } ?? "no reason given"
  }
}

/// Why a library, or something in it, is not there.
package enum SharedLibraryError: Error, Equatable {
  case notLoaded(library: String, reason: String)
  case symbolMissing(library: String, symbol: String)

  /// In words.
  package var found: String {
    switch self {
    case .notLoaded(let library, let reason): "no \(library) (\(reason))"
    case .symbolMissing(let library, let symbol): "\(library) without \(symbol)"
    }
  }
}
