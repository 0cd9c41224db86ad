// A place on the page for one image: first how much of it is sent, then the card of its answer.

function sentence(className, text) {
  const paragraph = document.createElement("p");
  paragraph.className = className;
  paragraph.textContent = text;
  return paragraph;
}

export function makePlace(name) {
  const place = document.createElement("section");
  place.dataset.name = name;
  if (name) place.append(sentence("waiting", `${name}: waiting for its turn`));
  return place;
}

export function showProgress(place, share) {
  const percent = Math.round(100 * share);
  const bar = document.createElement("progress");
  bar.max = 100;
  bar.value = percent;
  bar.setAttribute("aria-label", `${place.dataset.name}, sent`);
  const line = sentence("waiting", `${place.dataset.name}: ${percent < 100 ? `${percent} % sent` : "sent, asking"}`);
  line.append(bar);
  place.replaceChildren(line);
}

export function showCard(place, nodes) {
  place.replaceChildren(...nodes);
  const heading = place.querySelector("h3");
  if (heading && place.dataset.name) heading.textContent = place.dataset.name; // with its folder, where that is known
  else if (heading) place.dataset.name = heading.textContent;
  return place;
}

function againButton(name) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "plain again";
  button.textContent = "Try again";
  button.setAttribute("aria-label", `Try again: ${name}`);
  return button;
}

export function showError(place, text, again) {
  const card = document.createElement("article");
  card.dataset.said = JSON.stringify({ filename: place.dataset.name, error: text, code: "refused" });
  const heading = document.createElement("h3");
  const column = document.createElement("div");
  column.append(heading, sentence("error", text));
  if (again) column.append(againButton(place.dataset.name));
  card.append(column);
  showCard(place, [card]);
}
