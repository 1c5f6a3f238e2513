// The upload of a file, by XMLHttpRequest, which reports its progress; fetch does not.

import { ApiError, address, csrf, refusal } from "../../lib/api.js";

/** Send it; `progress(share)` is called with how much is sent, from 0 to 1. Resolves to the kept file, undefined if it was aborted. */
export function sendFile(file, query, progress, signal) {
  const request = new XMLHttpRequest();
  const { promise, resolve, reject } = Promise.withResolvers();
  request.upload.onprogress = ({ loaded, total }) => progress(loaded / total);
  request.onabort = () => resolve(undefined);
  request.onerror = () => reject(new ApiError(0, "The ledger does not answer."));
  request.onload = () => answer(request, resolve, reject);
  signal.addEventListener("abort", () => request.abort());
  request.open("POST", address("/api/imports/", { name: file.name, ...query }));
  request.setRequestHeader("Accept", "application/json");
  request.setRequestHeader("Content-Type", "application/octet-stream");
  for (const [name, value] of Object.entries(csrf())) request.setRequestHeader(name, value);
  request.send(file);
  return promise;
}

function answer({ status, responseText }, resolve, reject) {
  if (status < 300) resolve(JSON.parse(responseText));
  else reject(refusal(status, responseText));
}
