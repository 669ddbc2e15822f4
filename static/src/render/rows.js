// Cuts a growing text into rows of the sheet. A row is a source line, or the few lines that one
// formula, code fence or table spans. Closed rows never change; only the tail is drawn again.

import { splitMath } from '../math/pieces.js'

/**
 * @typedef {'text' | 'blank' | 'fence' | 'table' | 'tag'} RowKind
 * @typedef {object} Row
 * @property {number} line    0-based first line of the whole text
 * @property {number} last    0-based last line
 * @property {string} raw     the source, its newline included
 * @property {RowKind} kind
 * @property {boolean} cont   goes on in the middle of a line that another row began
 */

const TAG = /<\/?think>/
const FENCE = /^\s*(`{3,}|~{3,})/
const LONG = 4096 // characters of one line before it is cut at a sentence
const LOST = 8192 // characters after which an unclosed formula is given up

export class RowScanner {
  /** @type {Row[]} closed rows, in order */
  rows = []
  #rest = '' // the open row: `raw` of what is not closed
  #scanned = 0 // length of #rest that is whole lines already looked at
  #line = 0 // line number where #rest begins
  #cont = false
  /** @type {RowKind} */
  #kind = 'text'
  #fence = ''

  /** Take more text; returns how many rows are closed now. @param {string} text */
  feed (text) {
    this.#rest += text
    while (this.#step());
    return this.rows.length
  }

  /** Close what is open: the text is complete. */
  finish () {
    if (this.#rest) this.#close(this.#rest.length)
    return this.rows
  }

  /** The open row, or null when the text ends with a newline. @returns {Row | null} */
  get tail () {
    if (!this.#rest) return null
    return row(this.#rest, this.#line, this.#cont, this.#kindOf(this.#rest))
  }

  /** One decision about the text not looked at yet; false when more text is needed. */
  #step () {
    const end = this.#rest.indexOf('\n', this.#scanned)
    const line = this.#rest.slice(this.#scanned, end < 0 ? undefined : end)
    if (this.#cutTag(line) || this.#cutLong()) return true
    if (end < 0) return false
    if (this.#scanned === 0 && !this.#cont) this.#open(line)
    this.#take(line, end + 1)
    return true
  }

  /** A think tag ends the row before it and is a row of its own. @param {string} line */
  #cutTag (line) {
    const hit = TAG.exec(line)
    if (!hit || (this.#kind === 'fence' && hit.index > 0)) return false
    const at = this.#scanned + hit.index
    if (at > 0) this.#close(at)
    this.#close(hit[0].length, 'tag')
    return true
  }

  #cutLong () {
    if (this.#rest.length < LONG || this.#kind !== 'text' || this.#scanned > 0) return false
    const window = this.#rest.slice(0, LONG)
    if (window.includes('\n')) return false
    let text = ''
    for (const piece of splitMath(window)) text += piece.type === 'text' ? piece.raw : '\0'.repeat(piece.raw.length)
    const cut = Math.max(text.lastIndexOf('. '), text.lastIndexOf('? '), text.lastIndexOf('! '))
    if (cut < LONG / 4) {
      if (this.#rest.length < LOST || this.#rest.slice(0, LOST).includes('\n')) return false
      this.#close(LOST)
    } else this.#close(cut + 2)
    return true
  }

  /** A new row begins with this line. @param {string} line */
  #open (line) {
    this.#kind = this.#kindOf(line)
    this.#fence = FENCE.exec(line)?.[1] ?? ''
  }

  /** @param {string} raw @returns {RowKind} */
  #kindOf (raw) {
    if (this.#cont) return 'text'
    if (FENCE.test(raw)) return 'fence'
    if (/^\s*\|/.test(raw)) return 'table'
    return raw.trim() ? 'text' : 'blank'
  }

  /** A whole line belongs to the open row; close the row if it ends here. */
  #take (/** @type {string} */ line, /** @type {number} */ end) {
    if (this.#kind === 'table') {
      if (/^\s*\|/.test(line)) this.#scanned = end
      else this.#close(this.#scanned)
    } else if (this.#kind === 'fence') {
      const closes = this.#scanned > 0 && line.trim().startsWith(this.#fence) && !line.trim().replace(/^[`~]+/, '')
      if (closes) this.#close(end)
      else this.#scanned = end
    } else if (this.#scanned > 0 && !line.trim()) {
      this.#close(this.#scanned) // a blank line ends any formula
    } else if (end < LOST && this.#unclosed(end)) {
      this.#scanned = end
    } else this.#close(end)
  }

  /** @param {number} end */
  #unclosed (end) {
    const piece = splitMath(this.#rest.slice(0, end)).at(-1)
    return piece?.type === 'open' && piece.multiline
  }

  /** @param {number} end @param {RowKind} [kind] */
  #close (end, kind = this.#scanned > 0 ? this.#kind : this.#kindOf(this.#rest.slice(0, end))) {
    const closed = row(this.#rest.slice(0, end), this.#line, this.#cont, kind)
    this.rows.push(closed)
    this.#rest = this.#rest.slice(end)
    this.#cont = !closed.raw.endsWith('\n')
    this.#line = closed.last + (this.#cont ? 0 : 1)
    this.#scanned = 0
    this.#kind = 'text'
  }
}

/** @param {string} raw @param {number} line @param {boolean} cont @param {RowKind} kind @returns {Row} */
function row (raw, line, cont, kind) {
  const breaks = raw.split('\n').length - 1
  return { line, last: line + breaks - (raw.endsWith('\n') ? 1 : 0), raw, kind, cont }
}

/** All rows of a complete text. @param {string} text */
export function rowsOf (text) {
  const scanner = new RowScanner()
  scanner.feed(text)
  return scanner.finish()
}
