// The margin: what rules, teachers and hints say of a line, beside the line.

import { el } from '../dom.js'
import { plainMath } from '../math/plain.js'
import { inlineMarkdown } from './markdown.js'
import { typesetNow } from '../math/typeset.js'

/** @typedef {import('../stream/protocol.js').Check} Check */
/** @typedef {{id?: unknown, line: number, comment: string, teacher: string, attempt?: string | null, generation?: string | null}} Mark */

const WORDS = { checked: '✓ checked', contradicted: '✗ contradicted', unchecked: '· unchecked' }
const OPENED = '.line .note, a, button, summary, input, textarea, pre'
const ORDER = { contradicted: 0, checked: 1, unchecked: 2 }

/** The check that matters most of those on one row. @param {Check[]} checks */
export function worst (checks) {
  return checks.reduce((/** @type {Check | undefined} */ found, check) =>
    !found || ORDER[check.status] < ORDER[found.status] ? check : found, undefined)
}

/**
 * Write a row's margin anew.
 * @param {HTMLElement} row
 * @param {Check[]} checks those of the row's lines
 * @param {Mark[]} [marks]
 */
export function writeMargin (row, checks, marks = []) {
  const check = worst(checks)
  const key = checks.some((c) => c.key)
  row.classList.remove('checked', 'contradicted', 'unchecked')
  if (check) row.classList.add(check.status)
  row.classList.toggle('key', key)
  row.classList.toggle('marked', marks.length > 0)
  row.querySelector(':scope > .note')?.remove()
  if (!check && !marks.length) return
  const note = el('div', { class: 'note' }, check && said(check, key), ...marks.map(teacherSays))
  row.append(note)
  typesetNow(note)
}

/** A contradiction says why at once; the rest says why when asked. @param {Check} check @param {boolean} key */
function said (check, key) {
  const word = el('b', {}, WORDS[check.status])
  const reason = check.reason ? el('span', { class: 'why' }, ...reasonNodes(check.reason)) : null
  if (check.status === 'contradicted' || !reason) return el('p', { class: 'of-check' }, word, key && ' · key step', reason && ' — ', reason)
  return el('details', { class: check.status === 'unchecked' && !key ? 'of-check quiet' : 'of-check' },
    el('summary', {}, word, key && ' · key step'), reason)
}

/** Rules speak plainly: "2^2 = 4: both sides are 4", now and then with TeX in the formula. @param {string} reason */
export function reasonNodes (reason) {
  const [, formula = '', rest = ''] = /^([^:]*\\[a-z][^:]*): (.*)$/s.exec(reason) ?? []
  if (formula && !/\$|\\\(/.test(reason)) return inlineMarkdown(`\\(${formula}\\): ${plainMath(rest)}`)
  return inlineMarkdown(plainMath(reason))
}

/** On narrow screens the margin is folded: a tap on a line opens it. @param {MouseEvent} event */
function tapped (event) {
  const target = /** @type {Element} */ (event.target)
  if (target.closest(OPENED) || String(getSelection())) return
  target.closest('.sheet .line:has(> .note)')?.classList.toggle('told')
}
document.addEventListener('click', tapped)

/** @param {Mark} mark */
function teacherSays (mark) {
  return el('p', { class: 'of-teacher' }, el('b', {}, mark.teacher), ' — ', ...inlineMarkdown(mark.comment))
}

/** "✓ 3 · ✗ 1 · 2 unchecked" for a folded part. @param {Check[]} checks @returns {Node[]} */
export function counts (checks) {
  const of = (/** @type {Check['status']} */ status) => checks.filter((c) => c.status === status).length
  /** @type {Node[]} */
  const nodes = []
  const add = (/** @type {Node} */ node) => nodes.push(...(nodes.length ? [document.createTextNode(' · ')] : []), node)
  if (of('checked')) add(el('i', { class: 'checked', 'aria-label': `${of('checked')} checked` }, `✓ ${of('checked')}`))
  if (of('contradicted')) add(el('i', { class: 'contradicted', 'aria-label': `${of('contradicted')} contradicted` }, `✗ ${of('contradicted')}`))
  if (of('unchecked')) add(document.createTextNode(`${of('unchecked')} unchecked`))
  return nodes
}
