// The tables in IndexedDB. Chunks are only ever added: rewriting one growing row would write the
// whole text again every time.

import { Dexie } from 'dexie'

/** @typedef {import('./store.js').Tables} Tables */
/** @typedef {import('./store.js').TrailHead} TrailHead */
/** @typedef {import('./store.js').Chunk} Chunk */

/** @implements {Tables} */
export class DexieTables {
  /** @param {string} name */
  static async open (name) {
    const db = new Dexie(name, { cache: 'disabled', chromeTransactionDurability: 'relaxed' })
    db.version(1).stores({
      heads: 'id, updated_at',
      details: 'id',
      chunks: '[gen+b]',
      notes: 'key'
    })
    // Another tab deletes (sign-out) or upgrades: let go at once, or it would wait for ever.
    db.on('versionchange', () => { db.close({ disableAutoOpen: true }) })
    await db.open()
    return new DexieTables(db)
  }

  /** @param {Dexie} db */
  constructor (db) {
    this.db = db
  }

  /** @param {TrailHead[]} heads */
  async putHeads (heads) {
    await this.db.table('heads').bulkPut(heads)
  }

  /** @returns {Promise<TrailHead[]>} */
  heads () {
    return this.db.table('heads').orderBy('updated_at').reverse().toArray()
  }

  /** @param {any} detail */
  async putDetail (detail) {
    await this.db.table('details').put(detail)
  }

  /** @param {string} id */
  async detail (id) {
    return (await this.db.table('details').get(id)) ?? null
  }

  details () {
    return this.db.table('details').toArray()
  }

  /** @param {Chunk} chunk */
  async putChunk (chunk) {
    await this.db.table('chunks').put(chunk)
  }

  /** @param {string} gen @returns {Promise<Chunk[]>} */
  chunks (gen) {
    return this.db.table('chunks').where('[gen+b]').between([gen, Dexie.minKey], [gen, Dexie.maxKey]).toArray()
  }

  /** @param {string} gen */
  async dropChunks (gen) {
    await this.db.table('chunks').where('[gen+b]').between([gen, Dexie.minKey], [gen, Dexie.maxKey]).delete()
  }

  /** @param {string} key */
  async note (key) {
    return (await this.db.table('notes').get(key))?.value ?? null
  }

  /** @param {string} key @param {any} value */
  async putNote (key, value) {
    await this.db.table('notes').put({ key, value })
  }

  async destroy () {
    await this.db.delete({ disableAutoOpen: true })
  }
}
