// Brings a student's trails into the local store: the list first, then whole trails that changed.

import { json } from '../net.js'

/** @typedef {import('./store.js').Store} Store */
/** @typedef {import('./store.js').TrailHead} TrailHead */

const WHOLE_AT_ONCE = 12 // trails fetched whole per visit, newest first

/**
 * @param {Store} store
 * @returns {Promise<TrailHead[]>} heads that changed
 */
export async function syncTrails (store) {
  const after = await store.with((t) => t.note('synced'), null)
  const answer = await json(`/api/trails/${after ? `?after=${encodeURIComponent(after)}` : ''}`)
  /** @type {TrailHead[]} */
  const heads = Array.isArray(answer) ? answer : answer.trails
  if (!heads.length) return []
  await store.with((t) => t.putHeads(heads), undefined)
  const newest = heads.map((h) => h.updated_at).sort().at(-1)
  await store.with((t) => t.putNote('synced', newest), undefined)
  return heads
}

/** Fetch whole trails the store lacks or has in an older state. @param {Store} store */
export async function fetchWhole (store) {
  const heads = await store.with((t) => t.heads(), [])
  let fetched = 0
  for (const head of heads) {
    if (fetched >= WHOLE_AT_ONCE || store.closed) return
    const kept = await store.with((t) => t.detail(head.id), null)
    if (kept && kept.updated_at >= head.updated_at) continue
    const whole = await json(`/api/trails/${head.id}/`).catch(() => null)
    if (whole) await store.with((t) => t.putDetail({ ...whole, updated_at: head.updated_at }), undefined)
    fetched += 1
  }
}

/** One trail, after something of it was settled. @param {Store} store @param {string} id */
export async function refreshWhole (store, id) {
  const whole = await json(`/api/trails/${id}/`).catch(() => null)
  if (!whole) return
  await store.with((t) => t.putDetail(whole), undefined)
}
