// Requests to this server. Failures are told apart: refused (with words), away, signed out.

/** The server's own words about what went wrong. */
export class Failure extends Error {
  /** @param {string} message @param {number} status 0 when the server could not be reached */
  constructor (message, status) {
    super(message)
    this.status = status
  }
}

/**
 * @param {string} url
 * @param {RequestInit} [init]
 * @returns {Promise<any>}
 */
export async function json (url, init = {}) {
  const response = await reach(url, { ...init, headers: { Accept: 'application/json', ...init.headers } })
  if (!response.headers.get('content-type')?.includes('json')) {
    throw new Failure('The server answered with something else; please reload the page.', response.status)
  }
  const body = await response.json()
  if (!response.ok) throw new Failure(body?.error?.message ?? body?.message ?? `The server said ${response.status}.`, response.status)
  return body
}

/** @param {string} url @param {'POST' | 'PUT'} method @param {BodyInit | object} body */
export function send (url, method, body) {
  const form = body instanceof FormData || body instanceof URLSearchParams
  return json(url, {
    method,
    body: form ? body : JSON.stringify(body),
    headers: { 'X-CSRFToken': csrfToken(), ...(form ? {} : { 'Content-Type': 'application/json' }) }
  })
}

/** @param {string} url @param {RequestInit} init */
async function reach (url, init) {
  let response
  try {
    response = await fetch(url, { credentials: 'same-origin', ...init })
  } catch {
    throw new Failure('The server cannot be reached just now.', 0)
  }
  if (response.redirected && new URL(response.url).pathname.startsWith('/accounts/')) {
    throw new Failure('You are signed out. Sign in again; what you typed is kept.', 401)
  }
  return response
}

/** Django's token, from any form of the page. */
function csrfToken () {
  const field = /** @type {HTMLInputElement | null} */ (document.querySelector('input[name=csrfmiddlewaretoken]'))
  return field?.value ?? ''
}

/** A key no other question has; `randomUUID` exists only on HTTPS and loopback. */
export function newKey () {
  if (crypto.randomUUID) return crypto.randomUUID()
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('')
}
