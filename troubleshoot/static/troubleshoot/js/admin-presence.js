// Says that a page is open for as long as somebody looks at it or left text in it unsaved, and shows with whom else it is.
const place = document.getElementById("others");
const PAUSE = 2 * 60 * 1000;
let told = 0;

function said(...more) {
  const body = new FormData();
  // Signing in again in another tab changes the token.
  const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];
  for (const [name, text] of [["csrfmiddlewaretoken", token ?? place.closest("form").elements.csrfmiddlewaretoken.value], ...more]) {
    body.set(name, text);
  }
  return body;
}

async function tell() {
  if ((document.hidden && !("unsaved" in place.closest("form").dataset)) || Date.now() - told < PAUSE / 2) {
    return;
  }
  told = Date.now();
  try {
    const answer = await fetch(place.dataset.address, { method: "POST", body: said() });
    const text = answer.ok && !answer.redirected ? (await answer.text()).trim() : null;
    if (text !== null && text !== place.innerHTML.trim()) {
      place.innerHTML = text;
    }
  } catch { /* Who has no connection just now is told the next time. */ }
}

if (place) {
  tell();
  setInterval(tell, PAUSE);
  document.addEventListener("visibilitychange", tell);
  addEventListener("pageshow", tell);
  addEventListener("pagehide", () => {
    told = 0;
    navigator.sendBeacon(place.dataset.address, said(["left", "1"]));
  });
}
