// The line between a browser and the house, which can be bad: cut, so that everything breaks off at once; or deaf, so
// that what the browser sends arrives and no answer ever comes back. The browser uses it as its proxy.
import { createServer, request } from "node:http";
import { connect } from "node:net";

export class Line {
  #server = createServer((asked, answer) => this.#fetch(asked, answer));
  #sockets = new Set();
  #cut = false;
  #deaf = false;

  static async lay() {
    const line = new Line();
    line.#server.on("connection", (socket) => line.#hold(socket));
    line.#server.on("connect", (asked, socket) => line.#join(asked, socket));
    await new Promise((resolve) => line.#server.listen(0, "127.0.0.1", resolve));
    return line;
  }

  /** For the browser: even what is on this machine goes over the line. */
  get proxy() {
    return { server: `http://127.0.0.1:${this.#server.address().port}`, bypass: "<-loopback>" };
  }

  cut() {
    this.#cut = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  /** From now on nothing comes back, though everything gets through. */
  deafen() {
    this.#deaf = true;
  }

  mend() {
    this.#cut = false;
    this.#deaf = false;
  }

  async takeDown() {
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #hold(socket) {
    if (this.#cut) return socket.destroy();
    this.#sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => this.#sockets.delete(socket));
  }

  #fetch(asked, answer) {
    const { method, headers, url } = asked;
    const onward = request(url, { method, headers }, (given) => {
      if (this.#deaf) return given.resume();
      answer.writeHead(given.statusCode, given.rawHeaders);
      given.pipe(answer);
    });
    onward.on("error", () => asked.socket.destroy());
    asked.pipe(onward);
  }

  /** A socket that stays open, such as the live one. */
  #join(asked, socket) {
    const { hostname, port } = new URL(`http://${asked.url}`);
    const onward = connect(Number(port), hostname, () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      socket.pipe(onward);
      onward.on("data", (piece) => this.#deaf || socket.write(piece));
    });
    this.#hold(onward);
    onward.on("close", () => socket.destroy());
    socket.on("close", () => onward.destroy());
  }
}
