// Lets saved trails be read with the network off. It keeps the look and the scripts, and one page
// without a user in it; never a signed-in page, never an answer of /api/.

/* global KEPT_FILES */
const FILES = /** @type {string[]} */ (KEPT_FILES)
const NAME = `thinktrail-${FILES.join().split('').reduce((h, c) => (h * 31 + c.charCodeAt(0)) >>> 0, 7)}`
const SHELL = '/offline/'
const PATIENCE = 8000 // ms a page may take before the shell is shown
const HASHED = /(?:-[0-9A-Z]{8}|\.[0-9a-f]{12})\.[a-z0-9]+$/

self.addEventListener('install', (event) => event.waitUntil(install()))
self.addEventListener('activate', (event) => event.waitUntil(activate()))
self.addEventListener('fetch', (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (request.method !== 'GET' || url.origin !== location.origin) return
  if (request.mode === 'navigate') {
    if (!/^\/(accounts|admin)\//.test(url.pathname)) event.respondWith(page(request))
  } else if (url.pathname.startsWith('/static/')) event.respondWith(asset(request, url))
})

async function install () {
  const cache = await caches.open(NAME)
  const shell = await fetch(SHELL, { credentials: 'omit', cache: 'no-store' })
  if (!shell.ok || shell.redirected) throw new Error('the offline page is not there')
  const html = await shell.clone().text()
  await cache.put(SHELL, shell)
  const linked = [...html.matchAll(/(?:href|src)="(\/static\/[^"]+)"/g)].map((match) => match[1])
  const base = linked.find((path) => /\/dist\/main[^/]*\.js$/.test(path))
  const chunks = base ? FILES.map((name) => new URL(name, new URL(base, location.href)).pathname) : []
  const styles = linked.filter((path) => path.endsWith('.css'))
  await Promise.all([...linked, ...chunks].map((path) => keep(cache, path)))
  const fonts = (await Promise.all(styles.map((path) => fontsOf(cache, path)))).flat()
  await Promise.all(fonts.map((path) => keep(cache, path)))
  await self.skipWaiting()
}

/** Fonts the page is sure to need: text, interface, code and formulas not set yet, main mathematics. */
async function fontsOf (cache, path) {
  const css = await (await cache.match(path))?.text() ?? ''
  const found = [...css.matchAll(/url\("?([^")]+\.woff2)"?\)/g)].map((match) => new URL(match[1], new URL(path, location.href)).pathname)
  return found.filter((name) => /(stix-two-text-latin-(400|500)|inter-latin-wght|jetbrains-mono-latin-400|KaTeX_(Main-Regular|Math-Italic|Size[1-4]|AMS))/.test(name))
}

async function keep (cache, path) {
  try {
    const answer = await fetch(path)
    if (answer.ok && !answer.redirected) await cache.put(path, answer)
  } catch { /* it is fetched when it is needed */ }
}

async function activate () {
  for (const name of await caches.keys()) if (name !== NAME) await caches.delete(name)
  await self.clients.claim()
}

/** The network's page, or the shell when the network is away. */
async function page (request) {
  const late = new Promise((resolve, reject) => setTimeout(reject, PATIENCE))
  try {
    return await Promise.race([fetch(request), late])
  } catch {
    return (await caches.match(SHELL)) ?? fetch(request)
  }
}

/** Hashed names never change: the kept copy is right. Others are fresh from the network if it is there. */
async function asset (request, url) {
  const cache = await caches.open(NAME)
  const kept = await cache.match(url.pathname)
  if (kept && HASHED.test(url.pathname)) return kept
  try {
    const answer = await fetch(request)
    if (answer.ok && !answer.redirected) await cache.put(url.pathname, answer.clone())
    return answer
  } catch {
    return kept ?? Response.error()
  }
}
