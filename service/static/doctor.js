// Take a log that is dropped or pasted anywhere on the page; the form itself works without this script.
"use strict";

const form = document.getElementById("log-form");
const file = document.getElementById("log");
const text = document.getElementById("text");

document.documentElement.classList.add("scripted");
document.getElementById("diagnosis")?.focus();

function take(files) {
  if (!files.length) return false;
  file.files = files;
  text.value = "";
  form.requestSubmit();
  return true;
}

for (const kind of ["dragover", "drop"]) {
  document.addEventListener(kind, (event) => event.preventDefault());
}
document.addEventListener("dragover", () => form.classList.add("over"));
document.addEventListener("dragleave", () => form.classList.remove("over"));
document.addEventListener("drop", (event) => {
  form.classList.remove("over");
  if (!take(event.dataTransfer.files)) {
    text.value = event.dataTransfer.getData("text/plain");
    text.focus();
  }
});
document.addEventListener("paste", (event) => {
  if (take(event.clipboardData.files) || event.target.matches?.("input, textarea")) return;
  text.value = event.clipboardData.getData("text/plain");
  text.focus();
  event.preventDefault();
});
text.addEventListener("input", () => {
  if (text.value.trim()) file.value = "";
});
