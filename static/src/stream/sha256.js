// sha256 of a text's UTF-8 bytes, in hex. `crypto.subtle` exists only on HTTPS and loopback; a
// school's plain-HTTP address gets the function written out (FIPS 180-4).

/** @param {string} text @returns {Promise<string>} */
export async function sha256 (text) {
  const bytes = new TextEncoder().encode(text)
  if (globalThis.crypto?.subtle) {
    return hex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)))
  }
  return sha256Bytes(bytes)
}

const hex = (/** @type {Uint8Array} */ bytes) => Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('')

/** The first 32 bits of the fractional parts of the cube (or square) roots of the first primes. */
function rootsOfPrimes (/** @type {number} */ count, /** @type {2 | 3} */ root) {
  const words = []
  for (let candidate = 2n; words.length < count; candidate++) {
    let prime = true
    for (let d = 2n; d * d <= candidate; d++) if (candidate % d === 0n) { prime = false; break }
    if (prime) words.push(Number(fraction(candidate, root)))
  }
  return Uint32Array.from(words)
}

/** floor(2^32 · p^(1/root)) mod 2^32, exactly. @param {bigint} p @param {2 | 3} root */
function fraction (p, root) {
  const target = p << (32n * BigInt(root))
  let low = 0n
  let high = 1n << 40n
  while (low + 1n < high) {
    const middle = (low + high) >> 1n
    if (middle ** BigInt(root) <= target) low = middle
    else high = middle
  }
  return low & 0xffffffffn
}

const K = rootsOfPrimes(64, 3)
const START = rootsOfPrimes(8, 2)

/** @param {Uint8Array} bytes */
export function sha256Bytes (bytes) {
  const padded = new Uint8Array((((bytes.length + 8) >> 6) + 1) << 6)
  padded.set(bytes)
  padded[bytes.length] = 0x80
  const view = new DataView(padded.buffer)
  view.setUint32(padded.length - 8, Math.floor(bytes.length / 2 ** 29))
  view.setUint32(padded.length - 4, bytes.length << 3)
  const state = START.slice()
  const w = new Uint32Array(64)
  for (let at = 0; at < padded.length; at += 64) compress(state, w, view, at)
  const out = new DataView(new ArrayBuffer(32))
  state.forEach((word, i) => out.setUint32(4 * i, word))
  return hex(new Uint8Array(out.buffer))
}

const turn = (/** @type {number} */ x, /** @type {number} */ n) => (x >>> n) | (x << (32 - n))

/** One 64-byte block. @param {Uint32Array} state @param {Uint32Array} w @param {DataView} view @param {number} at */
function compress (state, w, view, at) {
  const word = (/** @type {number} */ i) => /** @type {number} */ (w[i])
  for (let i = 0; i < 16; i++) w[i] = view.getUint32(at + 4 * i)
  for (let i = 16; i < 64; i++) {
    const p = word(i - 15)
    const q = word(i - 2)
    w[i] = word(i - 16) + (turn(p, 7) ^ turn(p, 18) ^ (p >>> 3)) + word(i - 7) + (turn(q, 17) ^ turn(q, 19) ^ (q >>> 10))
  }
  let [a, b, c, d, e, f, g, h] = /** @type {[number, number, number, number, number, number, number, number]} */ (
    /** @type {unknown} */ ([...state]))
  for (let i = 0; i < 64; i++) {
    const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + /** @type {number} */ (K[i]) + word(i)) | 0
    const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0
    h = g; g = f; f = e; e = (d + one) | 0; d = c; c = b; b = a; a = (one + two) | 0
  }
  ;[a, b, c, d, e, f, g, h].forEach((value, i) => { state[i] = /** @type {number} */ (state[i]) + value })
}
