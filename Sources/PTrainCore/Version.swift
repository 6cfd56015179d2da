/// The version of ptrain, as `ptrain --version` prints it.
public enum PTrainVersion {
  public static let current = "0.1.0"
}
