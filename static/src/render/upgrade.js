// Mathematics in pages the server drew: elements of class `math` hold source text.

import { plainMath } from '../math/plain.js'
import { loadKatex, typeset } from '../math/typeset.js'
import { reasonNodes } from './margin.js'
import { inlineMarkdown, markdown } from './markdown.js'
import { rowsOf } from './rows.js'

/** @param {ParentNode} root */
export async function upgradeMath (root) {
  const nodes = [...root.querySelectorAll('.math:not([data-set])')]
  if (!nodes.length) return
  await loadKatex()
  for (const node of nodes) {
    const element = /** @type {HTMLElement} */ (node)
    element.dataset.set = ''
    const source = element.textContent ?? ''
    if (element.dataset.block !== undefined) element.replaceChildren(...blocks(source))
    else if (element.dataset.reason !== undefined) element.replaceChildren(...reasonNodes(source))
    else element.replaceChildren(...inlineMarkdown(element.dataset.plain !== undefined ? plainMath(source) : source))
    await typeset(element)
  }
}

/** A statement: paragraphs keep their soft line breaks. @param {string} source @returns {Node[]} */
export function blocks (source) {
  return paragraphs(source).flatMap((text) => markdown(text))
}

/** @param {string} source */
function paragraphs (source) {
  const found = []
  let text = ''
  for (const row of rowsOf(source)) {
    if (row.kind === 'blank' && text.trim()) {
      found.push(text)
      text = ''
    } else text += row.raw
  }
  return text.trim() ? [...found, text] : found
}
