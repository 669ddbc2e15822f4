// A real editor for programs. The text area stays the truth and the fallback.

import { basicSetup } from 'codemirror'
import { indentWithTab } from '@codemirror/commands'
import { python } from '@codemirror/lang-python'
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language'
import { Compartment, EditorState } from '@codemirror/state'
import { EditorView, keymap } from '@codemirror/view'
import { tags } from '@lezer/highlight'

const LOOK = EditorView.theme({
  '&': { fontSize: '15px', backgroundColor: 'transparent', color: 'var(--ink)' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.55', minHeight: '14rem', fontVariantLigatures: 'none' },
  '.cm-gutters': { backgroundColor: 'transparent', color: 'var(--ink-2)', border: '0' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'color-mix(in srgb, var(--accent) 7%, transparent)' },
  '.cm-content': { caretColor: 'var(--ink)' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '&.cm-focused': { outline: 'none' },
  '.cm-selectionBackground, &.cm-focused .cm-selectionBackground': { backgroundColor: 'color-mix(in srgb, var(--accent) 22%, transparent) !important' }
})

// The colours of every listing here (see `.py-*`), which hold on both papers.
const COLOURS = syntaxHighlighting(HighlightStyle.define([
  { tag: tags.comment, color: 'var(--ink-2)', fontStyle: 'italic' },
  { tag: [tags.string, tags.character, tags.special(tags.string)], color: 'var(--checked)' },
  { tag: [tags.keyword, tags.bool, tags.null, tags.self, tags.processingInstruction], color: 'var(--accent)' },
  { tag: tags.number, color: 'var(--hint)' },
  { tag: tags.invalid, color: 'var(--contradicted)' }
]))

/**
 * Put the editor in place of `area`, in a shadow root so that its styles pass the content policy.
 * @param {HTMLTextAreaElement} area
 * @param {HTMLSelectElement | null} language where the student chooses what it is written in
 */
export function editProgram (area, language) {
  const host = document.createElement('div')
  host.className = 'code-editor'
  area.after(host)
  const root = host.attachShadow({ mode: 'open' })
  const grammar = new Compartment()
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: area.value,
      extensions: [
        basicSetup, grammar.of(python()), LOOK, COLOURS, keymap.of([indentWithTab]),
        EditorState.tabSize.of(4),
        EditorView.contentAttributes.of({ 'aria-label': 'Your program' }),
        EditorView.updateListener.of((update) => {
          if (!update.docChanged) return
          area.value = update.state.doc.toString()
          area.dispatchEvent(new Event('input'))
        })
      ]
    })
  })
  area.hidden = true
  const follow = async () => view.dispatch({ effects: grammar.reconfigure(await grammarOf(language?.value)) })
  language?.addEventListener('change', () => void follow())
  if (language && language.value !== 'python') void follow()
  return view
}

/** C++ is fetched only for those who write it. @param {string | undefined} language */
async function grammarOf (language) {
  return language === 'cpp' ? (await import('@codemirror/lang-cpp')).cpp() : python()
}
