/// How matrix products are computed; part of a run's key.
public enum NumericsProfile: String, CaseIterable, Hashable, Sendable {
  /// By our own kernels: the same bits on every processor, each row independent of its batch.
  case exact
  /// By OpenBLAS with one thread and a pinned kernel set: for models large enough that it is faster.
  case openblas
}
