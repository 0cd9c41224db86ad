// All answers together: counts, a filter, a table to take away.
const CANNOT_SAY = "cannot say";
const NO_ANSWER = "without an answer";

export function cardsIn(answers) {
  return [...answers.querySelectorAll(":scope > section")].flatMap((place) => {
    const card = place.querySelector("article");
    if (!card) return [];
    const kept = card.querySelector(".feedback")?.dataset.kept ?? "";
    return [{ ...JSON.parse(card.dataset.said), filename: place.dataset.name, kept, place }];
  });
}

function kindOf(said) {
  if (said.error) return NO_ANSWER;
  return said.reason ? CANNOT_SAY : `${said.label}`;
}

function kindsIn(answers) {
  const counts = new Map();
  for (const said of cardsIn(answers)) counts.set(kindOf(said), (counts.get(kindOf(said)) ?? 0) + 1);
  const last = [CANNOT_SAY, NO_ANSWER];
  return [...counts].sort(([one, many], [other, few]) => last.indexOf(one) - last.indexOf(other) || few - many);
}

export function countIn(answers) {
  const waiting = answers.querySelectorAll(".waiting").length;
  const counts = kindsIn(answers).map(([kind, count]) => `${count} ${kind}`);
  if (waiting) counts.push(`${waiting} still to answer`);
  return counts.length ? `${counts.join(", ")}.` : "";
}

export function fillFilter(select, answers) {
  const kinds = kindsIn(answers).map(([kind]) => kind);
  const chosen = kinds.includes(select.value) ? select.value : "";
  select.replaceChildren(new Option("all", ""), ...kinds.map((kind) => new Option(kind, kind)));
  select.value = chosen;
}

export function filter(select, answers) {
  for (const place of answers.children) place.hidden = Boolean(select.value);
  for (const said of cardsIn(answers)) said.place.hidden = Boolean(select.value) && kindOf(said) !== select.value;
}

const COLUMNS = ["file", "answer", "probability", "cannot_say", "reason", "error", "kept_as", "model", "version"];

function rowOf(said) {
  const probability = said.label ? said.probabilities[said.label] : "";
  const { filename, label, reason_code: code, reason, error, kept, model, version } = said;
  return [filename, label, probability, code, reason, error, kept, model, version];
}

function cell(value) {
  const text = `${value ?? ""}`;
  const safe = /^[=+@\t\r]|^-(?![\d.])/.test(text) ? `'${text}` : text; // which a spreadsheet would run
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function saveTable(cards) {
  const lines = [COLUMNS, ...cards.map(rowOf)].map((row) => row.map(cell).join(","));
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([`\ufeff${lines.join("\r\n")}\r\n`], { type: "text/csv" }));
  link.download = "answers.csv";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
