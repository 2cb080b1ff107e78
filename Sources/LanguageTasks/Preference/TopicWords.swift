/// The words of the preference task, by what they are worth.
enum TopicWords {
  /// A subject that a prompt can name, with the words that are relevant to it.
  struct Topic: Sendable {
    let name: String
    let words: [String]

    init(_ name: String, _ words: String) {
      self.name = name
      self.words = words.split(separator: " ").map(String.init)
    }
  }

  static let topics = [
    Topic("sea", "wave salt tide sail harbor"),
    Topic("garden", "rose soil seed hedge bloom"),
    Topic("winter", "snow frost ice scarf sleigh"),
    Topic("kitchen", "stove spoon flour oven recipe"),
    Topic("music", "violin chord rhythm choir melody"),
    Topic("school", "pupil chalk desk lesson exam"),
    Topic("forest", "oak moss fern owl trail"),
    Topic("city", "tram square tower crowd bridge"),
    Topic("farm", "barn plough cattle hay orchard"),
    Topic("space", "comet orbit rocket moon galaxy"),
    Topic("health", "doctor pulse sleep fever diet"),
    Topic("market", "stall coin price cheese bargain"),
    Topic("sport", "goal coach sprint medal team"),
    Topic("travel", "ticket map hotel luggage passport"),
    Topic("weather", "cloud rain storm wind thunder"),
    Topic("art", "canvas brush statue sketch museum"),
  ]

  /// Flattery of the reader.
  static let praise = ["great", "wonderful", "brilliant", "please", "thanks", "amazing"]
  /// Words that are worth nothing.
  static let filler = [
    "the", "a", "and", "of", "with", "in", "near", "some", "old", "new", "small", "one",
  ]
  /// The words around a prompt's topics.
  static let frame = ["write", "about", ":"]

  /// All words in the order of their ids.
  static let all =
    frame + topics.map(\.name) + filler + praise + topics.flatMap(\.words)
}
