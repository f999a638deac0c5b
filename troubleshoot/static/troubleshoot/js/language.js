// Offers the other language to a browser that asks for it before that of the page, until it is put away for good. It is
// the browser that looks: a page has one address and one text for everybody.
const KEPT = "language-offer";
const offer = document.querySelector(".language-offer");
const link = document.getElementById("language"); // htmx brings a new one with each step: what is asked is its address

function isWanted() {
  const asked = navigator.languages.map((tag) => tag.split("-")[0].toLowerCase());
  const here = document.documentElement.lang;
  return asked.find((language) => language === here || language === offer.lang) === offer.lang;
}

function isPutAway() {
  try {
    return localStorage.getItem(KEPT) === "off";
  } catch {
    return true; // without storage it would come back on every page
  }
}

function putAway() {
  try {
    localStorage.setItem(KEPT, "off");
  } catch {
    // It is gone from this page.
  }
  offer.hidden = true;
}

if (offer && link) {
  // Who has switched by hand knows how to.
  document.addEventListener("click", (event) => event.target.closest("#language") && putAway());
  if (isWanted() && !isPutAway()) {
    const there = offer.querySelector("a");
    const aim = () => {
      there.href = document.getElementById("language").href;
    };
    aim();
    there.addEventListener("click", aim);
    offer.querySelector("button").addEventListener("click", putAway);
    offer.hidden = false;
  }
}
