import Tensors

/// Returns the weights of `transformer` as a safetensors file with Hugging Face's names and shapes.
///
/// Linear layers are written [outputs, inputs], as `torch.nn.Linear` has them; the names lose the network's
/// prefix; a tied head is written once, as the embedding. With rotary positions, RMSNorm and SwiGLU these
/// are the files of `LlamaForCausalLM` or, with a scalar head, of `LlamaForSequenceClassification`;
/// other architectures add `model.embed_positions.weight` and biases of norms, and have no `gate_proj`.
///
/// Source: https://github.com/huggingface/transformers, `models/llama/modeling_llama.py`.
public func safetensors(of transformer: Transformer) -> [UInt8] {
  let tensors = transformer.slices.map { slice in
    let matrix = transformer.parameters.values(of: slice)
    let isTransposed = isStoredTransposed(slice)
    return NamedTensor(
      name: String(slice.name.dropFirst(transformer.prefix.count)),
      shape: isTransposed ? slice.shape.reversed() : slice.shape,
      elements: isTransposed
        ? transposed(matrix.array, rows: matrix.rows, columns: matrix.columns) : matrix.array)
  }
  // The libraries that read such files sort by name; transformers asks for the format.
  return safetensors(of: tensors, metadata: [("format", "pt")])
}

/// Sets the weights of `transformer` from a safetensors file with Hugging Face's names and shapes.
///
/// Reads what ``safetensors(of:)-(Transformer)`` writes, and checkpoints of `transformers` whose
/// `config.json` gave the network's settings.
///
/// - Parameters:
///   - bytes: The file; f32.
///   - transformer: A network of the file's architecture and sizes.
/// - Throws: ``SafetensorsProblem``, if the file is damaged or of another network; the weights are then as
///   before.
public func load(_ bytes: [UInt8], into transformer: Transformer) throws(SafetensorsProblem) {
  let prefix = transformer.prefix
  var found: [String: NamedTensor] = [:]
  for tensor in try tensors(ofSafetensors: bytes) {
    // Frequencies that earlier versions of transformers stored are not parameters.
    if !tensor.name.hasSuffix("rotary_emb.inv_freq") { found[tensor.name] = tensor }
  }
  if transformer.settings.tiedHead, let head = found["lm_head.weight"] {
    // Some writers repeat the tied weight under its second name.
    guard head.elements == found["model.embed_tokens.weight"]?.elements else {
      throw .unexpected(tensor: "lm_head.weight")
    }
    found["lm_head.weight"] = nil
  }
  var contents: [(offset: Int, elements: [Float])] = []
  for slice in transformer.slices {
    let name = String(slice.name.dropFirst(prefix.count))
    guard let tensor = found.removeValue(forKey: name) else { throw .missing(tensor: name) }
    let isTransposed = isStoredTransposed(slice)
    let shape = isTransposed ? slice.shape.reversed() : slice.shape
    guard tensor.shape == shape else {
      throw .wrongShape(tensor: name, expected: shape, found: tensor.shape)
    }
    let elements =
      isTransposed
      ? transposed(tensor.elements, rows: shape[0], columns: shape[1]) : tensor.elements
    contents.append((slice.offset, elements))
  }
  if let name = found.keys.min() { throw .unexpected(tensor: name) }
  for content in contents {
    transformer.parameters.values.copy(from: content.elements, at: content.offset)
  }
}

/// Whether files have the slice with its two extents exchanged: linear layers inside blocks, which are
/// stored [inputs, outputs] here. Tables and heads are [entries, width] in both.
private func isStoredTransposed(_ slice: ParameterSet.Slice) -> Bool {
  slice.name.hasSuffix("_proj.weight")
}

/// The transpose of a matrix of `rows` rows.
private func transposed(_ elements: [Float], rows: Int, columns: Int) -> [Float] {
  var result = [Float](repeating: 0, count: elements.count)
  for row in 0..<rows {
    for column in 0..<columns {
      result[column * rows + row] = elements[row * columns + column]
    }
  }
  return result
}
