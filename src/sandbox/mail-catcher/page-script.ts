/**
 * The page's script, served as a file because the page allows no inline script. It shows times on the reader's clock and
 * fetches the list again when a mail has arrived; the mail that is open stays as it is. Without it the page only has to be
 * reloaded by hand.
 */
export const PAGE_SCRIPT = `
"use strict";
const list = document.getElementById("list");
const count = document.getElementById("count");
let newest = newestId();

function newestId() {
  const first = list && list.querySelector("li");
  return first ? Number(first.dataset.id) : 0;
}

function showTimes() {
  const today = new Date().toDateString();
  for (const time of document.querySelectorAll("time")) {
    const at = new Date(time.dateTime);
    const clock = at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    const day = at.toLocaleDateString([], { day: "numeric", month: "short" });
    time.textContent = at.toDateString() === today ? clock : day + ", " + clock;
    time.title = at.toLocaleString();
  }
}

async function update() {
  if (document.hidden) return;
  const answer = await fetch("/api/mails?limit=1");
  if (!answer.ok) return;
  const { mails, total } = await answer.json();
  const id = mails.length > 0 ? mails[0].id : 0;
  if (id === newest) return;
  if (!list) return location.reload();
  const before = newest;
  const open = list.dataset.open || "";
  list.innerHTML = await (await fetch("/list?open=" + open)).text();
  for (const item of list.querySelectorAll("li")) {
    if (Number(item.dataset.id) > before) item.classList.add("fresh");
  }
  newest = newestId();
  count.textContent = total === 1 ? "1 mail" : total.toLocaleString("en-US") + " mails";
  showTimes();
}

showTimes();
const opened = list && list.querySelector("[aria-current]");
if (opened) opened.scrollIntoView({ block: "nearest" });
setInterval(() => update().catch(() => {}), 2000);
`;
