// A teacher's page: the student's trail with the reasoning drawn, and a pen for every line.

import { all, el, find, inlined } from '../dom.js'
import { showReasoning } from '../render/reasoning.js'
import { receipt } from '../trail/receipt.js'
import { sayTimes } from '../trail/times.js'

export function reviewPage () {
  const trail = inlined('trail-data')
  if (!trail) return
  for (const entry of trail.entries) {
    const root = find(`[data-generation="${entry.id}"] .reasoning`)
    if (entry.type !== 'generation' || !root) continue
    root.before(...receipt(entry.context))
    showReasoning(root, entry.text, entry.checks ?? [], trail.marks.filter((/** @type {any} */ m) => m.generation === entry.id))
  }
  sayTimes(document)
  const form = /** @type {HTMLTemplateElement | null} */ (find('#mark-form'))
  if (form) penForLines(form)
}

/** @param {HTMLTemplateElement} template */
function penForLines (template) {
  const sheets = all('[data-attempt], [data-generation]')
  for (const sheet of sheets) {
    for (const line of all('.line[data-line]', sheet)) {
      line.append(el('button', { type: 'button', class: 'pen', 'aria-label': `Comment on line ${Number(line.dataset.line) + 1}`, onclick: () => open(template, sheet, line) }, '✎'))
    }
  }
}

/** @param {HTMLTemplateElement} template @param {HTMLElement} sheet @param {HTMLElement} line */
function open (template, sheet, line) {
  find('.mark-here')?.remove()
  const here = el('div', { class: 'mark-here' })
  here.append(template.content.cloneNode(true))
  const field = (/** @type {string} */ name) => /** @type {HTMLInputElement | null} */ (here.querySelector(`[name="${name}"]`))
  const set = (/** @type {string} */ name, /** @type {string} */ value) => { const input = field(name); if (input) input.value = value }
  set('attempt', sheet.dataset.attempt ?? '')
  set('generation', sheet.dataset.generation ?? '')
  set('line', line.dataset.line ?? '')
  set('quote', (line.firstElementChild?.textContent ?? '').trim().slice(0, 500))
  line.after(here)
  here.addEventListener('keydown', (event) => { if (event.key === 'Escape') here.remove() })
  field('comment')?.focus()
}
