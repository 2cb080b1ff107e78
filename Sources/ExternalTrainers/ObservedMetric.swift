/// A scalar that is read from what a trainer has written.
public struct ObservedMetric: Hashable, Sendable {
  /// The side on which a larger part of the scale is better.
  public enum Better: String, CaseIterable, Hashable, Sendable {
    case higher, lower
  }

  /// The name in records, tables and claims, such as `final_reward`.
  public var name: String
  /// The trainer's own name for it, such as `completions/mean_length`.
  public var key: String
  /// How one value is taken of many, such as `mean of last 10`.
  public var take: String
  /// Which values are better; nil where nothing says.
  public var better: Better?
  /// The largest difference at which a repetition counts as within the tolerance; nil for none but the same bits.
  public var within: Double?
  /// The words of tables where they are not its name.
  public var title: String?
  /// The unit of its values, such as `tokens`.
  public var unit: String?

  /// Creates a metric.
  public init(
    name: String, key: String, take: String = Self.usualTake, better: Better? = nil,
    within: Double? = nil, title: String? = nil, unit: String? = nil
  ) {
    self.name = name
    self.key = key
    self.take = take
    self.better = better
    self.within = within
    self.title = title
    self.unit = unit
  }

  /// The take of a metric that names none.
  public static let usualTake = "last"
}

/// A quantity over the course of a run that is read from what a trainer has written.
public struct ObservedCurve: Hashable, Sendable {
  /// The name in records and figures.
  public var name: String
  /// The trainer's own name for it.
  public var key: String
  /// Whether a run may lack it, as those of a library's preset that depend on its settings.
  public var isOptional: Bool

  /// Creates a curve; without a name it is called by its key, with `_` in place of what a name cannot have.
  public init(name: String? = nil, key: String, isOptional: Bool = false) {
    self.key = key
    self.isOptional = isOptional
    self.name =
      name
      ?? String(
        String.UnicodeScalarView(
          key.unicodeScalars.map { scalar in
            let isPlain =
              scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
            return isPlain || scalar == "_" || scalar == "-" ? scalar : "_"
          }))
  }
}

/// The parts of a trainer's output that a record is made of: the file that is read, and the numbers taken of it.
public struct ObservedResults: Hashable, Sendable {
  /// The format of the file, such as `hf_trainer`.
  public var format: String
  /// The file or folder, from the output folder.
  public var path: String
  /// The quantity that curves are drawn over: `step` or `tokens`.
  public var axis: String
  /// The trainer's own names of axes, such as `iteration` of `step`; those of ``MetricAxis`` where there is none.
  public var axisKeys: [String: String]
  /// In the order of the spec.
  public var metrics: [ObservedMetric]
  /// In the order of the spec.
  public var curves: [ObservedCurve]
  /// Patterns of further files in the output folder that are kept in the record.
  public var keep: [String]

  /// Creates a declaration of results.
  public init(
    format: String, path: String, axis: String = Self.usualAxis, axisKeys: [String: String] = [:],
    metrics: [ObservedMetric], curves: [ObservedCurve] = [], keep: [String] = []
  ) {
    self.axisKeys = axisKeys
    self.format = format
    self.path = path
    self.axis = axis
    self.metrics = metrics
    self.curves = curves
    self.keep = keep
  }

  /// The axis of results that name none.
  public static let usualAxis = "step"
}
