// A run of the reasoning: what the model thought for itself, or its reply. It holds parts that
// fold; a part's title is its heading or its first clause.

import { el } from '../dom.js'
import { typeset } from '../math/typeset.js'
import { counts, worst } from './margin.js'
import { inlineMarkdown } from './markdown.js'
import { headingOf, longEnough, shortened } from './sections.js'

/** @typedef {import('../stream/protocol.js').Check} Check */
/** @typedef {import('./rows.js').Row} Row */

const SHORT = 40 // rows of a whole reasoning up to which every part stays open

export class Region {
  /** @type {Part[]} */
  #parts = []
  #last = ''

  /** @param {'thinking' | 'reply'} name */
  constructor (name) {
    this.name = name
    this.caption = el('p', { class: 'region-name' })
    this.node = el('div', { class: 'region' }, this.caption)
    this.become(name)
  }

  get empty () {
    return this.#parts.length === 0
  }

  get doing () {
    return this.#parts.length > 1 ? this.#parts.at(-1)?.title ?? '' : this.#last
  }

  /** @param {'thinking' | 'reply'} name */
  become (name) {
    this.name = name
    this.node.dataset.region = name
    this.caption.textContent = name === 'thinking' ? 'Working it out' : 'The solution'
  }

  /**
   * @param {Row} row
   * @param {HTMLElement} node
   * @param {boolean} afterBlank
   * @param {boolean} live
   */
  add (row, node, afterBlank, live) {
    const heading = headingOf(row)
    const now = this.#parts.at(-1)
    if (!now || heading || longEnough(now.rows, afterBlank)) {
      if (live) now?.close()
      this.#open(heading?.title ?? shortened(row.raw), Boolean(heading))
    }
    const part = /** @type {Part} */ (this.#parts.at(-1))
    if (heading && !heading.shown) node.classList.add('titled') // the summary says it already
    part.add(node)
    this.#last = shortened(row.raw)
  }

  /** Put the row being written at the end. @param {HTMLElement} node */
  place (node) {
    if (!this.#parts.length) this.#open('')
    this.#parts.at(-1)?.node.append(node)
  }

  /** @param {string} title @param {boolean} [headed] */
  #open (title, headed = false) {
    const waiting = this.#parts.at(-1)
    if (waiting && waiting.rows === 0) return waiting.rename(title, headed)
    const part = new Part(title, headed)
    this.#parts.push(part)
    this.node.append(part.node)
  }

  /** The region is over: what was thought folds away when the reply begins. @param {boolean} live */
  fold (live) {
    if (live) for (const part of this.#parts) part.close()
  }

  /** The text is complete: long ones are folded. @param {number} rows of the whole reasoning */
  settle (rows) {
    this.node.classList.toggle('single', this.#parts.length < 2)
    for (const part of this.#parts) {
      if (this.name === 'thinking' ? this.#parts.length > 1 : rows > SHORT) part.close()
      else part.reopen()
    }
    if (this.name === 'reply') this.#parts.at(-1)?.reopen()
  }

  /** @param {Map<HTMLElement, {checks: Check[]}>} said */
  count (said) {
    for (const part of this.#parts) part.count(said)
  }
}

class Part {
  rows = 0
  #touched = false
  /** @type {HTMLElement[]} */
  #nodes = []

  /** @param {string} title @param {boolean} headed */
  constructor (title, headed) {
    this.title = title
    this.name = el('span', { class: 'part-title' })
    this.counted = el('span', { class: 'count' })
    const summary = el('summary', { onclick: () => { this.#touched = true } }, this.name, this.counted)
    this.node = el('details', { class: 'part', open: true }, summary)
    this.rename(title, headed)
  }

  /** @param {string} title @param {boolean} headed whether the text itself names the part */
  rename (title, headed) {
    this.title = title
    this.node.classList.toggle('headed', headed)
    this.name.replaceChildren(...inlineMarkdown(title))
    void typeset(this.name)
  }

  /** @param {HTMLElement} node */
  add (node) {
    this.rows += 1
    this.#nodes.push(node)
    this.node.append(node)
  }

  close () {
    if (!this.#touched) this.node.open = false
  }

  reopen () {
    if (!this.#touched) this.node.open = true
  }

  /** @param {Map<HTMLElement, {checks: Check[]}>} said */
  count (said) {
    const checks = this.#nodes.flatMap((node) => worst(said.get(node)?.checks ?? []) ?? [])
    this.counted.replaceChildren(...counts(checks))
  }
}
