// The page the service worker shows when the server is away: it reads this browser's own store.

import { el, find } from '../dom.js'
import { inlineMarkdown } from '../render/markdown.js'
import { typeset } from '../math/typeset.js'
import { chained } from '../store/store.js'
import { searchTrails } from './trail-list.js'
import { savedTrail } from './saved-trail.js'
import { monthDay } from '../trail/times.js'

const TRAIL = /^\/trails\/([0-9a-f-]{36})\//

/** @param {HTMLElement} shell @param {import('../store/store.js').Store} store */
export async function offlinePage (shell, store) {
  const id = TRAIL.exec(location.pathname)?.[1]
  const detail = id ? await store.with((t) => t.detail(id), null) : null
  if (detail) {
    await addRunning(store, detail)
    document.title = detail.problem.title
    shell.replaceChildren(el('p', { class: 'small' }, 'You are offline. This is your trail as this browser kept it. ',
      el('a', { href: '/trails/' }, 'My trails')), savedTrail(detail))
    return void typeset(shell)
  }
  await list(shell, store, Boolean(id))
  // Never by itself: a network that comes and goes would take away what is typed or just opened.
  addEventListener('online', () => shell.querySelector('p')?.append(' The network is back: ',
    el('a', { href: location.pathname }, 'show everything')), { once: true })
}

/** What had arrived of a generation that was running when the network went. @param {import('../store/store.js').Store} store @param {any} detail */
async function addRunning (store, detail) {
  for (const entry of detail.entries) {
    if (entry.type !== 'generation' || entry.text) continue
    const log = chained(await store.with((t) => t.chunks(entry.id), []))
    if (log) entry.text = log.text
  }
}

/** @param {HTMLElement} shell @param {import('../store/store.js').Store} store @param {boolean} missing */
async function list (shell, store, missing) {
  const heads = await store.with((t) => t.heads(), [])
  const kept = new Set((await store.with((t) => t.details(), [])).map((d) => d.id))
  const rows = heads.map((head) => el('li', { 'data-trail': head.id },
    kept.has(head.id) ? el('a', { href: `/trails/${head.id}/` }, ...inlineMarkdown(head.problem.title)) : el('span', {}, ...inlineMarkdown(head.problem.title)),
    el('span', { class: 'small' }, ` ${monthDay(head.updated_at)}${kept.has(head.id) ? '' : ' · needs the network'}`)))
  const box = el('div', { id: 'trail-search', 'data-empty': 'No kept trail has these words.' })
  shell.replaceChildren(
    el('h1', {}, 'My trails'),
    el('p', { class: 'small' }, missing ? 'You are offline, and this trail was not kept in this browser.' : 'You are offline. These are kept in this browser.'),
    box,
    rows.length ? el('ul', { class: 'rows', id: 'trail-list' }, ...rows) : el('div', { class: 'empty' }, el('p', {}, 'Nothing is kept here yet.'), el('p', {}, 'Trails you open while online can be read offline afterwards.')))
  void typeset(shell)
  if (rows.length) await searchTrails(find('#trail-search') ?? box, store)
}
