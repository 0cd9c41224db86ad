// The answers outlive a reload and a look at the report: they are kept in this tab (sessionStorage), with small pictures.
import { makePlace, showCard } from "./cards.js";

const KEY = "thirtyfive.answers";
const SIDE = 240; // pixels of a kept picture
const COARSE = 96; // of its heatmap, which is no finer
const MOST_CHARACTERS = 4_000_000; // of the five that browsers give
const MOST_CARDS = 500;
const kept = new WeakMap(); // what is kept of each place

async function small(image, kind, side) {
  await image.decode();
  const share = Math.min(1, side / Math.max(image.naturalWidth, image.naturalHeight));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(share * image.naturalWidth));
  canvas.height = Math.max(1, Math.round(share * image.naturalHeight));
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL(kind, 0.8);
}

async function keep(place) {
  const card = place.querySelector("article");
  if (!card) return;
  const images = card.querySelectorAll("img");
  let { pictures } = kept.get(place) ?? { pictures: [] };
  if (pictures.length !== images.length) { // a new card, or the answer to what was asked again
    pictures = [];
    for (const image of images) {
      const [kind, side] = image.classList.contains("overlay") ? ["image/png", COARSE] : ["image/jpeg", SIDE];
      pictures.push(await small(image, kind, side).catch(() => ""));
    }
  }
  const copy = copyOf(card);
  [...copy.querySelectorAll("img")].forEach((image, index) => image.setAttribute("src", pictures[index]));
  kept.set(place, { pictures, html: copy.outerHTML, bare: bareOf(copy) });
}

function keepBare(place) {
  const card = place.querySelector("article");
  if (!card) return;
  const bare = bareOf(copyOf(card));
  kept.set(place, { pictures: [], html: bare, bare });
}

function copyOf(card) {
  const copy = card.cloneNode(true);
  copy.querySelector(".again")?.remove(); // its file is gone with the page
  return copy;
}

function bareOf(copy) {
  copy.querySelector("figure")?.remove();
  return copy.outerHTML;
}

export async function remember(answers, place) {
  if (!kept.has(place)) {
    keepBare(place); // at once, for who leaves the page before its small pictures are made
    store(answers);
  }
  await keep(place);
  store(answers);
}

function store(answers) {
  const places = [...answers.children].filter((one) => kept.has(one)).slice(0, MOST_CARDS);
  let left = MOST_CHARACTERS - places.reduce((sum, one) => sum + kept.get(one).bare.length, 0);
  const entries = places.map((one) => {
    const { html, bare } = kept.get(one);
    const more = html.length - bare.length;
    if (more > left) return [one.dataset.name, bare]; // the older ones do without a picture
    left -= more;
    return [one.dataset.name, html];
  });
  try {
    sessionStorage.setItem(KEY, JSON.stringify(entries));
  } catch {
    forget(); // full, or switched off: the page works without
  }
}

export function forget() {
  try {
    sessionStorage.removeItem(KEY);
  } catch {
    // switched off
  }
}

export function restored() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? "[]").map(([name, html]) => {
      const card = new DOMParser().parseFromString(html, "text/html").querySelector("article");
      const place = showCard(makePlace(name), [card]);
      keep(place);
      return place;
    });
  } catch {
    return [];
  }
}
