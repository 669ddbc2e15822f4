// Earlier trails worth re-using for this problem: found here by likeness, else the server's own list.

import { inlined } from '../dom.js'
import { Search } from '../store/search.js'

/** @typedef {import('./ask.js').Offer} Offer */

const CLOSE = 0.35 // of the best hit's score: what is further away is not offered

/**
 * @param {import('./entry.js').TrailJson} trail
 * @param {import('../store/store.js').Store} store
 * @returns {Promise<Offer[]>}
 */
export async function offers (trail, store) {
  const allowed = /** @type {Offer[]} */ (inlined('reuse-data') ?? [])
  if (!allowed.length) return []
  const found = await like(trail, store).catch(() => [])
  const byId = new Map(allowed.map((offer) => [offer.id, offer]))
  const best = found[0]?.score ?? 0
  const local = found.filter((hit) => hit.score >= CLOSE * best).map((hit) => byId.get(hit.id)).filter((offer) => offer !== undefined)
  const rest = allowed.filter((offer) => !local.includes(offer))
  return [...local, ...rest].slice(0, 3)
}

/** @param {import('./entry.js').TrailJson} trail @param {import('../store/store.js').Store} store */
async function like (trail, store) {
  const search = new Search()
  try {
    if (!(await search.fill(store))) return []
    const { title, topics, statement } = trail.problem
    const hits = await search.like(`${title} ${topics.join(' ')} ${statement} ${trail.draft ?? ''}`)
    return hits.filter((hit) => hit.id !== trail.id)
  } finally {
    search.close()
  }
}
