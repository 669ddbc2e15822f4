// My trails: search as you type, over what this browser keeps, so that it works offline too.

import { el, find } from '../dom.js'
import { Search } from '../store/search.js'
import { inlineMarkdown } from '../render/markdown.js'
import { typeset } from '../math/typeset.js'
import { monthDay } from '../trail/times.js'

const PAUSE = 120

/**
 * @param {HTMLElement} root where the box goes
 * @param {import('../store/store.js').Store} store
 */
export async function searchTrails (root, store) {
  const list = find('#trail-list')
  const search = new Search()
  const count = await search.fill(store)
  if (!count) return search.close()
  const box = el('input', { type: 'search', id: 'trail-words', autocomplete: 'off', placeholder: 'words, a topic, a number' })
  const found = el('ol', { class: 'rows found', hidden: true })
  const told = el('p', { class: 'small', role: 'status' })
  root.replaceChildren(el('div', { class: 'field' }, el('label', { for: 'trail-words' }, 'Search your trails'), box), told, found)
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer
  box.addEventListener('input', () => {
    clearTimeout(timer)
    timer = setTimeout(() => void show(), PAUSE)
  })
  async function show () {
    const words = box.value.trim()
    const hits = words ? await search.words(words) : []
    if (words !== box.value.trim()) return
    found.hidden = !words
    if (list) list.hidden = Boolean(words)
    told.textContent = !words ? '' : hits.length ? '' : root.dataset.empty ?? 'No trail has these words.'
    found.replaceChildren(...hits.map((hit) => el('li', {}, el('a', { href: `/trails/${hit.id}/` }, ...inlineMarkdown(hit.title)), el('span', { class: 'small' }, ` ${monthDay(hit.when)}`))))
    void typeset(found)
  }
  return search
}
