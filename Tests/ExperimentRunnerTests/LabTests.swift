import ExperimentRunner
import Foundation
import ResultStore
import Testing

@Suite struct LabTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func find(from name: String) throws -> String {
    try Lab.find(from: folder.url.appending(path: name, directoryHint: .isDirectory)).root.path
  }

  @Test func `the nearest folder upward with experiments and reports is the lab`() throws {
    for name in [
      "outer/experiments", "outer/reports", "outer/inner/experiments",
      "outer/inner/reports/2026-W44",
    ] {
      try folder.makeFolder(name)
    }
    #expect(try find(from: "outer/inner/reports/2026-W44") == folder.url.path + "/outer/inner")
    #expect(try find(from: "outer/inner") == folder.url.path + "/outer/inner")
    #expect(try find(from: "outer/experiments") == folder.url.path + "/outer")
    #expect(try find(from: "outer/not/there/yet") == folder.url.path + "/outer")
  }

  @Test func `the marker makes a lab of a folder without the two`() throws {
    try folder.makeFolder("outer/experiments/deep")
    try folder.write("", to: "outer/labbook.yaml")
    #expect(try find(from: "outer/experiments/deep") == folder.url.path + "/outer")
  }

  @Test func `one of the two folders, or a file of the name, makes no lab`() throws {
    try folder.makeFolder("experiments")
    try folder.write("", to: "reports")
    #expect(throws: LabError.none(from: folder.url.path)) { try find(from: "") }
    #expect(throws: LabError.notALab(folder.url.path)) { try Lab.at(folder.url) }
  }

  @Test func `a lab has its folders below its root`() throws {
    try folder.makeFolder("experiments")
    try folder.makeFolder("reports")
    let lab = try Lab.at(folder.url)
    #expect(lab.experiments.path == folder.url.path + "/experiments")
    #expect(lab.reports.path == folder.url.path + "/reports")
    #expect(lab.store.root.path == folder.url.path + "/.labbook")
  }

  @Test func `labbook.yaml names the folder of records, and no folder with other things in it`()
    throws
  {
    try folder.makeFolder("lab/experiments")
    try folder.makeFolder("lab/reports")
    func lab(_ store: String) throws -> Lab {
      try folder.write("store: \(store)\n", to: "lab/labbook.yaml")
      var lab = try Lab.at(folder.url.appending(path: "lab"))
      try lab.useStoreOfSettings()
      try lab.checkStore()
      return lab
    }
    #expect(try lab("records").store.root.path == folder.url.path + "/lab/records")
    #expect(try lab("../shared").store.root.path == folder.url.path + "/shared")
    #expect(try lab("\(folder.url.path)/a").store.root.path == folder.url.path + "/a")
    // What a store holds before its first record is a store's.
    try folder.makeFolder("begun/temporary")
    #expect(try lab("../begun").store.root.path == folder.url.path + "/begun")
    try folder.write("a poem", to: "home/poem.txt")
    let place = folder.url.path + "/home"
    #expect(throws: LabError.foreignStore(place, isLink: false)) { try lab("../home") }
    try folder.write("", to: "file")
    #expect(throws: LabError.foreignStore(folder.url.path + "/file", isLink: false)) {
      try lab("../file")
    }
  }
}
