// Shows how the words of a notice read while they are typed: the server renders, nothing is stored. Without a script the
// button “Preview” does the same.
const form = document.querySelector("form[data-preview]");
const place = document.querySelector("#preview");
let waiting, asked = 0;

async function show() {
  const mine = ++asked;
  const answer = await fetch(form.dataset.preview, { method: "POST", body: new FormData(form) });
  // Of two answers the later question counts, whichever comes first.
  if (!answer.ok || mine !== asked) return;
  const focused = document.activeElement?.id;
  place.innerHTML = await answer.text();
  if (focused && place.querySelector(`#${CSS.escape(focused)}`)) document.getElementById(focused).focus();
}

form?.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(show, 400);
});
