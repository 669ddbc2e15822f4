// Keeps a growing text: a chunk every 4 kB or 750 ms, and when the page goes away.

/** @typedef {import('./store.js').Store} Store */
/** @typedef {import('../stream/log.js').TokenLog} TokenLog */

const CHUNK = 4096
const PAUSE = 750

export class LogWriter {
  #kept = { n: 0, length: 0 }
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer
  #flush = () => this.flush()

  /** @param {Store} store @param {string} gen @param {string} trail @param {TokenLog} log */
  constructor (store, gen, trail, log) {
    this.store = store
    this.gen = gen
    this.trail = trail
    this.log = log
    this.#kept = { n: log.n, length: log.text.length }
    addEventListener('pagehide', this.#flush)
  }

  /** The log has grown. */
  grown () {
    if (this.log.text.length - this.#kept.length >= CHUNK) this.flush()
    else this.#timer ??= setTimeout(this.#flush, PAUSE)
  }

  flush () {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const { n, length } = this.#kept
    if (this.log.n <= n) return
    const chunk = { gen: this.gen, trail: this.trail, b: n, n: this.log.n, se: this.log.se, text: this.log.text.slice(length) }
    this.#kept = { n: this.log.n, length: this.log.text.length }
    void this.store.with((t) => t.putChunk(chunk), undefined)
  }

  /** The log was replaced: keep it as one chunk from token 0. */
  async replaced () {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const log = { n: this.log.n, se: this.log.se, text: this.log.text }
    this.#kept = { n: log.n, length: log.text.length }
    await this.store.with((t) => t.dropChunks(this.gen), undefined)
    if (log.n > 0) await this.store.with((t) => t.putChunk({ gen: this.gen, trail: this.trail, b: 0, ...log }), undefined)
  }

  close () {
    this.flush()
    removeEventListener('pagehide', this.#flush)
  }
}
