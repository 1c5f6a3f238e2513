// Files that are dropped anywhere on the page, unless another dialog is open.

import { element } from "../../lib/dom.js";

const hasFiles = ({ dataTransfer }) => dataTransfer.types.includes("Files");
const isElsewhere = () => document.querySelector("dialog[open]:not(#import)") !== null;

export function listenToDrops(take) {
  const zone = element("drop");
  document.addEventListener("dragenter", (event) => hasFiles(event) && (zone.hidden = isElsewhere()));
  document.addEventListener("dragover", (event) => hasFiles(event) && event.preventDefault());
  document.addEventListener("dragleave", ({ relatedTarget }) => relatedTarget || (zone.hidden = true));
  document.addEventListener("drop", (event) => {
    zone.hidden = true;
    if (!hasFiles(event)) return;
    event.preventDefault();
    if (!isElsewhere()) take(event.dataTransfer.files);
  });
}
