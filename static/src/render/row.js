// One row of the sheet: the work on the left; its margin is written later.

import { el } from '../dom.js'
import { typesetNow } from '../math/typeset.js'
import { markdown } from './markdown.js'

/** @typedef {import('./rows.js').Row} Row */

const COLOURED_AT_MOST = 8192 // characters of an unfinished program coloured at every frame

/**
 * @param {Row} row
 * @param {boolean} [now] set its formulas at once: the row is being read while it is written
 * @returns {HTMLElement}
 */
export function rowElement (row, now = false, growing = false) {
  const node = el('div', { class: 'line' }, el('div', { class: 'said' }, ...content(row, growing)))
  node.dataset.line = String(row.line)
  if (row.last !== row.line) node.dataset.last = String(row.last)
  const indent = /^(\s*)(?:[-*+]|\d+[.)])\s/.exec(row.raw)?.[1]?.length ?? 0
  if (indent > 1) node.classList.add(indent > 3 ? 'deeper' : 'deep')
  if (now) typesetNow(node)
  return node
}

/** @param {Row} row @param {boolean} growing */
function content (row, growing) {
  if (growing && row.kind === 'fence' && row.raw.length > COLOURED_AT_MOST) {
    return [el('pre', { class: 'code' }, el('code', { textContent: row.raw.replace(/^[^\n]*\n/, '') }))]
  }
  // The indentation of a list item is the row's, not a code block's.
  const source = row.kind === 'fence' ? undented(row.raw) : row.raw.trim()
  return row.cont && row.kind === 'text' ? [el('p', {}, ...markdown(source).flatMap(unwrapped))] : markdown(source)
}

/** A row that goes on a line continues its paragraph. @param {Node} node */
function unwrapped (node) {
  return node instanceof HTMLParagraphElement ? [...node.childNodes] : [node]
}

/** A fence inside a list item, moved to the left edge. @param {string} raw */
function undented (raw) {
  const indent = /^\s*/.exec(raw)?.[0].length ?? 0
  return indent ? raw.split('\n').map((line) => line.slice(Math.min(indent, line.length - line.trimStart().length))).join('\n') : raw
}
