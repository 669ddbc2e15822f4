// Whose store is open, and its end: signing out removes everything here and tells the other tabs.

import { all, el, find } from '../dom.js'

const USER = 'thinktrail:user'
const channel = globalThis.BroadcastChannel ? new BroadcastChannel('thinktrail') : null

/** @typedef {{id: string, name: string}} Who */

/** Who is signed in on this page, from the server. @returns {Who | null} */
export function signedIn () {
  const { user, username } = document.documentElement.dataset
  return user ? { id: user, name: username ?? '' } : null
}

/** Who was last signed in in this browser: only the offline page asks. @returns {Who | null} */
export function lastUser () {
  try {
    return JSON.parse(localStorage.getItem(USER) ?? 'null')
  } catch {
    return null
  }
}

/**
 * Remember who is here; what an earlier user left behind goes.
 * @param {Who | null} who
 */
export async function arrive (who) {
  const before = lastUser()
  if (before && before.id !== who?.id) await forget(before.id)
  try {
    if (who) localStorage.setItem(USER, JSON.stringify(who))
  } catch { /* private windows refuse; then nothing is kept either */ }
}

/** Keep a small choice of this student in this browser. @param {string} name @param {string} value */
export function remember (name, value) {
  const who = signedIn()
  try {
    if (who) localStorage.setItem(`thinktrail:${who.id}:${name}`, value)
  } catch { /* as above */ }
}

/** @param {string} name @returns {string | null} */
export function recall (name) {
  const who = signedIn()
  try {
    return who && localStorage.getItem(`thinktrail:${who.id}:${name}`)
  } catch {
    return null
  }
}

/** @param {string} user */
async function forget (user) {
  try {
    for (const key of Object.keys(localStorage)) if (key === USER || key.startsWith(`thinktrail:${user}:`)) localStorage.removeItem(key)
    await deleteDatabase(`thinktrail:${user}`)
  } catch (error) {
    console.info('Could not clear the local store:', String(error))
  }
}

/** @param {string} name @returns {Promise<void>} */
function deleteDatabase (name) {
  return new Promise((resolve) => {
    if (!globalThis.indexedDB) return resolve()
    const request = indexedDB.deleteDatabase(name)
    request.onsuccess = request.onerror = () => resolve()
    setTimeout(resolve, 1500) // a tab that does not let go must not keep anyone signed in
  })
}

/**
 * Clear on sign-out here, and stop when another tab signs out.
 * @param {() => void} stop close sockets and stores of this page
 */
export function watchSignOut (stop) {
  for (const form of all('form[data-signout]')) {
    form.addEventListener('submit', (event) => void leave(event, /** @type {HTMLFormElement} */ (form), stop), { once: true })
  }
  channel?.addEventListener('message', (event) => {
    if (event.data?.type === 'signed-out') gone(stop)
  })
}

/** @param {Event} event @param {HTMLFormElement} form @param {() => void} stop */
async function leave (event, form, stop) {
  event.preventDefault()
  const who = signedIn()
  stop()
  channel?.postMessage({ type: 'signed-out' })
  sessionStorage.clear()
  if (who) await forget(who.id)
  if (navigator.serviceWorker?.controller) navigator.serviceWorker.controller.postMessage('signed-out')
  form.submit()
}

/** Another tab signed out: nothing of the student stays on this screen. @param {() => void} stop */
export function gone (stop) {
  stop()
  sessionStorage.clear()
  delete document.documentElement.dataset.user
  find('header.top nav')?.remove()
  find('#main')?.replaceChildren(el('div', { class: 'empty' },
    el('p', {}, 'You signed out.'), el('p', {}, el('a', { href: '/accounts/login/' }, 'Sign in again'))))
}

/** Tell the other tabs something. @param {any} message */
export function tell (message) {
  channel?.postMessage(message)
}

/** @param {(message: any) => void} heard */
export function hear (heard) {
  channel?.addEventListener('message', (event) => heard(event.data))
}
