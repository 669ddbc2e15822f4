// Sets formulas with KaTeX, into nodes only: HTML strings would need inline styles, which the
// content policy forbids. KaTeX arrives lazily; until then, and on failure, the source is shown.

import { el } from '../dom.js'
import { OPTIONS } from './options.js'

/** @type {(typeof import('katex'))['default'] | undefined} */
let katex
/** @type {Promise<void> | undefined} */
let arriving

/** Rendered formulas by source: cloning costs a tenth of setting. @type {Map<string, Element>} */
const known = new Map()
const KNOWN_AT_MOST = 600

export function loadKatex () {
  arriving ??= import('katex').then((module) => { katex = module.default })
  return arriving
}

/**
 * A formula as it is at once: set if it can be, else its source, set later by `typeset`.
 * @param {string} tex
 * @param {boolean} display
 * @returns {HTMLElement}
 */
export function formula (tex, display) {
  const node = el('span', { class: display ? 'tex display' : 'tex', textContent: tex.trim() })
  node.dataset.tex = tex
  return node
}

/** Set every waiting formula under `root`. @param {ParentNode} root */
export async function typeset (root) {
  if (!root.querySelector('.tex')) return
  if (!katex) await loadKatex()
  for (const node of root.querySelectorAll('.tex[data-tex]')) setFormula(/** @type {HTMLElement} */ (node))
}

/** The same at once, if KaTeX is here already. @param {ParentNode} root */
export function typesetNow (root) {
  if (!katex) return void typeset(root)
  for (const node of root.querySelectorAll('.tex[data-tex]')) setFormula(/** @type {HTMLElement} */ (node))
}

/** @param {HTMLElement} node */
function setFormula (node) {
  const tex = node.dataset.tex ?? ''
  const display = node.classList.contains('display')
  delete node.dataset.tex
  node.dataset.source = tex
  const key = (display ? 'd' : 'i') + tex
  let model = known.get(key)
  if (!model) {
    model = document.createElement('span')
    try {
      katex?.render(tex, /** @type {HTMLElement} */ (model), { ...OPTIONS, macros: { ...OPTIONS.macros }, displayMode: display })
    } catch (error) {
      fail(node, tex, error)
      return
    }
    if (known.size >= KNOWN_AT_MOST) known.delete(/** @type {string} */ (known.keys().next().value))
  } else known.delete(key) // put back as the newest
  known.set(key, model)
  node.replaceChildren(...model.cloneNode(true).childNodes)
  if (display) node.tabIndex = 0 // wide formulas scroll, so the keyboard must reach them
}

/** @param {HTMLElement} node @param {string} tex @param {unknown} error */
function fail (node, tex, error) {
  node.classList.add('unset')
  node.title = 'This formula could not be set; its source is shown.'
  node.replaceChildren(tex.trim())
  document.dispatchEvent(new CustomEvent('formula-unset', { detail: { tex, error: String(error) } }))
}

/** Set formulas only when their row comes near the screen; a long trail has thousands. */
export class LazyTypesetter {
  #observer = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue
      this.#observer.unobserve(entry.target)
      void typeset(entry.target)
    }
  }, { rootMargin: '100% 0px' })

  /** @param {Element} row */
  watch (row) {
    if (row.querySelector('.tex[data-tex]')) this.#observer.observe(row)
  }

  close () {
    this.#observer.disconnect()
  }
}

addEventListener('beforeprint', () => typesetNow(document))
