/// What training makes small; the mean over the samples. Labels are class indices.
public enum Loss: String, Codable, Sendable, CaseIterable {
  /// −log p[label], in nats.
  ///
  /// For a model that ends in a softmax it is computed from the logits and is stable; outputs of
  /// another model are taken for probabilities, clipped to 10⁻⁷…1 − 10⁻⁷ and made to sum to 1, as in
  /// Keras.
  case sparseCategoricalCrossEntropy = "sparse_categorical_crossentropy"
  /// −Σ t · log p with t the label's one-hot row, in nats.
  ///
  /// For a model that ends in a softmax it is computed from the logits and is stable; outputs of
  /// another model are made to sum to 1 and then clipped to 10⁻⁷…1 − 10⁻⁷, as in Keras.
  case categoricalCrossEntropy = "categorical_crossentropy"
  /// The mean over the outputs of (y − t)², with t the label's one-hot row.
  case meanSquaredError = "mean_squared_error"
}
