// Whether the reader follows the end of the page. Whoever scrolls up is left in peace until they
// come back to the very bottom.

const NEAR = 60 // px; rows get their true height only when they are seen

const gap = () => document.documentElement.scrollHeight - window.innerHeight - window.scrollY

let following = window.scrollY > 0 && gap() < NEAR
let before = window.scrollY

addEventListener('scroll', () => {
  if (window.scrollY < before - 2 && gap() > 2) following = false
  else if (gap() < NEAR) following = true
  before = window.scrollY
}, { passive: true })

/** Bring a part of the page into sight; that is not the reader scrolling away. @param {Element} part */
export function bringIntoSight (part) {
  part.scrollIntoView({ block: 'nearest' })
  before = window.scrollY
}

/** Draw something that makes the page longer, and stay at its end for a reader who is there. @param {() => void} draw */
export function keepingPlace (draw) {
  // The event of a scroll to the very bottom comes a frame later, when the page may have grown.
  if (window.scrollY > 0 && gap() < 2) following = true
  const stay = following
  draw()
  if (stay) window.scrollTo({ top: document.documentElement.scrollHeight, behavior: 'instant' })
}
