@preconcurrency import Glibc

/// A server of a few pages for browsers on this machine alone.
///
/// It listens on 127.0.0.1, answers GET, and refuses requests whose `Host` is another name: a page of a stranger could
/// have its own name lead here. One thread serves all; nobody waits for a client that says nothing.
final class LoopbackServer {
  /// An answer to a request.
  struct Answer {
    var status = "200 OK"
    var type = "text/html; charset=utf-8"
    var headers: [String] = []
    var body: [UInt8]

    static let notFound = Answer(
      status: "404 Not Found", type: "text/plain; charset=utf-8", body: Array("not found\n".utf8))
  }

  /// A client whose request is not complete, or whose answer is not sent yet.
  private struct Client {
    var socket: Int32
    var request: [UInt8] = []
    var answer: [UInt8]?
    var sent = 0
  }

  /// The port that it listens on.
  let port: UInt16
  private let listener: Int32
  private var clients: [Client] = []

  /// The most bytes of a request, and the most clients at a time.
  private static let (mostOfRequest, mostClients) = (16_384, 64)

  /// Begins to listen.
  ///
  /// - Parameter asked: The port; 0 for any that is free.
  /// - Throws: The reason why the port cannot be had.
  init(port asked: UInt16) throws {
    let listener = socket(
      AF_INET,
      Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        | Int32(SOCK_NONBLOCK.rawValue), 0)
    var yes: Int32 = 1
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = asked.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { general in
        bind(listener, general, length) == 0 && listen(listener, 16) == 0
          && getsockname(listener, general, &length) == 0
      }
    }
    guard listener >= 0, isBound else {
      let reason = String(cString: strerror(errno))
      if listener >= 0 { close(listener) }
      throw Failure(description: "cannot listen on port \(asked) of 127.0.0.1: \(reason)")
    }
    self.listener = listener
    port = UInt16(bigEndian: address.sin_port)
  }

  /// The port cannot be had.
  struct Failure: Error, CustomStringConvertible {
    var description: String
  }

  deinit {
    for client in clients { close(client.socket) }
    close(listener)
  }

  /// Answers what has been asked, and waits for more for so long.
  ///
  /// - Parameters:
  ///   - milliseconds: The longest wait.
  ///   - answer: Returns the answer for a path.
  func serve(milliseconds: Int32, _ answer: (_ path: String) -> Answer) {
    var polled = [pollfd(fd: listener, events: Int16(POLLIN), revents: 0)]
    polled += clients.map { client in
      pollfd(
        fd: client.socket, events: Int16(client.answer == nil ? POLLIN : POLLOUT), revents: 0)
    }
    guard poll(&polled, nfds_t(polled.count), milliseconds) > 0 else { return }
    let (isAsked, ready) = (polled[0].revents != 0, polled.dropFirst().map { $0.revents != 0 })
    var kept: [Client] = []
    for (client, isReady) in zip(clients, ready) {
      if let client = isReady ? advance(client, answer) : client {
        kept.append(client)
      } else {
        close(client.socket)
      }
    }
    clients = kept
    if isAsked { acceptClients() }
  }

  private func acceptClients() {
    while true {
      let socket = accept(listener, nil, nil)
      guard socket >= 0 else { return }
      _ = fcntl(socket, F_SETFD, FD_CLOEXEC)
      _ = fcntl(socket, F_SETFL, O_NONBLOCK)
      // Browsers connect in advance and say nothing; the oldest makes room.
      if clients.count == Self.mostClients { close(clients.removeFirst().socket) }
      clients.append(Client(socket: socket))
    }
  }

  /// Reads or writes as much as there is; nil when the client is done.
  private func advance(_ client: Client, _ answer: (String) -> Answer) -> Client? {
    var client = client
    if client.answer == nil {
      var bytes = [UInt8](repeating: 0, count: 4096)
      let count = recv(client.socket, &bytes, bytes.count, 0)
      guard count > 0 else { return nil }
      client.request += bytes[..<count]
      guard client.request.count <= Self.mostOfRequest else { return nil }
      let text = String(decoding: client.request, as: UTF8.self)
      guard text.contains("\r\n\r\n") else { return client }
      client.answer = Self.bytes(of: reply(to: text, answer))
    }
    guard let reply = client.answer else { return client }
    let count = reply[client.sent...].withUnsafeBytes {
      send(client.socket, $0.baseAddress, $0.count, 0)
    }
    guard count > 0 else { return nil }
    client.sent += count
    return client.sent < reply.count ? client : nil
  }

  private func reply(to request: String, _ answer: (String) -> Answer) -> Answer {
    let lines = request.split(separator: "\r\n").map(String.init)
    let words = lines.first.map { $0.split(separator: " ").map(String.init) } ?? []
    let host = lines.dropFirst().first { $0.lowercased().hasPrefix("host:") }
      .map { $0.dropFirst(5).filter { $0 != " " }.lowercased() }
    guard let host, ["127.0.0.1:\(port)", "localhost:\(port)"].contains(host) else {
      return Answer(
        status: "421 Misdirected Request", type: "text/plain; charset=utf-8",
        body: Array("this is the preview of a lab, at 127.0.0.1:\(port)\n".utf8))
    }
    guard words.count == 3, words[0] == "GET" else {
      return Answer(
        status: "405 Method Not Allowed", type: "text/plain; charset=utf-8",
        headers: ["Allow: GET"], body: Array("only GET\n".utf8))
    }
    return answer(String(words[1].prefix { $0 != "?" }))
  }

  private static func bytes(of answer: Answer) -> [UInt8] {
    let head =
      [
        "HTTP/1.1 \(answer.status)", "Content-Type: \(answer.type)",
        "Content-Length: \(answer.body.count)", "Cache-Control: no-store", "Connection: close",
        "X-Content-Type-Options: nosniff",
      ] + answer.headers
    return Array((head.joined(separator: "\r\n") + "\r\n\r\n").utf8) + answer.body
  }
}
