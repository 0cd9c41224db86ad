// One request, with how much of it is sent, and again where the service is busy for a moment.
const TRIES = 5;
const MOST_SECONDS = 10; // what asks for more patience than that is no crowd

export async function send(method, address, fields, progress = () => {}, query = {}) {
  const asked = Object.keys(query).length ? `${address}?${new URLSearchParams(query)}` : address;
  for (let left = TRIES; ; left -= 1) {
    const answer = await once(method, asked, fields, progress);
    const seconds = Number(answer.getResponseHeader("Retry-After")) || 1;
    if (answer.status !== 503 || left === 1 || seconds > MOST_SECONDS) return answer;
    await new Promise((resolve) => setTimeout(resolve, 1000 * seconds));
  }
}

function once(method, address, fields, progress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.upload.addEventListener("progress", (event) => event.lengthComputable && progress(event.loaded / event.total));
    request.addEventListener("load", () => resolve(request));
    for (const kind of ["error", "abort", "timeout"]) request.addEventListener(kind, () => reject(new Error(kind)));
    request.open(method, address);
    if (!fields) return request.send();
    const body = new FormData();
    for (const [name, value] of Object.entries(fields)) body.append(name, value);
    return request.send(body);
  });
}
