// Small comforts on top of pages that work without them. Nothing is stored on the device.
"use strict";

/** Nothing is stored on the device, by others' scripts neither: htmx would keep the address of each page of the desk. */
for (const name of ["localStorage", "sessionStorage"]) {
  Reflect.defineProperty(window, name, { get: () => { throw new DOMException("Nothing is stored here.", "SecurityError"); } });
}

const page = document.documentElement;
const find = () => document.querySelector("[data-find]");
const typing = (element) => element.closest("input, select, textarea, [contenteditable]") !== null;
const hits = () => Array.from(document.querySelectorAll("[data-hits] a"));

/** Single-letter keys can be switched off (WCAG 2.1.4); Ctrl+K cannot be typed by accident. */
function lettersAllowed(event) {
  return page.dataset.keys !== "off" && !event.ctrlKey && !event.metaKey && !event.altKey && !typing(event.target);
}

function openSearch(event) {
  const box = find();
  if (!box) return;
  event.preventDefault();
  box.focus();
  box.select();
}

function openDialog(id) {
  const dialog = document.getElementById(id);
  if (dialog && !dialog.open) dialog.showModal();
}

/** Arrow down from the search box enters the results; arrows move; up from the first returns. */
function walk(event, step) {
  const all = hits();
  const at = all.indexOf(document.activeElement);
  const inBox = document.activeElement === find();
  if (all.length === 0 || (at < 0 && !(inBox && step > 0))) return;
  event.preventDefault();
  (all[at + step] || (at + step < 0 ? find() : all[at])).focus();
}

function close(event) {
  const menu = event.target.closest("details.drop[open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  } else if (event.target.closest(".find")) {
    document.getElementById("found")?.replaceChildren();
    find().focus();
  }
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "k") openSearch(event);
  else if (event.key === "/" && lettersAllowed(event)) openSearch(event);
  else if (event.key === "?" && lettersAllowed(event)) openDialog("keys");
  else if (event.key === "ArrowDown") walk(event, 1);
  else if (event.key === "ArrowUp") walk(event, -1);
  else if (event.key === "Escape") close(event);
});

document.addEventListener("click", (event) => {
  const dismiss = event.target.closest("[data-dismiss]");
  if (dismiss) {
    dismiss.closest(".toast").remove();
    document.getElementById("content")?.focus({ preventScroll: true });
  }
  const opener = event.target.closest("[data-opens]");
  if (opener) openDialog(opener.dataset.opens);
  if (event.target.closest("[data-print]")) window.print();
  const copy = event.target.closest("[data-copy]");
  if (copy) navigator.clipboard.writeText(copy.dataset.copy).then(() => copy.blur());
  for (const menu of document.querySelectorAll("details.drop[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

/** Search as you type: say how many were found, not the whole list. */
document.addEventListener("htmx:afterSwap", (event) => {
  const told = document.querySelector("[data-told]");
  if (told && event.target.id === "found") told.textContent = event.target.querySelector("[data-tells]")?.textContent ?? "";
});

/** A second press sends nothing. The button is disabled after the browser has read its name and value. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if ("again" in form.dataset) return; // a download leaves the page as it is, and may be asked for again
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  setTimeout(() => form.querySelectorAll("button").forEach((button) => (button.disabled = true)), 0);
});

/** Answering the question about cookies loses nothing that is being written: only where content waits is the page loaded anew. */
document.addEventListener("submit", (event) => {
  const { target: form, submitter } = event;
  if (!("choice" in form.dataset) || submitter?.value === "choose" || document.querySelector("[data-waits]")) return;
  event.preventDefault();
  const body = new URLSearchParams(new FormData(form));
  body.append(submitter.name, submitter.value);
  const heard = fetch(form.action, { method: "POST", body, redirect: "manual" }).then((answer) => {
    if (answer.type !== "opaqueredirect") return form.submit();
    form.closest(".asking").remove();
    document.getElementById("content")?.focus({ preventScroll: true });
  });
  heard.catch(() => form.submit());
});

/** What the price hangs on is another: it is counted anew in place. Where that fails, the button is there again. */
let counting = new AbortController();

function recount(form) {
  counting.abort();
  counting = new AbortController();
  const body = new URLSearchParams(new FormData(form));
  body.set("do", "count");
  return fetch(form.action, { method: "POST", body, signal: counting.signal }).then((answer) => {
    if (answer.redirected) return location.assign(answer.url);
    if (!answer.ok) throw new Error(answer.statusText);
    return answer.text().then((text) => renew(form, new DOMParser().parseFromString(text, "text/html")));
  });
}

function renew(form, counted) {
  for (const part of document.querySelectorAll("[data-counted]")) part.replaceChildren(...counted.getElementById(part.id).childNodes);
  form.elements.quote.value = counted.querySelector("[name=quote]").value;
}

document.addEventListener("change", (event) => {
  if (!("recounts" in event.target.dataset)) return;
  recount(event.target.form).catch((error) => {
    if (error.name !== "AbortError") document.querySelector("[data-by-hand]").hidden = false;
  });
});

/** While typing, a session that ended answers 403: the page then asks to sign in. */
document.addEventListener("htmx:responseError", (event) => {
  if (event.detail.xhr.status === 403) location.reload();
});

/** A page brought back from the browser's history must be usable again. */
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    form.querySelectorAll("button").forEach((button) => (button.disabled = false));
  }
});

for (const control of document.querySelectorAll("[data-dismiss], [data-opens], [data-print], [data-copy]")) control.hidden = false;
for (const button of document.querySelectorAll("[data-by-hand]")) button.hidden = true;
document.querySelector(".rooms [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
document.querySelector("[data-errors]")?.focus();
