// Ask about several images at once, dropped, pasted or chosen, without leaving the page. Each image is one request to
// the page's own form, whose answer is the page with the answer on it; that part is put into this page.
"use strict";

const form = document.getElementById("ask");
const answers = document.getElementById("answers");
const input = document.getElementById("image");
const TRIES = 5;

document.documentElement.classList.add("scripted");

function sentence(className, text) {
  const paragraph = document.createElement("p");
  paragraph.className = className;
  paragraph.textContent = text;
  return paragraph;
}

async function post(address, fields) {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.append(name, value);
  for (let left = TRIES; ; left -= 1) {
    const answer = await fetch(address, { method: "POST", body });
    if (answer.status !== 503 || left === 1) return answer;
    const seconds = Number(answer.headers.get("Retry-After")) || 1;
    await new Promise((resolve) => setTimeout(resolve, 1000 * seconds));
  }
}

function makePlace(file) {
  const place = document.createElement("section");
  place.append(sentence("waiting", `${file.name}: asking …`));
  return place;
}

async function ask(file, place) {
  try {
    const answer = await post(form.action, { image: file });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const found = page.querySelectorAll("#answers > *");
    const said = sentence("error", `The service answered with status ${answer.status}. Try again.`);
    place.replaceChildren(...(found.length ? found : [said]));
    if (!place.querySelector("h2")) place.prepend(sentence("name", file.name));
    place.querySelector(".wrong")?.addEventListener("click", (event) => correct(event.target, file));
  } catch {
    place.replaceChildren(sentence("error", `${file.name}: the service did not answer. Try again.`));
  }
}

async function correct(button, file) {
  button.disabled = true;
  let said = "The service did not answer. Try again.";
  try {
    const answer = await post(form.dataset.feedback, { image: file, label: button.dataset.label });
    const document = await answer.json();
    said = answer.ok ? `Kept as ${document.label}, for the next training.` : document.detail;
    button.disabled = answer.ok;
  } catch {
    button.disabled = false;
  }
  button.closest("p").replaceChildren(button, sentence("small", said));
}

async function askAll(files) {
  const places = files.map(makePlace);
  answers.prepend(...places);
  for (const [index, file] of files.entries()) await ask(file, places[index]);
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  askAll([...input.files]).then(() => input.focus());
  form.reset();
});

for (const kind of ["dragover", "drop"]) {
  document.addEventListener(kind, (event) => event.preventDefault());
}
document.addEventListener("dragover", () => form.classList.add("over"));
document.addEventListener("dragleave", () => form.classList.remove("over"));
document.addEventListener("drop", (event) => {
  form.classList.remove("over");
  askAll([...event.dataTransfer.files]);
});
document.addEventListener("paste", (event) => askAll([...event.clipboardData.files]));
