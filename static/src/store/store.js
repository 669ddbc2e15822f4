// What this browser keeps of a student's trails, so that they can be read with the network off and
// a broken stream goes on from where it was. The server has everything; losing this loses nothing.

import { MemoryTables } from './memory.js'

/** @typedef {import('../stream/protocol.js').Session} Session */
/** @typedef {{id: string, updated_at: string, problem: any, attempts?: any, generations?: any, verdict?: string}} TrailHead */
/** @typedef {{gen: string, trail: string, b: number, n: number, se: Session, text: string}} Chunk */
/** @typedef {{se: Session, n: number, text: string}} SavedLog */

/**
 * @typedef {object} Tables  what IndexedDB and the memory both offer
 * @property {(heads: TrailHead[]) => Promise<void>} putHeads
 * @property {() => Promise<TrailHead[]>} heads
 * @property {(detail: any) => Promise<void>} putDetail
 * @property {(id: string) => Promise<any>} detail
 * @property {() => Promise<any[]>} details
 * @property {(chunk: Chunk) => Promise<void>} putChunk
 * @property {(gen: string) => Promise<Chunk[]>} chunks
 * @property {(gen: string) => Promise<void>} dropChunks
 * @property {(key: string) => Promise<any>} note
 * @property {(key: string, value: any) => Promise<void>} putNote
 * @property {() => Promise<void>} destroy
 */

const PREFIX = 'thinktrail:'

export class Store {
  /** @param {string} user */
  static async open (user) {
    const store = Store.inMemory()
    if (!globalThis.indexedDB) return store
    try {
      const { DexieTables } = await import('./dexie.js')
      store.tables = await DexieTables.open(PREFIX + user)
      store.lasting = true
    } catch (error) {
      console.info('The local store is off:', String(error))
    }
    return store
  }

  static inMemory () {
    return new Store(new MemoryTables(), false)
  }

  /** @param {Tables} tables @param {boolean} lasting */
  constructor (tables, lasting) {
    this.tables = tables
    this.lasting = lasting
    this.closed = false
  }

  /**
   * Run one operation; when the browser's database fails for good (full, lost, forbidden) go on in
   * memory, because a trail on the screen matters more than its copy on the disk.
   * @template T
   * @param {(tables: Tables) => Promise<T>} operation
   * @param {T} otherwise
   * @returns {Promise<T>}
   */
  async with (operation, otherwise) {
    if (this.closed) return otherwise
    try {
      return await operation(this.tables)
    } catch (error) {
      if (this.closed) return otherwise
      console.info('The local store failed, going on in memory:', String(error))
      this.lasting = false
      this.tables = new MemoryTables()
      document.dispatchEvent(new CustomEvent('store-lost'))
      return operation(this.tables).catch(() => otherwise)
    }
  }

  /** The text of a generation as far as it was kept. @param {string} gen @returns {Promise<SavedLog | null>} */
  async log (gen) {
    return chained(await this.with((t) => t.chunks(gen), []))
  }

  /** Delete everything of this user here. */
  async destroy () {
    this.closed = true
    await this.tables.destroy()
  }
}

/**
 * The longest run of chunks from token 0 where each begins where the one before ended. Two tabs may
 * have cut the same text at different places; any unbroken chain is right.
 * @param {Chunk[]} chunks
 * @returns {SavedLog | null}
 */
export function chained (chunks) {
  const byBase = new Map(chunks.map((chunk) => [chunk.b, chunk]))
  const first = byBase.get(0)
  if (!first) return null
  const log = { se: first.se, n: 0, text: '' }
  for (let chunk = /** @type {Chunk | undefined} */ (first); chunk && chunk.se === log.se; chunk = byBase.get(log.n)) {
    log.text += chunk.text
    if (chunk.n <= log.n) break
    log.n = chunk.n
  }
  return log
}
