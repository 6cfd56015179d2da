import Glibc
import PTrainCore

/// OpenBLAS, loaded when it is first asked for.
///
/// It is loaded with `dlopen` and not linked, because OpenBLAS chooses its kernels while it is being
/// loaded: 0.3.21 does not know newer CPUs and falls back to kernels that are 4 times slower, unless
/// `OPENBLAS_CORETYPE` is in the environment by then (see ``CPUFeatures/coreType``).
///
/// A value holds the function's address: keep one, and a call pays neither a lock nor a lookup.
package struct BLAS: Sendable {
  /// The kernels in use, such as `SkylakeX`.
  package let coreName: String
  /// OpenBLAS's own account of its version and build.
  package let configuration: String
  private let sgemm: SGEMM

  /// OpenBLAS; loaded by the first call, the same for all.
  ///
  /// The first call sets `OPENBLAS_NUM_THREADS`, and `OPENBLAS_CORETYPE` unless it is set, in the
  /// environment: make it before other threads read that.
  package static func load() throws(BLASError) -> BLAS { try loaded.get() }

  private static let loaded = Result<BLAS, BLASError> { () throws(BLASError) in
    try BLAS(library: "libopenblas.so.0", features: .ofThisMachine())
  }

  init(library: String, features: CPUFeatures) throws(BLASError) {
    // ptrain's workers are the threads; a product that is split again only makes them wait.
    setenv("OPENBLAS_NUM_THREADS", "1", 1)
    if let coreType = features.coreType { setenv("OPENBLAS_CORETYPE", coreType, 0) }
    let functions = try Functions(library)
    sgemm = functions.sgemm
    functions.setThreads(1)
    guard functions.getThreads() == 1 else { throw .threads(Int(functions.getThreads())) }
    coreName = functions.getCore().map { String(cString: $0) } ?? "unknown"
    configuration = functions.getConfiguration().map { String(cString: $0) } ?? "unknown"
  }

  /// C = α · op(A) · op(B) + β · C, all row-major; op is the transpose where asked for.
  ///
  /// - Parameters:
  ///   - rows: of op(A) and C.
  ///   - columns: of op(B) and C.
  ///   - depth: columns of op(A), rows of op(B); above 0.
  ///   - a: op(A) is `[rows, depth]`.
  ///   - b: op(B) is `[depth, columns]`.
  ///   - beta: 0: `c` is overwritten; 1: accumulated into.
  ///   - c: `[rows, columns]`.
  /// - Precondition: every extent fits in `Int32`.
  @inline(__always)
  func multiply(
    rows: Int, columns: Int, depth: Int, _ a: BLASOperand, _ b: BLASOperand, alpha: Float = 1,
    beta: Float, into c: UnsafeMutablePointer<Float>, stride: Int
  ) {
    sgemm(
      CBLAS.rowMajor, a.transposed ? CBLAS.transpose : CBLAS.noTranspose,
      b.transposed ? CBLAS.transpose : CBLAS.noTranspose, Int32(rows), Int32(columns), Int32(depth), alpha,
      a.base, Int32(a.stride), b.base, Int32(b.stride), beta, c, Int32(stride))
  }
}

/// What is called of OpenBLAS.
private struct Functions {
  let setThreads: SetThreads
  let getThreads: GetThreads
  let getCore: GetText
  let getConfiguration: GetText
  let sgemm: SGEMM

  init(_ name: String) throws(BLASError) {
    do throws(SharedLibraryError) {
      let library = try SharedLibrary(firstOf: name)
      setThreads = try library.symbol("openblas_set_num_threads", as: SetThreads.self)
      getThreads = try library.symbol("openblas_get_num_threads", as: GetThreads.self)
      getCore = try library.symbol("openblas_get_corename", as: GetText.self)
      getConfiguration = try library.symbol("openblas_get_config", as: GetText.self)
      sgemm = try library.symbol("cblas_sgemm", as: SGEMM.self)
    } catch {
      throw .library(error)
    }
  }
}

/// A factor of a matrix product.
struct BLASOperand {
  let base: UnsafePointer<Float>
  /// Elements from one row to the next, as stored.
  let stride: Int
  let transposed: Bool

  init(_ matrix: MatrixView, transposed: Bool = false) {
    base = UnsafePointer(matrix.base)
    stride = matrix.columns
    self.transposed = transposed
  }

  init(base: UnsafePointer<Float>, stride: Int, transposed: Bool) {
    self.base = base
    self.stride = stride
    self.transposed = transposed
  }
}

/// The enumerators of the CBLAS interface (BLAS Technical Forum Standard, 2001, appendix B).
private enum CBLAS {
  static let rowMajor: Int32 = 101
  static let noTranspose: Int32 = 111
  static let transpose: Int32 = 112
}

private typealias SetThreads = @convention(c) (Int32) -> Void
private typealias GetThreads = @convention(c) () -> Int32
private typealias GetText = @convention(c) () -> UnsafePointer<CChar>?
private typealias SGEMM =
  @convention(c) @Sendable (
    _ order: Int32, _ transposeA: Int32, _ transposeB: Int32, _ m: Int32, _ n: Int32, _ k: Int32,
    _ alpha: Float, _ a: UnsafePointer<Float>, _ strideA: Int32, _ b: UnsafePointer<Float>,
    _ strideB: Int32, _ beta: Float, _ c: UnsafeMutablePointer<Float>, _ strideC: Int32
  ) -> Void
