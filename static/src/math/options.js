// How KaTeX is asked to set a formula: nothing trusted, nothing endless, and a few names it lacks.

/** @type {import('katex').KatexOptions} */
export const OPTIONS = {
  throwOnError: true,
  trust: false,
  strict: 'ignore',
  maxExpand: 200,
  maxSize: 20,
  macros: {
    '\\overarc': '\\overgroup{#1}',
    '\\wideparen': '\\overgroup{#1}',
    '\\overparen': '\\overgroup{#1}',
    '\\arc': '\\overgroup{#1}',
    '\\eqref': '(#1)',
    '\\label': '',
    '\\emph': '\\textit{#1}',
    '\\degree': '^\\circ',
    '\\lcm': '\\operatorname{lcm}'
  }
}
