// The student's own lines: typed plainly, shown as mathematics below, checked on request, and
// never lost: the draft goes to the server, and to this tab until it has arrived.

import { all, announce, el, find } from '../dom.js'
import { send } from '../net.js'
import { writeMargin } from '../render/margin.js'
import { plainMath } from '../math/plain.js'
import { inlineMarkdown } from '../render/markdown.js'
import { typesetNow } from '../math/typeset.js'

/** @typedef {import('../stream/protocol.js').Check} Check */

const DRAFT_PAUSE = 1200

export class WorkSheet {
  #area = /** @type {HTMLTextAreaElement | null} */ (find('#working') ?? find('#program'))
  #lines = find('#work-lines')
  #form = /** @type {HTMLFormElement | null} */ (find('#work-form'))
  #divergence = find('#divergence')
  /** @type {Check[]} */
  #checks = []
  #checkedText = ''
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer

  /** @param {string} trail */
  constructor (trail) {
    this.trail = trail
    if (!this.#area) return
    const unsent = this.#unsent()
    const early = this.#area.value !== this.#area.defaultValue // typed before this script arrived
    if (!early && unsent !== null) this.#area.value = unsent
    this.#area.addEventListener('input', () => this.#typed())
    this.#form?.addEventListener('submit', (event) => this.#submitting(event))
    addEventListener('pagehide', () => this.#keep())
    if (early) this.#typed()
    this.#grow()
    this.#draw()
    const again = find('#again')
    if (again && !this.text) again.hidden = false
    again?.addEventListener('click', () => this.#again(again))
  }

  get text () {
    return this.#area?.value ?? ''
  }

  /** What has not reached the server; null too when it was submitted after all. @returns {string | null} */
  #unsent () {
    const { draft, attempt_id: attempt } = JSON.parse(sessionStorage.getItem(this.#key) ?? '{}')
    if (find(`.attempt[data-attempt="${attempt}"]`)?.dataset.source !== draft) return draft
    sessionStorage.removeItem(this.#key)
    return null
  }

  get #key () {
    return `unsent:${this.trail}`
  }

  get #draft () {
    return { draft: this.text, attempt_id: this.#attempt }
  }

  /** The id that these lines will have once they are submitted. */
  get #attempt () {
    return /** @type {HTMLInputElement | null} */ (this.#form?.elements.namedItem('attempt_id'))?.value ?? ''
  }

  #typed () {
    sessionStorage.setItem(this.#key, JSON.stringify(this.#draft))
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#keep(), DRAFT_PAUSE)
    this.#grow()
    this.#draw()
  }

  /** Go on from the lines of the last attempt. @param {HTMLElement} button */
  #again (button) {
    if (!this.#area) return
    this.#area.value = all('.attempt').at(-1)?.dataset.source ?? ''
    button.hidden = true
    this.#area.dispatchEvent(new Event('input'))
    this.#area.focus()
  }

  /** A text area as tall as its text: one sheet, no scroll bar in it. */
  #grow () {
    if (!this.#area || this.#area.id !== 'working') return
    this.#area.style.height = 'auto'
    this.#area.style.height = `${this.#area.scrollHeight + 2}px`
  }

  async #keep () {
    clearTimeout(this.#timer)
    const draft = this.#draft
    if (sessionStorage.getItem(this.#key) === null) return
    try {
      const { saved } = await send(`/api/trails/${this.trail}/draft`, 'PUT', draft)
      if (saved && this.text === draft.draft) sessionStorage.removeItem(this.#key)
      this.#state(saved ? 'kept' : 'kept in this tab')
    } catch {
      this.#state('kept in this tab until the server is back')
    }
  }

  /** @param {string} words */
  #state (words) {
    const node = find('#draft-state')
    if (node) node.textContent = words
  }

  /** The lines as mathematics, and what was said of those not changed since. */
  #draw () {
    if (!this.#lines || !this.#area) return
    const lines = this.text.split('\n')
    const before = this.#checkedText.split('\n')
    const worth = this.#checks.length > 0 || lines.some((line) => plainMath(line) !== line || /[$\\]/.test(line))
    if (!worth) return this.#lines.replaceChildren()
    this.#lines.replaceChildren(...lines.flatMap((line, number) => {
      if (!line.trim()) return []
      const row = el('div', { class: 'line' }, el('p', {}, ...inlineMarkdown(plainMath(line))))
      if (before[number] === line) writeMargin(row, this.#checks.filter((check) => check.line === number).map((check) => ({ ...check, key: false })))
      return [row]
    }))
    typesetNow(this.#lines)
  }

  /** @param {SubmitEvent} event */
  #submitting (event) {
    const button = /** @type {HTMLButtonElement | null} */ (event.submitter)
    if (button?.id === 'check') {
      event.preventDefault()
      void this.#check(button)
      return
    }
    sessionStorage.removeItem(this.#key)
    if (button) requestAnimationFrame(() => { button.disabled = true })
  }

  /** @param {HTMLButtonElement} button */
  async #check (button) {
    if (!this.text.trim()) {
      this.#say('Write a line first; then its steps can be checked.')
      this.#area?.focus()
      return
    }
    button.disabled = true
    const text = this.text
    try {
      const body = new FormData()
      body.set('working', text)
      body.set('attempt_id', this.#attempt)
      const { checks, divergence } = await send(button.formAction, 'POST', body)
      this.#checks = checks
      this.#checkedText = text
      this.#draw()
      this.#say(summary(checks, divergence))
    } catch (error) {
      this.#say(error instanceof Error ? error.message : String(error))
    } finally {
      button.disabled = false
    }
  }

  /** @param {string} words */
  #say (words) {
    if (!this.#divergence) return
    this.#divergence.hidden = false
    this.#divergence.textContent = words
    announce(words)
  }
}

/** @param {Check[]} checks @param {{line: number | null, reason: string} | null | undefined} divergence */
function summary (checks, divergence) {
  const of = (/** @type {Check['status']} */ status) => checks.filter((c) => c.status === status).length
  const parts = [`${of('checked')} checked`, `${of('contradicted')} contradicted`, `${of('unchecked')} that no rule could check`]
  const road = divergence && divergence.line !== null && divergence.line !== undefined
    ? ` Line ${divergence.line + 1} is where your road leaves the checked one${divergence.reason ? `: ${divergence.reason}` : ''}.`
    : ''
  return `${parts.join(', ')}.${road}`
}
