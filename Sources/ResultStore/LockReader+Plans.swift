internal import CanonicalJSON

// The parts of a lock that say what was planned.
extension LockReader {
  /// The plans of a lock; none where it has none.
  func plans(of json: JSONValue) throws(LockError) -> [LockedPlan] {
    guard json["plans"] != nil else { return [] }
    var plans: [LockedPlan] = []
    for element in try elements(
      "plans", atMost: StoredCount.mostExperiments, of: json, in: "the lock")
    {
      let name = try line("name", of: element, in: "a plan")
      let place = "the plan of \(name)"
      var arms: [LockedPlan.Arm] = []
      for arm in try elements("arms", atMost: StoredCount.mostArms, of: element, in: place) {
        arms.append(
          LockedPlan.Arm(
            label: try line("label", of: arm, in: place),
            title: try line("title", of: arm, in: place),
            settings: try digest("settings", of: arm, in: place)))
      }
      if let label = Lock.firstTwice(arms.map(\.label)) {
        throw malformed("\(place): the arm '\(label)' is there twice")
      }
      let written = try elements("seeds", atMost: StoredCount.mostRuns, of: element, in: place)
      let seeds = written.compactMap(\.integer).filter(StoredNumber.seeds.contains)
      guard !seeds.isEmpty, seeds.count == written.count,
        zip(seeds, seeds.dropFirst()).allSatisfy(<)
      else { throw malformed("\(place): 'seeds' is not an ascending list of seeds") }
      plans.append(
        LockedPlan(
          name: name, metric: try line("metric", of: element, in: place), seeds: seeds,
          runs: try digest("runs", of: element, in: place), arms: arms))
    }
    if let name = Lock.firstTwice(plans.map(\.name)) {
      throw malformed("the plan of '\(name)' is there twice")
    }
    return plans
  }

  /// The claims that a lock says were registered; nil where it says nothing.
  func preregistration(of json: JSONValue) throws(LockError) -> Preregistration? {
    guard let json = json["preregistered"] else { return nil }
    let place = "the registered claims"
    var claims: [Preregistration.Claim] = []
    for element in try elements("claims", of: json, in: place) {
      claims.append(
        Preregistration.Claim(
          experiment: try line("experiment", of: element, in: place),
          text: try text("claim", of: element, in: place)))
    }
    let registration = Preregistration(
      claims: claims, runs: try digests("runs", of: json, in: place))
    guard try string("digest", of: json, in: place) == registration.digest else {
      throw malformed("\(place) were altered: their digest does not follow from them")
    }
    return registration
  }
}
