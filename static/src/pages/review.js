// A teacher's page. The server drew every line; here the pen opens without a reload, and formulas
// that run over several lines are set as one.

import { all, el, find } from '../dom.js'
import { plainMath } from '../math/plain.js'
import { typeset } from '../math/typeset.js'
import { inlineMarkdown } from '../render/markdown.js'
import { json } from '../net.js'
import { rowElement } from '../render/row.js'
import { rowsOf } from '../render/rows.js'

/** @typedef {{type: string, id: string, text?: string}} Entry */

export async function reviewPage () {
  const sheet = find('[data-review]')
  const template = /** @type {HTMLTemplateElement | null} */ (find('#mark-form'))
  if (!sheet) return
  for (const line of all('.attempt .line > p:first-child:not(:has(.math))', sheet)) setPlain(line)
  if (template) sheet.addEventListener('click', (event) => open(event, template))
  if (!find('[data-target^="generation:"]', sheet)) return
  const trail = await json(`/api/trails/${sheet.dataset.review}/`).catch(() => null)
  for (const entry of /** @type {Entry[]} */ (trail?.entries ?? [])) {
    const section = find(`[data-target="generation:${entry.id}"]`, sheet)
    if (section && entry.text) await joinLines(section, entry.text)
  }
}

/** The student's lines, typed plainly, as mathematics. @param {HTMLElement} line */
function setPlain (line) {
  const text = line.textContent ?? ''
  const set = plainMath(text)
  if (set === text) return
  line.replaceChildren(...inlineMarkdown(set))
  void typeset(line)
}

/** @param {HTMLElement} section @param {string} text */
async function joinLines (section, text) {
  for (const row of rowsOf(text)) {
    if (row.last === row.line) continue
    const first = find(`.line[data-line="${row.line}"]`, section)
    if (!first?.firstElementChild) continue
    first.firstElementChild.replaceWith(...rowElement(row).childNodes)
    await typeset(first)
    for (let n = row.line + 1; n <= row.last; n++) {
      const line = find(`.line[data-line="${n}"]`, section)
      const spoken = line?.querySelector('.note b') // a check or a comment keeps its line
      if (line && spoken) line.firstElementChild?.replaceChildren()
      else line?.remove()
    }
  }
}

/** The form for one line, under it. @param {MouseEvent} event @param {HTMLTemplateElement} template */
function open (event, template) {
  const pen = /** @type {Element} */ (event.target).closest('a.pen')
  const line = /** @type {HTMLElement | null} */ (pen?.closest('.line') ?? null)
  const target = /** @type {HTMLElement | null} */ (line?.closest('[data-target]') ?? null)
  // Correcting a check needs the server's own form, which knows what the check says.
  if (!pen || !line || !target || line.querySelector('.of-check, .is-checked, .is-contradicted') || event.ctrlKey || event.metaKey) return
  event.preventDefault()
  for (const other of all('.mark-here')) other.remove()
  const here = el('div', { class: 'mark-here' })
  here.append(template.content.cloneNode(true))
  const set = (/** @type {string} */ name, /** @type {string} */ value) => {
    for (const field of here.querySelectorAll(`[name="${name}"]`)) /** @type {HTMLInputElement} */ (field).value = value
  }
  set('target', target.dataset.target ?? '')
  set('line', line.dataset.line ?? '')
  line.after(here)
  here.addEventListener('keydown', (press) => {
    if (press.key === 'Escape') here.remove()
  })
  find('textarea', here)?.focus()
}
