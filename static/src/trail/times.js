// Times as people say them, in the reader's own zone.

const CLOCK = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
const LANGUAGE = document.documentElement.lang === 'en' ? 'en-GB' : document.documentElement.lang || undefined
const DAY = new Intl.DateTimeFormat(LANGUAGE, { day: 'numeric', month: 'short' })

/** "today, 16:04" or "3 Nov, 16:04". @param {string} iso */
export function when (iso) {
  const date = new Date(iso)
  if (Number.isNaN(date.getTime())) return iso
  const today = new Date().toDateString() === date.toDateString()
  return `${today ? 'today' : DAY.format(date)}, ${CLOCK.format(date)}`
}

/** "3 Nov". @param {string} iso */
export function monthDay (iso) {
  const date = new Date(iso)
  return Number.isNaN(date.getTime()) ? iso : DAY.format(date)
}

/** @param {ParentNode} root */
export function sayTimes (root) {
  for (const node of root.querySelectorAll('time[data-when]')) {
    node.textContent = when(node.getAttribute('datetime') ?? '')
  }
}
