// The price feed: connected for as long as the page is open, and asked for what was missed when it comes back.
// Its heartbeat, every 5 s, tells that it lives although no price moves, and which number was the last.

export const QUIET = 10_000; // ms without a tick or a heartbeat after which prices are stale
const MUTE = 30_000; // ms without a frame that end a connection
const FIRST_DELAY = 500; // ms until the first new attempt; each is later than the one before, up to
const LAST_DELAY = 10_000;

export class Feed {
  /** `take(ticks)` gets the ticks of each frame, `tell({name, since, next})` each change of state (ms since 1970). */
  constructor(url, take, tell) {
    [this.url, this.take, this.tell] = [url, take, tell];
    this.last = 0; // the last number that was given; 0 asks for all that the feed holds
    this.delay = FIRST_DELAY;
    this.heard = Date.now();
    this.state = {};
    setInterval(() => this.watch(), 1000);
    addEventListener("online", () => this.retry());
    this.connect();
  }

  connect() {
    const address = new URL(this.url);
    address.searchParams.set("since", this.last);
    clearTimeout(this.timer);
    this.timer = 0;
    const socket = new WebSocket(address);
    this.socket = socket;
    this.heard = Date.now();
    socket.onmessage = ({ data }) => this.socket === socket && this.hear(data);
    socket.onclose = () => this.socket === socket && this.lose();
  }

  hear(data) {
    this.heard = Date.now();
    this.delay = FIRST_DELAY;
    const items = parse(data);
    const number = items.at(-1)?.seq; // of a tick or of a heartbeat
    if (Number.isSafeInteger(number)) this.last = number;
    this.take(items.filter((item) => item?.type !== "heartbeat"));
    this.become("live");
  }

  lose() {
    this.socket = null;
    const delay = this.delay * (0.5 + Math.random() / 2);
    this.delay = Math.min(this.delay * 2, LAST_DELAY);
    this.timer = setTimeout(() => this.connect(), delay);
    const wasThere = this.state.name && this.state.name !== "connecting";
    this.become(wasThere ? "reconnecting" : "connecting", Date.now() + delay);
  }

  retry() {
    if (this.timer) this.connect();
  }

  watch() {
    const silent = Date.now() - this.heard;
    if (!this.socket || silent < QUIET) return;
    if (silent < MUTE) {
      if (this.state.name === "live") this.become("stale");
      return;
    }
    this.socket.onclose = null;
    this.socket.close();
    this.lose();
  }

  become(name, next) {
    if (name === "live" && this.state.name === "live") return;
    const since = this.state.name && this.state.name !== "live" ? this.state.since : this.heard;
    this.state = { name, since: name === "live" ? Date.now() : since, next };
    this.tell(this.state);
  }
}

/** The items of a frame; none where it is not JSON. */
function parse(data) {
  try {
    const frame = JSON.parse(data);
    return Array.isArray(frame) ? frame : [frame];
  } catch {
    return [];
  }
}
