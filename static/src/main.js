// What every page loads. Each page is complete without it; this makes mathematics of the source
// text, keeps trails for reading offline, and brings the trail page to life.

import { el, find } from './dom.js'
import { loadKatex } from './math/typeset.js'
import { upgradeMath } from './render/upgrade.js'
import { arrive, gone, lastUser, signedIn, watchSignOut } from './store/session.js'
import { Store } from './store/store.js'
import { sayTimes } from './trail/times.js'

const shell = find('#offline-shell')
const who = shell ? lastUser() : signedIn()
const role = document.documentElement.dataset.role

/** @type {(() => void)[]} */
const closers = []

async function begin () {
  void upgradeMath(document)
  sayTimes(document)
  watchSignOut(stop)
  if (!shell) await arrive(who)
  if (find('[data-review]')) void (await import('./pages/review.js')).reviewPage()
  if (!who) return tellNotKept()
  // A teacher's pages keep nothing: what they show is other people's work.
  const store = role === 'teacher' ? Store.inMemory() : await Store.open(who.id)
  closers.push(() => { store.closed = true })
  if (shell) return (await import('./pages/offline.js')).offlinePage(shell, store)
  if (find('#trail-data') && find('#trail')) await trailPage(store)
  else requestIdleCallback(() => void loadKatex(), { timeout: 4000 })
  if (role !== 'teacher') await keep(store)
}

/** @param {Store} store */
async function trailPage (store) {
  const { TrailPage } = await import('./trail/page.js')
  const page = new TrailPage(store)
  closers.push(() => page.close())
  page.socket.addEventListener('signedout', () => gone(stop))
  const { offers } = await import('./trail/offers.js')
  page.offer(await offers(page.trail, store))
}

/** Bring the list up to date, then whole trails, then the search box. @param {Store} store */
async function keep (store) {
  const { fetchWhole, syncTrails } = await import('./store/sync.js')
  await syncTrails(store).catch(() => [])
  const root = find('#trail-search')
  if (root) await (await import('./pages/trail-list.js')).searchTrails(root, store)
  if (root && !(window.isSecureContext && store.lasting)) root.before(el('p', { class: 'small' }, offlineWords(store)))
  await register()
  await fetchWhole(store)
}

/** @param {Store} store */
function offlineWords (store) {
  return store.lasting
    ? 'Reading offline is off at this address: it needs HTTPS, or this computer itself.'
    : 'This browser does not keep data for this page, so your trails cannot be read offline here.'
}

async function register () {
  if (!window.isSecureContext || !navigator.serviceWorker) return
  await navigator.serviceWorker.register('/sw.js', { scope: '/', updateViaCache: 'none' }).catch((error) => console.info('Offline reading is off:', String(error)))
}

function tellNotKept () {
  if (shell) shell.append(el('div', { class: 'empty' }, el('p', {}, 'You are offline.'), el('p', {}, 'Nobody is signed in in this browser, so nothing is kept here.')))
}

function stop () {
  for (const close of closers.splice(0)) close()
}

void begin()
