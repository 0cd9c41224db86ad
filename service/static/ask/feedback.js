// Right, It is the other, Neither; and back, as long as the card stands. Which word a picture has lies on its card.
import { send } from "./sending.js";

const GONE = "This page no longer has the picture. Choose it again to say so.";

export function listenToFeedback(answers, address, fileOf, changed) {
  answers.addEventListener("click", async (event) => {
    const button = event.target.closest(".feedback button");
    if (!button) return;
    const group = button.parentElement;
    const place = group.closest("#answers > section");
    if (group.dataset.busy) return;
    group.dataset.busy = "yes";
    try {
      if (button.classList.contains("undo")) await undo(group, address);
      else await keep(group, button.dataset.label, fileOf(place), address);
    } catch {
      tell(group, "The service did not answer. Try again.");
    }
    delete group.dataset.busy;
    changed(place);
  });
}

function tell(group, text) {
  group.querySelector("p").textContent = text;
}

function show(group, label) {
  for (const button of group.querySelectorAll("[data-label]")) {
    button.setAttribute("aria-pressed", String(button.dataset.label === label));
  }
  const undo = group.querySelector(".undo");
  const had = group.contains(document.activeElement) && document.activeElement === undo;
  undo.hidden = label === (group.dataset.before ?? "");
  if (undo.hidden && had) group.querySelector(".plain").focus();
}

async function keep(group, label, file, address) {
  if (!file) return tell(group, GONE);
  const answer = await send("POST", address, { image: file, label }, undefined, { model: group.dataset.model });
  const document = JSON.parse(answer.responseText);
  if (answer.status !== 200) return tell(group, document.detail);
  const [{ image, before }] = document.images;
  if (group.dataset.image === undefined) group.dataset.before = before ?? "";
  group.dataset.image = image;
  group.dataset.kept = label;
  show(group, label);
  return tell(group, `Kept as ${label}${before === label ? " already" : ", for the next training"}.`);
}

async function undo(group, address) {
  const { image, before } = group.dataset;
  const answer = await send("DELETE", `${address}/${image}`, null, undefined, {
    model: group.dataset.model,
    ...(before ? { before } : {}),
  });
  if (answer.status !== 200 && answer.status !== 404) return tell(group, JSON.parse(answer.responseText).detail);
  group.dataset.kept = before;
  show(group, before);
  return tell(group, before ? `As before: kept as ${before}.` : "Taken out again; nothing is kept of it.");
}
