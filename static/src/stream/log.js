// The text of one generation as this browser has it, and the client's rule for deltas.

/** @typedef {import('./protocol.js').DeltaMessage} DeltaMessage */
/** @typedef {import('./protocol.js').Snap} Snap */
/** @typedef {import('./protocol.js').Session} Session */
/** @typedef {'append' | 'ignore' | 'ask' | 'wait'} Outcome */

export class TokenLog {
  /** @type {Session} */
  se = 0
  n = 0
  text = ''

  /** @param {{se: Session, n: number, text: string}} [saved] */
  constructor (saved) {
    if (saved) Object.assign(this, { se: saved.se, n: saved.n, text: saved.text })
  }

  /** What to tell the server; null when there is nothing yet. */
  get have () {
    return this.n > 0 ? { se: this.se, n: this.n } : null
  }

  /**
   * Take a delta if it fits exactly: never a gap, never a token twice.
   * @param {DeltaMessage} d
   * @returns {Outcome}
   */
  delta (d) {
    if (d.se !== this.se) {
      if (this.n > 0 || d.b > 0) return 'wait'
      this.se = d.se
    }
    if (d.b + d.c <= this.n) return 'ignore'
    if (d.b !== this.n) return 'ask'
    this.n += d.c
    this.text += d.t
    return 'append'
  }

  /** Replace everything. @param {Snap} snap @returns {boolean} whether text already shown changed */
  snap (snap) {
    const kept = snap.text.startsWith(this.text)
    this.se = snap.se
    this.n = snap.n
    this.text = snap.text
    return !kept
  }

  reset () {
    this.n = 0
    this.text = ''
  }
}
