// The same tables in memory: private windows, full disks, browsers without IndexedDB.

/** @typedef {import('./store.js').Tables} Tables */
/** @typedef {import('./store.js').TrailHead} TrailHead */
/** @typedef {import('./store.js').Chunk} Chunk */

/** @implements {Tables} */
export class MemoryTables {
  /** @type {Map<string, TrailHead>} */
  #heads = new Map()
  /** @type {Map<string, any>} */
  #details = new Map()
  /** @type {Map<string, Chunk[]>} */
  #chunks = new Map()
  /** @type {Map<string, any>} */
  #notes = new Map()

  /** @param {TrailHead[]} heads */
  async putHeads (heads) {
    for (const head of heads) this.#heads.set(head.id, head)
  }

  async heads () {
    return [...this.#heads.values()].sort((a, b) => b.updated_at.localeCompare(a.updated_at))
  }

  /** @param {any} detail */
  async putDetail (detail) {
    this.#details.set(detail.id, detail)
  }

  /** @param {string} id */
  async detail (id) {
    return this.#details.get(id) ?? null
  }

  async details () {
    return [...this.#details.values()]
  }

  /** @param {Chunk} chunk */
  async putChunk (chunk) {
    const kept = this.#chunks.get(chunk.gen) ?? []
    this.#chunks.set(chunk.gen, [...kept.filter((c) => c.b !== chunk.b), chunk])
  }

  /** @param {string} gen */
  async chunks (gen) {
    return this.#chunks.get(gen) ?? []
  }

  /** @param {string} gen */
  async dropChunks (gen) {
    this.#chunks.delete(gen)
  }

  /** @param {string} key */
  async note (key) {
    return this.#notes.get(key) ?? null
  }

  /** @param {string} key @param {any} value */
  async putNote (key, value) {
    this.#notes.set(key, value)
  }

  async destroy () {
    for (const map of [this.#heads, this.#details, this.#chunks, this.#notes]) map.clear()
  }
}
