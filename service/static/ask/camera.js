// A picture from the camera: a phone's own camera application, or a webcam's stream, which browsers give only to secure pages.

export function offerCamera(take) {
  const [button, field, dialog] = ["photograph", "camera", "viewfinder"].map((id) => document.getElementById(id));
  if (window.matchMedia("(pointer: coarse)").matches) {
    button.addEventListener("click", () => field.click());
  } else if (window.isSecureContext && navigator.mediaDevices?.getUserMedia) {
    button.addEventListener("click", () => look(dialog));
    dialog.querySelector(".shoot").addEventListener("click", () => shoot(dialog, take));
    dialog.querySelector(".close").addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => stop(dialog));
  } else {
    button.hidden = true;
    document.getElementById("no-camera").hidden = false;
  }
}

async function look(dialog) {
  const [video, problem] = [dialog.querySelector("video"), dialog.querySelector("[role=alert]")];
  problem.textContent = "";
  dialog.querySelector(".shoot").hidden = true;
  dialog.showModal();
  try {
    const wanted = { width: { ideal: 1920 }, height: { ideal: 1080 }, facingMode: { ideal: "environment" } };
    const stream = await navigator.mediaDevices.getUserMedia({ video: wanted });
    if (!dialog.open) return stream.getTracks().forEach((track) => track.stop());
    video.srcObject = stream;
    await video.play();
    dialog.querySelector(".shoot").hidden = false;
    dialog.querySelector(".shoot").focus();
  } catch (error) {
    problem.textContent = words(error);
  }
}

function words(error) {
  if (error.name === "NotAllowedError") return "The browser does not let this page use the camera. Allow it beside the address.";
  if (error.name === "NotFoundError") return "No camera was found. Choose a picture instead.";
  return "The camera cannot be used; another program may have it. Choose a picture instead.";
}

function shoot(dialog, take) {
  const video = dialog.querySelector("video");
  const canvas = document.createElement("canvas");
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  canvas.getContext("2d").drawImage(video, 0, 0);
  canvas.toBlob((blob) => take(new File([blob], "camera.jpg", { type: "image/jpeg" })), "image/jpeg", 0.95);
  dialog.close();
}

function stop(dialog) {
  const video = dialog.querySelector("video");
  video.srcObject?.getTracks().forEach((track) => track.stop());
  video.srcObject = null;
}
