// A program is judged on the desk a moment after it was sent: the page asks until it is there.

import { announce, find } from '../dom.js'
import { json } from '../net.js'
import { upgradeMath } from '../render/upgrade.js'
import { sayTimes } from './times.js'

const EVERY = 1000
const TRIES = 120

/** @param {string} trail */
export function watchPending (trail) {
  for (const node of document.querySelectorAll('.attempt[data-verdict="pending"]')) {
    void watch(trail, /** @type {HTMLElement} */ (node))
  }
}

/** @param {string} trail @param {HTMLElement} section */
async function watch (trail, section) {
  const id = section.dataset.attempt
  for (let tries = 0; tries < TRIES; tries++) {
    await new Promise((resolve) => setTimeout(resolve, EVERY))
    const whole = await json(`/api/trails/${trail}/`).catch(() => null)
    const entry = whole?.entries.find((/** @type {any} */ e) => e.type === 'attempt' && e.id === id)
    if (!entry || entry.verdict === 'pending') continue
    announce(entry.verdict === 'correct' ? 'Correct' : 'Judged')
    return redraw(section)
  }
}

/** The server's own drawing of the section, in place of the old one. @param {HTMLElement} section */
async function redraw (section) {
  const answer = await fetch(location.pathname, { credentials: 'same-origin' }).catch(() => null)
  if (!answer?.ok) return
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
  const fresh = page.getElementById(section.id)
  if (!fresh) return
  const node = document.adoptNode(fresh)
  section.replaceWith(node)
  sayTimes(node)
  await upgradeMath(node)
  find('#no-help') && page.getElementById('ask') && location.reload() // help has opened
}
