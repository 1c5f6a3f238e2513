// Requests to the API. Every failure is an ApiError whose message is for the user.

const TIMEOUT = 15_000; // ms for an answer

/** `status` is 0 if there was no answer; `fields` is `{name: [messages]}` of the answer's `body`, `message` a sentence or several. */
export class ApiError extends Error {
  constructor(status, message, fields = {}, body = {}) {
    super(message);
    [this.status, this.fields, this.body] = [status, fields, body];
  }
}

/** Path and query on this host. The host of an absolute address is dropped, as it may be one behind a proxy. */
export function address(path, query = {}) {
  const url = new URL(path, location.href);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null) url.searchParams.set(name, value);
  }
  return url.pathname + url.search;
}

/** The header that requests with a session need to change something. Its value changes with each login. */
export function csrf() {
  const [, token] = document.cookie.match(/(?:^|; )csrftoken=([^;]*)/) ?? [];
  return token ? { "X-CSRFToken": token } : {};
}

/** `{data, response}` of a 2xx; `body` is sent as JSON, `data` is null for a 204, and `within` is how long to wait, in ms. */
export async function call(method, path, { query, body, headers = {}, signal, within = TIMEOUT } = {}) {
  const timeout = AbortSignal.timeout(within);
  try {
    const response = await fetch(address(path, query), {
      method,
      headers: { Accept: "application/json", ...(body === undefined ? {} : { "Content-Type": "application/json" }), ...(method === "GET" ? {} : csrf()), ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    const text = await response.text();
    if (!response.ok) throw heard(refusal(response.status, text), method, query);
    return { data: response.status === 204 ? null : JSON.parse(text), response }; // of an answer that was cut off it fails
  } catch (error) {
    if (signal?.aborted || error instanceof ApiError) throw error;
    throw new ApiError(0, timeout.aborted ? `The ledger has not answered within ${within / 1000} seconds.` : "The ledger does not answer.");
  }
}

/** What is asked of an account that is there no more is asked in vain: whoever offers accounts hears of it. */
function heard(error, method, query) {
  const isGone = method === "GET" && query?.account && error.fields.account;
  if (isGone) document.dispatchEvent(new CustomEvent("accountgone", { detail: query.account }));
  return error;
}

/** The ApiError for an answer that is no 2xx. */
export function refusal(status, text) {
  if (status === 401) return new ApiError(status, "You are logged out. Reload the page to log in.");
  const body = parsed(text);
  if (typeof body.detail === "string") return new ApiError(status, body.detail);
  const fields = Object.entries(body).filter(([, messages]) => Array.isArray(messages));
  const message = fields.map(([name, messages]) => `${name}: ${messages.join(" ")}`).join(" ");
  return new ApiError(status, message || `The ledger answered with an error (${status}).`, Object.fromEntries(fields), body);
}

function parsed(text) {
  try {
    const body = JSON.parse(text);
    return Array.isArray(body) ? {} : Object(body);
  } catch {
    return {}; // a page of a proxy
  }
}
