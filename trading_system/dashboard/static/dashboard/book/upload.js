// The upload of a file, by XMLHttpRequest, which reports its progress; fetch does not.

import { ApiError, address, csrf, refusal } from "../lib/api.js";

const TYPES = { csv: "text/csv", ndjson: "application/x-ndjson", jsonl: "application/x-ndjson", json: "application/json" };

/** What the API calls a file of this name; undefined if it does not read such files. */
export const typeOf = (name) => TYPES[name.split(".").at(-1).toLowerCase()];

/** Send it; `progress(share)` is called with how much is sent, from 0 to 1. Resolves to the report, undefined if it was aborted. */
export function uploadFile(file, query, progress, signal) {
  const request = new XMLHttpRequest();
  const { promise, resolve, reject } = Promise.withResolvers();
  request.upload.onprogress = ({ loaded, total }) => progress(loaded / total);
  request.onabort = () => resolve(undefined);
  request.onerror = () => reject(new ApiError(0, "The ledger does not answer."));
  request.onload = () => answer(request, resolve, reject);
  signal.addEventListener("abort", () => request.abort());
  request.open("POST", address("/api/trades/bulk/", query));
  request.setRequestHeader("Accept", "application/json");
  request.setRequestHeader("Content-Type", typeOf(file.name));
  for (const [name, value] of Object.entries(csrf())) request.setRequestHeader(name, value);
  request.send(file);
  return promise;
}

/** A file that is refused for its rows has a report as well. */
function answer({ status, responseText }, resolve, reject) {
  const error = refusal(status, responseText);
  if (status < 300 || Array.isArray(error.fields.errors)) resolve(JSON.parse(responseText));
  else reject(error);
}
