// One way to ask the API. What it refuses, and that it cannot be reached, is an ApiError in words for the person in front.

export const TIMEOUT = 15_000; // ms for an answer

/** `status` is 0 if there was no answer; `fields` is `{name: [messages]}`, `message` a sentence or several. */
export class ApiError extends Error {
  constructor(status, message, fields = {}) {
    super(message);
    [this.status, this.fields] = [status, fields];
  }
}

/** A path on this host, whatever host an absolute address names: what stands before it may be a proxy. */
export function address(path, query = {}) {
  const url = new URL(path, location.href);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null) url.searchParams.set(name, value);
  }
  return url.pathname + url.search;
}

/** For requests that change something, which a session is let do by pages of this site alone. It changes with each login. */
export function csrf() {
  const [, token] = document.cookie.match(/(?:^|; )csrftoken=([^;]*)/) ?? [];
  return token ? { "X-CSRFToken": token } : {};
}

/** `{data, response}` of a 2xx; `body` is sent as JSON, and what `data` holds is null where there is none. */
export async function call(method, path, { query, body, headers = {}, signal } = {}) {
  const timeout = AbortSignal.timeout(TIMEOUT);
  try {
    const response = await fetch(address(path, query), {
      method,
      headers: { Accept: "application/json", ...(body === undefined ? {} : { "Content-Type": "application/json" }), ...(method === "GET" ? {} : csrf()), ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    const text = await response.text();
    if (!response.ok) throw refusal(response.status, text);
    return { data: text ? JSON.parse(text) : null, response };
  } catch (error) {
    if (signal?.aborted || error instanceof ApiError) throw error;
    throw new ApiError(0, timeout.aborted ? `The ledger has not answered within ${TIMEOUT / 1000} seconds.` : "The ledger does not answer.");
  }
}

/** What the text of an answer that is no 2xx says. */
export function refusal(status, text) {
  if (status === 401) return new ApiError(status, "You are logged out. Reload the page to log in.");
  const told = parsed(text);
  if (told && typeof told.detail === "string") return new ApiError(status, told.detail);
  const fields = Object.entries(told ?? {}).filter(([, messages]) => Array.isArray(messages));
  const message = fields.map(([name, messages]) => `${name}: ${messages.join(" ")}`).join(" ");
  return new ApiError(status, message || `The ledger answered with an error (${status}).`, Object.fromEntries(fields));
}

function parsed(text) {
  try {
    const told = JSON.parse(text);
    return typeof told === "object" && !Array.isArray(told) ? told : null;
  } catch {
    return null; // a page, of whatever stands before the ledger
  }
}
