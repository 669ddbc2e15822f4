// The trail's JSON, as `GET /api/trails/<id>/` gives it and the page carries it.

/** @typedef {import('../stream/protocol.js').Check} Check */
/** @typedef {import('../stream/protocol.js').State} State */
/** @typedef {import('../render/margin.js').Mark} Mark */

/**
 * @typedef {object} GenerationEntry
 * @property {'generation'} type
 * @property {string} id
 * @property {string} at
 * @property {string} [purpose]
 * @property {State} state
 * @property {number} n
 * @property {string} text
 * @property {string} [sha256]
 * @property {string} finish_reason
 * @property {string} [error]
 * @property {string} answer
 * @property {boolean | null} [format_ok]
 * @property {string} verdict
 * @property {string} [verdict_reason]
 * @property {Check[]} checks
 * @property {{trail: string, title: string, text: string}[]} context
 * @property {string} model
 */

/**
 * @typedef {object} TrailJson
 * @property {string} id
 * @property {{slug: string, title: string, kind: 'math' | 'code', level: number, topics: string[], statement: string, family?: string, has_reference?: boolean}} problem
 * @property {{ok: boolean, reason: string}} help
 * @property {string} draft
 * @property {any[]} entries
 * @property {Mark[]} marks
 */

/** @typedef {{state: string, model: string, strengths: string[], message: string}} Engine */

/** @param {State} state */
export function ended (state) {
  return state === 'done' || state === 'cancelled' || state === 'failed'
}

/** @param {string} gen @param {Partial<GenerationEntry>} [known] @returns {GenerationEntry} */
export function newGeneration (gen, known = {}) {
  return {
    type: 'generation', id: gen, at: new Date().toISOString(), state: 'queued', n: 0, text: '',
    finish_reason: '', answer: '', verdict: '', checks: [], context: [], model: '', ...known
  }
}
