// Asking the tutor: earlier trails to re-use, a warning where the model is out of its depth, and
// the question itself, which is one question however often the page is reloaded.

import { announce, el, find } from '../dom.js'
import { inlineMarkdown } from '../render/markdown.js'
import { typeset } from '../math/typeset.js'
import { newKey } from '../net.js'
import { monthDay } from './times.js'

/** @typedef {import('./entry.js').TrailJson} TrailJson */
/** @typedef {import('./entry.js').Engine} Engine */
/** @typedef {{id: string, title: string, when: string}} Offer */

const REUSE_AT_MOST = 3

export class AskPanel {
  #button = find('#ask')
  #panel = find('#ask-panel')
  #now = /** @type {HTMLButtonElement | null} */ (find('#ask-now'))
  #chips = find('#reuse')
  /** @type {Set<string>} */
  #taken = new Set()

  /**
   * @param {{trail: TrailJson, engine: Engine | null, socket: import('../stream/socket.js').Socket,
   *   began: (gen: string, state: any, sent: string[]) => void}} around
   */
  constructor (around) {
    this.around = around
    if (!this.#button || !this.#panel) return
    this.#button.hidden = false
    this.#button.addEventListener('click', () => this.#toggle())
    this.#now?.addEventListener('click', () => this.#ask())
    this.#warn()
    this.#again()
  }

  /** @param {Offer[]} offers */
  offer (offers) {
    if (!this.#chips || !offers.length) return
    this.#chips.hidden = false
    for (const offer of offers.slice(0, REUSE_AT_MOST)) this.#chips.append(this.#chip(offer))
    void typeset(this.#chips)
  }

  /** @param {Offer} offer */
  #chip (offer) {
    const sign = el('span', { class: 'sign', 'aria-hidden': 'true' }, '+')
    const chip = el('button', { type: 'button', class: 'chip', 'aria-pressed': 'false', 'data-reuse': offer.id },
      el('span', {}, ...inlineMarkdown(offer.title), offer.when ? `, ${monthDay(offer.when)}` : ''), sign)
    chip.addEventListener('click', () => {
      const taken = !this.#taken.has(offer.id)
      if (taken) this.#taken.add(offer.id)
      else this.#taken.delete(offer.id)
      chip.setAttribute('aria-pressed', String(taken))
      sign.textContent = taken ? '×' : '+'
    })
    return chip
  }

  #toggle () {
    const open = this.#panel?.hidden ?? false
    if (this.#panel) this.#panel.hidden = !open
    this.#button?.setAttribute('aria-expanded', String(open))
    if (open) this.#now?.focus()
  }

  #warn () {
    const words = find('#engine-words')
    const outside = find('#outside')
    const { engine, trail } = this.around
    if (!engine) return
    if (words) words.textContent = engine.state === 'ready' ? `The model “${engine.model}” answers.` : engine.message || 'The tutor’s engine is not up yet; your question will wait for it.'
    if (!outside || engine.state !== 'ready' || withinStrengths(engine, trail)) return
    outside.hidden = false
    outside.textContent = `The model “${engine.model}” was not measured to be good at this kind of problem. It may well be wrong here: trust only lines marked ✓.`
  }

  async #ask () {
    const start = { idem: newKey(), context: [...this.#taken] }
    sessionStorage.setItem(this.#pendingKey, JSON.stringify(start))
    await this.#send(start)
  }

  /** A question that was on its way when the page went away is asked again with the same key. */
  #again () {
    const pending = sessionStorage.getItem(this.#pendingKey)
    if (pending) void this.#send(JSON.parse(pending))
  }

  get #pendingKey () {
    return `start:${this.around.trail.id}`
  }

  /** @param {{idem: string, context: string[]}} start */
  async #send ({ idem, context }) {
    if (this.#now) this.#now.disabled = true
    this.#tell('')
    try {
      const accepted = await this.around.socket.start({
        type: 'start', idem, trail: this.around.trail.id, purpose: 'solve', options: context.length ? { context } : {}
      })
      this.around.began(accepted.gen, accepted.state, context)
      if (this.#panel && !this.#panel.hidden) this.#toggle()
      announce('Your question is with the tutor')
    } catch (error) {
      this.#tell(error instanceof Error ? error.message : String(error))
    } finally {
      sessionStorage.removeItem(this.#pendingKey)
      if (this.#now) this.#now.disabled = false
    }
  }

  /** @param {string} words */
  #tell (words) {
    this.#panel?.querySelector('.refused')?.remove()
    if (!words) return
    if (this.#panel?.hidden) this.#toggle()
    this.#panel?.append(el('p', { class: 'refused', role: 'alert' }, words))
  }
}

/** @param {Engine} engine @param {TrailJson} trail */
export function withinStrengths (engine, trail) {
  return engine.strengths.includes('*') || Boolean(trail.problem.family && engine.strengths.includes(trail.problem.family))
}
