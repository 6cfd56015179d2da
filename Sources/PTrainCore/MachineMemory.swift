import Glibc

/// The machine's memory, to refuse what can't fit before it is asked for.
package enum MachineMemory {
  package static let bytes: Int = {
    let (pages, pageBytes) = (sysconf(Int32(_SC_PHYS_PAGES)), sysconf(Int32(_SC_PAGESIZE)))
    let (product, overflow) = pages.multipliedReportingOverflow(by: pageBytes)
    return pages > 0 && pageBytes > 0 && !overflow ? product : Int.max
  }()

  /// Whether `count` numbers of four bytes fit.
  package static func holds(floats count: Int) -> Bool { count <= bytes / 4 }
}
