// Without a network, pages of this site are answered by the copy that this device keeps. With one, nothing is.
const COPY = "portal-{{ kept|join:' '|escapejs }}";
const KEPT = [{% for address in kept %}"{{ address|escapejs }}"{% if not forloop.last %}, {% endif %}{% endfor %}];
const PAGES = { {% for language, page in pages %}"{{ language|escapejs }}": "{{ page|escapejs }}"{% if not forloop.last %}, {% endif %}{% endfor %} };
const AN_HOUR = 60 * 60 * 1000;
let renewed = 0;

const languageOf = (path) => Object.keys(PAGES).find((language) => path.startsWith(`/${language}/`)) ?? "{{ default|escapejs }}";

async function renew(page) {
  const copy = await caches.open(COPY);
  const answer = await fetch(page, { cache: "no-cache", credentials: "omit" });
  if (answer.ok) {
    await copy.put(page, answer);
  }
}

async function answered(event, path) {
  const page = PAGES[languageOf(path)];
  try {
    const answer = await fetch(event.request);
    if (Date.now() - renewed > AN_HOUR && (await caches.match(page))) {
      renewed = Date.now();
      event.waitUntil(renew(page).catch(() => {}));
    }
    return answer;
  } catch (failure) {
    // Better the other language than the browser's own page.
    for (const kept of [page, ...Object.values(PAGES)]) {
      const copy = await caches.match(kept);
      if (copy) {
        return copy;
      }
    }
    throw failure;
  }
}

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(COPY).then((copy) => copy.addAll(KEPT)).then(() => self.skipWaiting()));
});

// The page itself says which language to keep, when its reader asks for it.
self.addEventListener("message", (event) => {
  if (Object.values(PAGES).includes(event.data)) {
    event.waitUntil(renew(event.data).then(() => event.source.postMessage("kept")));
  }
});

// What an earlier release kept is carried over, and forgotten.
self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) {
      if (name.startsWith("portal-") && name !== COPY) {
        for (const page of Object.values(PAGES)) {
          if (await (await caches.open(name)).match(page)) {
            await renew(page).catch(() => {});
          }
        }
        await caches.delete(name);
      }
    }
    await self.clients.claim();
  })());
});

self.addEventListener("fetch", (event) => {
  const { pathname } = new URL(event.request.url);
  const isOurs = new URL(event.request.url).origin === self.location.origin;
  if (!isOurs || event.request.method !== "GET") {
    return;
  }
  if (KEPT.includes(pathname)) {
    event.respondWith(caches.match(event.request).then((kept) => kept ?? fetch(event.request)));
  } else if (event.request.mode === "navigate" && !/^\/(?:\w\w\/)?(?:admin|api)\//.test(pathname)) {
    event.respondWith(answered(event, pathname));
  }
});
