// Measures how long a report and a diff of a large lab take: 100 experiments × 10 arms × 10 seeds.
//
//     ReportBenchmark
//
// The report is rendered from its lock: reading and checking the lock, tables, suite, tests and pages. Ends with 1
// where the report takes 5 s or the diff of two weeks with the same results 1 s, of this process's own time.
import Foundation
import ReportBuilder
import ResultStore

/// The processor time that `body` takes, in seconds.
func seconds<Result>(_ words: String, _ body: () throws -> Result) rethrows -> (Result, Double) {
  let start = clock()
  let result = try body()
  let time = Double(clock() - start) / Double(CLOCKS_PER_SEC)
  print(String(format: "  %-52@ %6.2f s", words as NSString, time))
  return (result, time)
}

let lab = try LargeLab()
let old = try lab.write(week: "2026-W01")
_ = try lab.write(week: "2026-W02")
let changed = try lab.write(week: "2026-W03", shift: 0.5)
print("a lock of \(old.utf8.count / 1_000_000) MB")

let (_, report) = try seconds("report, rendered from its lock") {
  try WeekBuild(
    folder: lab.folder(of: "2026-W01"),
    store: ResultStore(root: lab.root.appending(path: ".labbook")),
    experiments: [], catalog: .empty, tools: ReportTools(python: nil, pandoc: nil)
  ).run()
}
let (locks, reading) = try seconds("reading two locks with the same results") {
  let (first, second) = try lab.folder(of: "2026-W01").locks(and: lab.folder(of: "2026-W02"))
  return [first, second].compactMap { $0 }
}
let (difference, comparing) = seconds("diff of equal results") {
  LockDifference(
    from: locks[0], named: "2026-W01", to: locks[1], named: "2026-W02", catalog: .empty
  ).text(width: 120).count
}
_ = difference
let later = try Lock(text: changed, path: "results.lock")
_ = seconds("diff of results that all differ, without reading") {
  LockDifference(
    from: locks[0], named: "2026-W01", to: later, named: "2026-W03", catalog: .empty
  ).text(width: 120).count
}
lab.remove()
if report >= 5 { print("the report takes 5 s or more") }
if reading + comparing >= 1 { print("the diff takes 1 s or more") }
exit(report < 5 && reading + comparing < 1 ? 0 : 1)
