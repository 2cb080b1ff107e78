// swift-tools-version: 6.2
import Foundation
import PackageDescription

let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
]

let argumentParser = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

/// A library target of this package, with the settings that all of them share.
func library(
  _ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource]? = nil
) -> Target {
  .target(
    name: name, dependencies: dependencies, resources: resources, swiftSettings: strict)
}

/// The tests of `name`; goldens and snapshots are read beside the sources, not bundled.
func tests(of name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .testTarget(
    name: "\(name)Tests",
    dependencies: [.target(name: name), "TestSupport"] + dependencies,
    exclude: excludedFolders(ofTestsOf: name),
    swiftSettings: strict)
}

/// The folders of fixtures, goldens and snapshots that the tests of `name` read beside their sources.
func excludedFolders(ofTestsOf name: String) -> [String] {
  ["Fixtures", "Goldens", "Snapshots"].filter {
    FileManager.default.fileExists(atPath: "\(Context.packageDirectory)/Tests/\(name)Tests/\($0)")
  }
}

let targets: [Target] = [
  // MARK: Layer 0: system libraries, kernels, randomness, the declaration of settings and metrics
  .systemLibrary(
    name: "CCMarkGFM", pkgConfig: "libcmark-gfm",
    providers: [.apt(["libcmark-gfm-dev", "libcmark-gfm-extensions-dev"])]),
  .systemLibrary(name: "CDuktape", pkgConfig: "duktape", providers: [.apt(["duktape-dev"])]),
  .target(
    name: "CKernels",
    cSettings: [
      .unsafeFlags(["-O3", "-ffp-contract=off", "-fno-math-errno", "-Wall", "-Wextra", "-Werror"])
    ]),
  .target(name: "CProcessGuard", cSettings: [.unsafeFlags(["-Wall", "-Wextra", "-Werror"])]),
  library("ChildProcesses", ["CProcessGuard"]),
  library("SeededRandom", ["CKernels"]),
  library("Settings"),
  library("Metrics", ["Settings"]),
  library("CanonicalJSON"),
  library("Checkpoints"),

  // MARK: Layer 1: statistics, buffers, the store
  library("Statistics", ["CKernels", "SeededRandom"]),
  library("Tensors", ["CKernels"]),
  library("ResultStore", ["CanonicalJSON", "Settings", crypto]),

  // MARK: Layer 2: networks, objectives, environments
  library("NeuralNetworks", ["CKernels", "Checkpoints", "SeededRandom", "Settings", "Tensors"]),
  library("Objectives", ["CKernels", "Checkpoints"]),
  library("Environments", ["CKernels", "Checkpoints", "SeededRandom", "Settings"]),
  library("LanguageTasks", ["CKernels", "SeededRandom", "Settings"]),
  library("RecordExchange", ["ChildProcesses", "ResultStore"]),
  library("MetricFiles", ["CanonicalJSON", "Metrics", "ResultStore", "Settings"]),

  // MARK: Layer 3: algorithms
  library(
    "Algorithms",
    [
      "CKernels", "Checkpoints", "Environments", "LanguageTasks", "Metrics", "NeuralNetworks",
      "Objectives", "SeededRandom", "Settings", "Tensors",
    ]),

  // MARK: Layer 4: what a person writes
  library(
    "ExternalTrainers",
    ["CanonicalJSON", "ChildProcesses", "MetricFiles", "Metrics", "ResultStore", "Settings"]),
  library(
    "ExperimentSpec",
    [
      "Algorithms", "CanonicalJSON", "Environments", "ExternalTrainers", "LanguageTasks",
      "MetricFiles", "Metrics", "NeuralNetworks", "ResultStore", "Settings", "Tensors", yams,
    ]),
  library("Notebook", ["CCMarkGFM", "Settings", yams]),

  // MARK: Layer 5: running and reporting
  library(
    "ExperimentRunner",
    [
      "Algorithms", "CanonicalJSON", "ChildProcesses", "Environments", "ExperimentSpec",
      "ExternalTrainers", "LanguageTasks", "NeuralNetworks", "ResultStore", "Settings", "Tensors",
    ]),
  library(
    "Cluster",
    [
      "CanonicalJSON", "ChildProcesses", "ExperimentRunner", "ExperimentSpec", "ExternalTrainers",
      "ResultStore", "Settings",
    ]),
  library(
    "ReportRendering", ["CDuktape", "Notebook", "Settings", crypto], resources: [.copy("Resources")]
  ),
  library(
    "ReportBuilder",
    [
      "CKernels", "CanonicalJSON", "ChildProcesses", "MetricFiles", "Metrics", "Notebook",
      "ReportRendering", "ResultStore", "SeededRandom", "Settings", "Statistics",
    ],
    resources: [.copy("Resources")]),

  // MARK: Layer 6: the commands
  .executableTarget(
    name: "labbook",
    dependencies: [
      "Algorithms", "CanonicalJSON", "ChildProcesses", "Cluster", "Environments",
      "ExperimentRunner", "ExperimentSpec", "ExternalTrainers", "LanguageTasks", "Metrics",
      "NeuralNetworks", "Notebook", "RecordExchange", "ReportBuilder", "ReportRendering",
      "ResultStore", "Settings", "Statistics", "Tensors", argumentParser,
    ],
    resources: [.copy("Resources")],
    swiftSettings: strict),

  // MARK: Benchmarks
  .executableTarget(
    name: "MatrixProductsBenchmark", dependencies: ["NeuralNetworks", "SeededRandom", "Tensors"],
    path: "Benchmarks/MatrixProducts", swiftSettings: strict),
  .executableTarget(
    name: "TrainingBenchmark", dependencies: ["Algorithms", "Environments", "Settings", "Tensors"],
    path: "Benchmarks/Training", swiftSettings: strict),
  .executableTarget(
    name: "LanguageModelBenchmark",
    dependencies: [
      "Algorithms", "LanguageTasks", "NeuralNetworks", "Objectives", "SeededRandom", "Settings",
      "Tensors",
    ],
    path: "Benchmarks/LanguageModels", swiftSettings: strict),
  .executableTarget(
    name: "EnvironmentBenchmark",
    dependencies: ["Environments", "SeededRandom", "Settings", "Tensors"],
    path: "Benchmarks/Environments", swiftSettings: strict),
  .executableTarget(
    name: "StatisticsBenchmark",
    dependencies: ["Notebook", "ReportBuilder", "ResultStore", "SeededRandom", "Statistics"],
    path: "Benchmarks/Statistics", swiftSettings: strict),
  .executableTarget(
    name: "ReportBenchmark", dependencies: ["ReportBuilder", "ResultStore", "SeededRandom"],
    path: "Benchmarks/Reports", swiftSettings: strict),

  // MARK: Tests
  .target(
    name: "TestSupport", dependencies: ["Settings", "Tensors"], path: "Tests/TestSupport",
    swiftSettings: strict),
  .target(name: "AllocationCounter", path: "Tests/AllocationCounter"),
  tests(of: "Settings"),
  tests(of: "CanonicalJSON"),
  tests(of: "Checkpoints"),
  tests(of: "SeededRandom"),
  tests(of: "Statistics"),
  tests(of: "Tensors", ["CKernels"]),
  tests(of: "ResultStore"),
  tests(of: "ChildProcesses"),
  tests(of: "RecordExchange", ["ResultStore"]),
  tests(of: "NeuralNetworks", ["AllocationCounter", "SeededRandom", "Settings", "Tensors"]),
  tests(of: "Objectives"),
  tests(of: "Environments", ["SeededRandom", "Settings", "Tensors"]),
  tests(of: "LanguageTasks", ["SeededRandom", "Settings"]),
  tests(of: "MetricFiles", ["CanonicalJSON", "Metrics", "Settings"]),
  tests(
    of: "Algorithms",
    [
      "AllocationCounter", "Checkpoints", "Environments", "LanguageTasks", "Metrics",
      "NeuralNetworks", "Objectives", "SeededRandom", "Settings", "Tensors",
    ]),
  tests(
    of: "ExperimentSpec",
    [
      "Algorithms", "CanonicalJSON", "Environments", "ExternalTrainers", "LanguageTasks", "Metrics",
      "NeuralNetworks", "ResultStore", "Settings", "Tensors",
    ]),
  tests(of: "ExternalTrainers", ["CanonicalJSON", "ResultStore"]),
  tests(of: "Notebook"),
  tests(
    of: "ExperimentRunner",
    [
      "Algorithms", "CanonicalJSON", "ExperimentSpec", "ExternalTrainers", "ResultStore",
      "Settings",
      "Tensors",
    ]),
  tests(
    of: "Cluster",
    ["ExperimentRunner", "ExperimentSpec", "ExternalTrainers", "ResultStore"]),
  tests(
    of: "ReportBuilder",
    [
      "CanonicalJSON", "ExperimentRunner", "ExperimentSpec", "Metrics", "Notebook",
      "ReportRendering", "ResultStore", "SeededRandom",
      "Statistics",
    ]),
  .testTarget(
    name: "labbookTests",
    dependencies: [
      "labbook", "Algorithms", "ExperimentRunner", "ExternalTrainers", "ResultStore", "TestSupport",
    ],
    exclude: ["Snapshots"],
    swiftSettings: strict),
]

// Coverage-guided fuzzing is a build of its own (`make fuzz`), since all code is instrumented for it.
let fuzzers: [Target] = [
  .executableTarget(
    name: "FuzzReaders",
    dependencies: [
      "CanonicalJSON", "ExperimentSpec", "MetricFiles", "Metrics", "NeuralNetworks", "Notebook",
      "ReportBuilder", "ReportRendering", "ResultStore",
    ],
    path: "Tests/Fuzz", exclude: ["Corpus", "fuzz.py"],
    swiftSettings: strict + [.unsafeFlags(["-parse-as-library"])])
]

let package = Package(
  name: "labbook",
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
    .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
  ],
  targets: targets + (Context.environment["LABBOOK_FUZZ"] == nil ? [] : fuzzers),
  swiftLanguageModes: [.v6],
  cLanguageStandard: .c17
)
