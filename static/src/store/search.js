// The page's side of the search worker.

/** @typedef {{id: string, title: string, topics: string, statement: string, work: string, when: string}} Card */
/** @typedef {{id: string, title: string, when: string, score: number}} Found */

const WORK_KEPT = 600 // characters of a trail's own work on its card

export class Search {
  #worker = new Worker(new URL('./search-worker.js', import.meta.url), { type: 'module' })
  #asked = 0
  /** @type {Map<number, (found: Found[]) => void>} */
  #waiting = new Map()

  constructor () {
    this.#worker.onmessage = ({ data }) => {
      this.#waiting.get(data.n)?.(data.found)
      this.#waiting.delete(data.n)
    }
  }

  /** @param {import('./store.js').Store} store */
  async fill (store) {
    const heads = await store.with((t) => t.heads(), [])
    const details = new Map((await store.with((t) => t.details(), [])).map((detail) => [detail.id, detail]))
    this.#worker.postMessage({ type: 'cards', cards: heads.map((head) => card(head, details.get(head.id))) })
    return heads.length
  }

  /** Trails that hold all these words. @param {string} text @returns {Promise<Found[]>} */
  words (text) {
    return this.#ask('words', text)
  }

  /** Trails like this text. @param {string} text @returns {Promise<Found[]>} */
  like (text) {
    return this.#ask('like', text)
  }

  /** @param {'words' | 'like'} type @param {string} text @returns {Promise<Found[]>} */
  #ask (type, text) {
    const n = ++this.#asked
    return new Promise((resolve) => {
      this.#waiting.set(n, resolve)
      this.#worker.postMessage({ type, n, text })
    })
  }

  close () {
    this.#worker.terminate()
  }
}

/** @param {import('./store.js').TrailHead} head @param {any} detail @returns {Card} */
function card (head, detail) {
  const work = (detail?.entries ?? []).map((/** @type {any} */ e) => [e.working, e.answer, e.type === 'generation' ? e.text?.slice(-300) : ''].filter(Boolean).join(' '))
  return {
    id: head.id,
    title: head.problem.title,
    topics: (head.problem.topics ?? []).join(' '),
    statement: head.problem.statement ?? '',
    work: work.join(' ').slice(0, WORK_KEPT),
    when: head.updated_at
  }
}
