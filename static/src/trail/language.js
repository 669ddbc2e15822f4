// What a program is written in: chosen beside the editor, remembered for this student here until
// she signs out. On another computer the server offers the language of her last program first.

import { find } from '../dom.js'
import { recall, remember } from '../store/session.js'

const NAME = 'language'

/** The control, where there is something to choose. @returns {HTMLSelectElement | null} */
export function chosenLanguage () {
  const select = /** @type {HTMLSelectElement | null} */ (find('#language'))
  if (!select) return null
  const options = [...select.options]
  const served = options.find((option) => option.defaultSelected) ?? options[0]
  const before = recall(NAME)
  if (select.value !== served?.value) remember(NAME, select.value) // chosen before this script arrived
  else if (!served?.defaultSelected && options.some((option) => option.value === before)) select.value = before ?? ''
  select.addEventListener('change', () => remember(NAME, select.value))
  return select
}
