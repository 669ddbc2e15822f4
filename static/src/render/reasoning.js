// The sheet of one generation: rows of its text in folding parts, with the margin beside them.
// Text only ever grows here; rows that are closed are built once and never touched again, except
// that their formulas are set when they come near the screen and their margin when checks arrive.

import { el } from '../dom.js'
import { LazyTypesetter } from '../math/typeset.js'
import { writeMargin } from './margin.js'
import { Region } from './region.js'
import { RowScanner } from './rows.js'
import { rowElement } from './row.js'

/** @typedef {import('../stream/protocol.js').Check} Check */
/** @typedef {import('./margin.js').Mark} Mark */
/** @typedef {import('./rows.js').Row} Row */

export class Reasoning {
  #scanner = new RowScanner()
  #lazy = new LazyTypesetter()
  /** @type {Region[]} */
  #regions = []
  /** @type {Map<number, HTMLElement>} first row of each line */
  #byLine = new Map()
  #built = 0
  #length = 0
  #blank = false
  /** @type {HTMLElement | null} */
  #tail = null
  /** @type {Check[]} */
  #checks = []
  /** @type {Mark[]} */
  #marks = []

  /** @param {HTMLElement} root @param {{live: boolean}} options */
  constructor (root, { live }) {
    this.root = root
    this.live = live
    this.#region('reply')
  }

  /** Show this text, which goes on from what was shown before. @param {string} text */
  show (text) {
    if (text.length < this.#length) this.clear()
    this.#scanner.feed(text.slice(this.#length))
    this.#length = text.length
    this.#build()
    this.#drawTail()
  }

  /** The text is complete. @param {string} text */
  finish (text) {
    this.live = false
    this.show(text)
    this.#scanner.finish()
    this.#build()
    this.#drawTail()
    const rows = this.#byLine.size
    for (const region of this.#regions) region.settle(rows)
    this.#drawMargins()
  }

  clear () {
    this.#scanner = new RowScanner()
    this.#byLine.clear()
    this.#built = this.#length = 0
    this.#tail = null
    this.#regions = []
    this.root.replaceChildren()
    this.#region('reply')
  }

  /** @param {Check[]} checks */
  setChecks (checks) {
    this.#checks = checks
    if (!this.live) this.#drawMargins()
  }

  /** @param {Mark[]} marks */
  setMarks (marks) {
    this.#marks = marks
    if (!this.live) this.#drawMargins()
  }

  /** What it is doing now: the title of the part being written, or its last whole line. */
  get doing () {
    return this.#regions.at(-1)?.doing ?? ''
  }

  #build () {
    for (; this.#built < this.#scanner.rows.length; this.#built++) {
      const row = /** @type {Row} */ (this.#scanner.rows[this.#built])
      if (row.kind === 'tag') this.#turn(row.raw)
      else if (row.kind === 'blank' || !row.raw.trim()) this.#blank = true
      else this.#add(row)
    }
  }

  /** @param {Row} row */
  #add (row) {
    const seen = this.#tail?.isConnected ?? false
    this.#tail?.remove()
    this.#tail = null
    const node = rowElement(row, seen) // what was set while it was written stays set
    if (this.#blank) node.classList.add('apart')
    const region = /** @type {Region} */ (this.#regions.at(-1))
    region.add(row, node, this.#blank, this.live)
    this.#blank = false
    for (let line = row.line; line <= row.last; line++) {
      if (!this.#byLine.has(line)) this.#byLine.set(line, node)
    }
    this.#lazy.watch(node)
  }

  /** A think tag: reasoning the model wrote for itself begins or ends. @param {string} tag */
  #turn (tag) {
    const now = /** @type {Region} */ (this.#regions.at(-1))
    if (tag === '<think>') {
      if (now.empty) now.become('thinking')
      else this.#region('thinking')
    } else {
      if (now.name === 'reply') now.become('thinking')
      now.fold(this.live)
      this.#region('reply')
    }
  }

  /** @param {'thinking' | 'reply'} name */
  #region (name) {
    const region = new Region(name)
    this.#regions.push(region)
    this.root.append(region.node)
  }

  #drawTail () {
    const row = this.#scanner.tail
    if (!row || !row.raw.trim()) {
      this.#tail?.remove()
      this.#tail = null
      return
    }
    const node = rowElement({ ...row, raw: row.raw.replace(/<\/?(t|th|thi|thin|think)?$/, '') }, true, true)
    if (this.#blank) node.classList.add('apart')
    node.classList.add('writing')
    if (this.#tail) this.#tail.replaceWith(node)
    else /** @type {Region} */ (this.#regions.at(-1)).place(node)
    this.#tail = node
  }

  #drawMargins () {
    /** @type {Map<HTMLElement, {checks: Check[], marks: Mark[]}>} */
    const said = new Map()
    const at = (/** @type {number} */ line) => {
      const node = this.#byLine.get(line)
      if (!node) return undefined
      if (!said.has(node)) said.set(node, { checks: [], marks: [] })
      return said.get(node)
    }
    for (const check of this.#checks) at(check.line)?.checks.push(check)
    for (const mark of this.#marks) at(mark.line)?.marks.push(mark)
    for (const [node, { checks, marks }] of said) writeMargin(node, checks, marks)
    for (const region of this.#regions) region.count(said)
  }
}

/** A whole text at once, for saved trails. @param {HTMLElement} root @param {string} text @param {Check[]} checks @param {Mark[]} [marks] */
export function showReasoning (root, text, checks, marks = []) {
  root.replaceChildren()
  const reasoning = new Reasoning(root, { live: false })
  reasoning.setChecks(checks)
  reasoning.setMarks(marks)
  reasoning.finish(text)
  if (!text.trim()) root.append(el('p', { class: 'aside' }, 'Nothing was written.'))
  return reasoning
}
