// The messages of /ws/, as `tutor/events.py` has them. Types only, and the client's version.

export const VERSION = 1

/** @typedef {'solve' | 'hint' | 'check'} Purpose */
/** @typedef {'queued' | 'running' | 'done' | 'cancelled' | 'failed'} State */
/** @typedef {'checked' | 'contradicted' | 'unchecked'} CheckStatus */
/** @typedef {{line: number, status: CheckStatus, reason: string, key?: boolean}} Check */
/** @typedef {number} Session  `se`: changes only when the log itself lost tokens */

/**
 * @typedef {{type: 'hello', v: number}} Hello
 * @typedef {{type: 'start', idem: string, trail: string, purpose: Purpose, options: {context?: string[]}}} Start
 * @typedef {{type: 'sub', gen: string, have: {se: Session, n: number} | null}} Sub
 * @typedef {{type: 'unsub', gen: string}} Unsub
 * @typedef {{type: 'cancel', gen: string}} Cancel
 * @typedef {Hello | Start | Sub | Unsub | Cancel} ClientMessage
 */

/**
 * @typedef {{type: 'welcome', v: number, user: unknown}} Welcome
 * @typedef {{type: 'accepted', idem: string, gen: string, state: State, dup: boolean}} Accepted
 * @typedef {{type: 'queued', gen: string, pos: number, eta: number, engine?: string}} Queued
 * @typedef {{type: 'snap', gen: string, se: Session, n: number, text: string, state: State}} Snap
 * @typedef {{type: 'd', gen: string, se: Session, b: number, c: number, t: string}} DeltaMessage
 * @typedef {{type: 'end', gen: string, se: Session, n: number, sha256: string, reason: 'stop'|'length'|'loop'|'cancelled'|'error', usage: Record<string, unknown>, error?: string}} End
 * @typedef {{type: 'err', gen?: string, idem?: string, code: string, message: string, retry_after?: number}} Err
 * @typedef {{type: 'checks', gen: string, checks: Check[], answer?: string, format_ok?: boolean, verdict?: string, verdict_reason?: string}} Checks
 * @typedef {{type: 'reset', gen: string, se: Session}} Reset
 * @typedef {{type: 'bye', reason: string, retry_ms: number}} Bye
 * @typedef {Welcome | Accepted | Queued | Snap | DeltaMessage | End | Err | Checks | Reset | Bye} ServerMessage
 */
