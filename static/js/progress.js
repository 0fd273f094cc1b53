// Shows how far a long job is without the reader's asking; without a script there is a link that does the same.
const place = document.querySelector("#progress[data-refresh]");

async function look() {
  const answer = await fetch(location.href, { headers: { accept: "text/html" } });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const now = page.querySelector("#progress");
  if (!now) return;
  if (!now.dataset.refresh) return location.reload();
  place.replaceChildren(...now.childNodes);
  setTimeout(look, 2000);
}

if (place) setTimeout(look, 2000);
