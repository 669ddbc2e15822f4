// Mathematics typed plainly ("7^2 = 49, so 3*x <= 12") set as mathematics. Only runs that cannot be
// prose are touched: they must hold an operator between operands, and no word.

const NAMES = /** @type {Record<string, string>} */ ({
  sqrt: '\\sqrt', gcd: '\\gcd', lcm: '\\operatorname{lcm}', sin: '\\sin', cos: '\\cos', tan: '\\tan',
  log: '\\log', ln: '\\ln', pi: '\\pi', mod: '\\bmod', floor: '\\lfloor', ceil: '\\lceil'
})
const SIGNS = /** @type {Record<string, string>} */ ({
  '*': '\\cdot ', '×': '\\times ', '·': '\\cdot ', '−': '-', '<=': '\\le ', '>=': '\\ge ', '≤': '\\le ', '≥': '\\ge ',
  '!=': '\\ne ', '≠': '\\ne ', '≡': '\\equiv ', '==': '=', '->': '\\to ', '=>': '\\Rightarrow ', '...': '\\dots ',
  '…': '\\dots ', '±': '\\pm ', '√': '\\sqrt ', '÷': '\\div ', 'π': '\\pi ', '|': '\\mid ', '%': '\\%', '∞': '\\infty '
})
const TOKEN = /\s+|\d+(?:[.,]\d+)*|<=|>=|!=|==|->|=>|\.\.\.|[A-Za-z]+|[-+*/=<>^_!()[\]{},|%×·−≤≥≠≡…±√÷π∞]|./gsu
const STRONG = new Set(['=', '<', '>', '<=', '>=', '!=', '==', '≤', '≥', '≠', '≡', '^', '_', '*', '/', '+', '×', '·', '√', '±', '÷', '!'])
const OPERATOR = /^(?:[-+*/=<>^_|,×·−≤≥≠≡±÷]|<=|>=|!=|==|->|=>)$/

/**
 * The line with its plain mathematics in `\(…\)`. A line that has delimiters of its own is left.
 * @param {string} line
 */
export function plainMath (line) {
  if (/\$|\\[([a-zA-Z]/.test(line)) return line
  const tokens = line.match(TOKEN) ?? []
  let out = ''
  for (let i = 0; i < tokens.length;) {
    const end = runFrom(tokens, i)
    if (end > i) {
      out += `\\(${toTex(tokens.slice(i, end))}\\)`
      i = end
    } else out += tokens[i++]
  }
  return out
}

/** Where the mathematics that begins at `from` ends; `from` itself when there is none. @param {string[]} tokens @param {number} from */
function runFrom (tokens, from) {
  if (!/^[\dA-Za-z(√π[-]/.test(tokens[from] ?? '') || !fits(tokens, from)) return from
  if (/[A-Za-z0-9]$/.test(tokens[from - 1] ?? '')) return from
  let end = from
  while (end < tokens.length && fits(tokens, end)) end += 1
  end = trimmed(tokens, from, end)
  const run = tokens.slice(from, end)
  const operands = run.filter((t) => /^[\dA-Za-zπ∞]/.test(t)).length
  const strong = run.some((t) => STRONG.has(t)) && !(run.length === 3 && run[1] === '/' && !/^\d/.test(run[0] ?? ''))
  const factorial = run.includes('!') && operands === 1 && run.length > 1
  return strong && (operands > 1 || factorial || run.includes('√')) ? end : from
}

/** Whether a token can stand in mathematics. @param {string[]} tokens @param {number} i */
function fits (tokens, i) {
  const token = tokens[i] ?? ''
  if (/^\s+$/.test(token)) return !token.includes('\n')
  if (/^[A-Za-z]+$/.test(token)) {
    if (token in NAMES) return true
    if (token.length === 1) return !(token === 'a' || token === 'I' || token === 'A') || nearOperator(tokens, i)
    return token.length <= 3 && nearOperator(tokens, i) && /^[a-z]+$/.test(token) && !/^(?:so|is|as|and|or|if|the|to|of|in|by|we|for|it|be|at|on|are|has|not|but|no|all|can|get|let|per|day|one|two|six|ten|now|use)$/.test(token)
  }
  return token in SIGNS || /^[\d(){}[\],.+\-/=<>^_!|]/.test(token)
}

/** @param {string[]} tokens @param {number} i */
function nearOperator (tokens, i) {
  const beyond = (/** @type {number} */ step) => {
    let j = i + step
    while (/^\s+$/.test(tokens[j] ?? '')) j += step
    return OPERATOR.test(tokens[j] ?? '') && tokens[j] !== ',' && !(tokens[j] === '-' && j === i + step)
  }
  return beyond(1) || beyond(-1)
}

/** Leave spaces, sentence marks and unmatched brackets outside. @param {string[]} tokens @param {number} from @param {number} end */
function trimmed (tokens, from, end) {
  let to = end
  while (to > from) {
    const last = tokens[to - 1] ?? ''
    const run = tokens.slice(from, to)
    const count = (/** @type {string} */ c) => run.filter((t) => t === c).length
    if (/^\s+$/.test(last) || /^[,.|]$/.test(last) || (OPERATOR.test(last) && last !== '!')) to -= 1
    else if (last === '(' || last === '[' || (last === ')' && count('(') < count(')')) || (last === ']' && count('[') < count(']'))) to -= 1
    else break
  }
  const open = tokens.slice(from, to)
  return open.filter((t) => t === '(').length === open.filter((t) => t === ')').length ? to : from
}

/** @param {string[]} tokens */
function toTex (tokens) {
  const text = tokens.map((t) => NAMES[t] ? `${NAMES[t]} ` : SIGNS[t] ?? (/^\d[\d,.]*$/.test(t) ? t.replace(/,(?=\d)/g, '{,}') : t)).join('')
  return text
    .replace(/\(\s*\\bmod\s+([^()]+)\)/g, '\\pmod{$1}')
    .replace(/\\sqrt\s*\(([^()]*)\)/g, '\\sqrt{$1}')
    .replace(/([\^_])\(([^()]*)\)/g, '$1{$2}')
    .replace(/([\^_])(-?\d[\d.]*|-[A-Za-z])/g, '$1{$2}')
    .replace(/\\lfloor\s*\(([^()]*)\)/g, '\\lfloor $1 \\rfloor')
    .replace(/\\lceil\s*\(([^()]*)\)/g, '\\lceil $1 \\rceil')
}
