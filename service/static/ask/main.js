// Ask about images that are chosen, dropped, pasted or photographed, without leaving the page. Each image is one request
// to the page's own form, whose answer is the page with a card on it; that card is put into this page.
import { makePlace, showProgress, showCard, showError } from "./cards.js";
import { offerCamera } from "./camera.js";
import { listenToFeedback } from "./feedback.js";
import { taken } from "./intake.js";
import { forget, remember, restored } from "./memory.js";
import { send } from "./sending.js";
import { cardsIn, countIn, fillFilter, filter, saveTable } from "./summary.js";

const [form, input, answers, results, problem] = ["ask", "image", "answers", "results", "problem"].map((id) => document.getElementById(id));
const files = new WeakMap(); // the file of each place
const names = new Map(); // how often each name came
const phone = window.matchMedia("(max-width: 40rem)");

document.documentElement.classList.add("scripted");
answers.replaceChildren(...[...answers.children].map((card) => showCard(makePlace(""), [card])));

function say(text) {
  problem.textContent = text;
  problem.hidden = !text;
}

function update() {
  const counted = countIn(answers);
  document.getElementById("counts").textContent = counted;
  results.hidden = !answers.children.length;
  fillFilter(document.getElementById("filter"), answers);
  filter(document.getElementById("filter"), answers);
  return counted;
}

function nameOf(name) {
  const often = (names.get(name) ?? 0) + 1;
  names.set(name, often);
  return often === 1 ? name : `${name} (${often})`;
}

async function ask(file, place) {
  const fields = { image: file };
  const model = form.elements.namedItem("model");
  if (model) fields.model = model.value;
  try {
    const answer = await send("POST", form.action, fields, (share) => showProgress(place, share));
    const page = new DOMParser().parseFromString(answer.responseText, "text/html");
    const card = page.querySelector("#answers > article");
    const why = page.getElementById("problem")?.textContent || page.querySelector(".error")?.textContent;
    if (card) showCard(place, [card]);
    else showError(place, why || `The service answered with status ${answer.status}. Try again.`, mayPass(answer.status));
  } catch {
    showError(place, "The service did not answer. Try again.", true);
  }
}

function mayPass(status) {
  return status >= 500 || status === 408; // it is the service or the network, and not the picture
}

async function askAgain(place) {
  place.tabIndex = -1;
  place.focus(); // the button, which had it, goes
  showProgress(place, 0);
  update();
  await ask(files.get(place), place);
  tell([place]);
  await remember(answers, place);
}

async function askAll(chosen) {
  if (!chosen.length) return;
  say("");
  const asked = chosen.map(({ file, name }) => ({ file, place: makePlace(nameOf(name)) }));
  for (const { file, place } of asked) files.set(place, file);
  answers.prepend(...asked.map(({ place }) => place));
  document.getElementById("filter").value = "";
  update();
  if (phone.matches) results.scrollIntoView();
  for (const [index, { file, place }] of asked.entries()) {
    await ask(file, place);
    update();
    if (phone.matches && index === 0) place.scrollIntoView();
    await remember(answers, place);
  }
  tell(asked.map(({ place }) => place));
}

function tell(places) {
  const counted = update();
  const said = places.length === 1 ? places[0].querySelector(".answer, .error")?.textContent.trim() : "";
  document.getElementById("news").textContent = said ? `${said} In all: ${counted}` : counted;
}

function take(transfer) {
  taken(transfer).then(
    (chosen) => (chosen.length ? askAll(chosen) : say("No file came with that. Save the picture first.")),
    () => say("What was dropped cannot be read. Choose the files instead."),
  );
}

function choose(field) {
  const chosen = [...field.files].map((file) => ({ file, name: file.name }));
  field.value = "";
  askAll(chosen);
}

for (const field of [input, document.getElementById("camera")]) {
  field.addEventListener("change", () => choose(field));
}
form.addEventListener("submit", (event) => {
  event.preventDefault();
  choose(input);
});
form.addEventListener("click", (event) => {
  if (!event.target.closest("a, button, input, label, select")) input.click();
});
document.getElementById("model")?.addEventListener("change", (event) => {
  window.location.search = new URLSearchParams({ model: event.target.value });
});
for (const kind of ["dragover", "drop"]) {
  document.addEventListener(kind, (event) => event.preventDefault());
}
document.addEventListener("dragover", () => form.classList.add("over"));
document.addEventListener("dragleave", () => form.classList.remove("over"));
document.addEventListener("drop", (event) => {
  form.classList.remove("over");
  take(event.dataTransfer);
});
document.addEventListener("paste", (event) => take(event.clipboardData));

answers.addEventListener("click", (event) => {
  if (event.target.matches(".again")) askAgain(event.target.closest("#answers > section"));
});
document.getElementById("filter").addEventListener("change", (event) => filter(event.target, answers));
document.getElementById("table").addEventListener("click", () => saveTable(cardsIn(answers)));
document.getElementById("clear").addEventListener("click", () => {
  answers.replaceChildren();
  names.clear();
  forget();
  update();
  input.focus();
});
listenToFeedback(answers, form.dataset.feedback, (place) => files.get(place), (place) => remember(answers, place));
offerCamera((file) => askAll([{ file, name: file.name }]));
for (const place of restored()) {
  answers.append(place);
  nameOf(place.dataset.name);
}
update();
if (input.files.length) choose(input); // chosen while this script was still on its way
