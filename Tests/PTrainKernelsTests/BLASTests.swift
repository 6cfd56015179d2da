import Glibc
import PTrainCore
import Testing

@testable import PTrainKernels

struct BLASTests {
  @Test(arguments: [
    ("fpu avx2 fma avx512f avx512bw avx512dq avx512vl avx512cd", "SkylakeX"),
    ("fpu avx2 fma avx512f", "Haswell"), ("avx2 fma", "Haswell"), ("avx2", nil), ("sse2", nil), ("", nil),
  ])
  func coreTypeFollowsTheInstructionSets(flags: String, coreType: String?) {
    let features = CPUFeatures(cpuInformation: "processor\t: 0\nflags\t\t: \(flags)\nflags : avx2 fma\n")
    #expect(features.coreType == coreType)
  }

  @Test func noCPUInformationLeavesTheChoiceToOpenBLAS() {
    #expect(CPUFeatures(cpuInformation: "").coreType == nil)
  }

  @Test func loadsWithTheCoreThatWasAskedFor() throws {
    let blas = try BLAS.load()
    #expect(blas.configuration.hasPrefix("OpenBLAS"))
    if let wanted = getenv("OPENBLAS_CORETYPE").map({ String(cString: $0) }) {
      #expect(blas.coreName.lowercased() == wanted.lowercased())
    }
    #expect(getenv("OPENBLAS_NUM_THREADS").map { String(cString: $0) } == "1")
  }

  @Test func missingLibraryNamesThePackageToInstall() {
    let error = #expect(throws: BLASError.self) {
      try BLAS(library: "libnone.so.0", features: CPUFeatures(cpuInformation: ""))
    }
    #expect(error?.diagnosis.category == .unavailable)
    #expect(error?.description.contains("libopenblas0-pthread") == true)
  }

  @Test func libraryWithoutTheFunctionsIsRefused() {
    let missing = SharedLibraryError.symbolMissing(library: "libm.so.6", symbol: "openblas_set_num_threads")
    #expect(throws: BLASError.library(missing)) {
      try BLAS(library: "libm.so.6", features: CPUFeatures(cpuInformation: ""))
    }
  }
}
