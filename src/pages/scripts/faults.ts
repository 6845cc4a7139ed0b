// The page of the faults: writes rules from a form, arms them, and follows the journal.

import {
  JOURNAL_COLUMNS,
  journalCells,
  MOST_ENTRIES,
  RULE_COLUMNS,
  ruleCells,
} from '../fault-cells.js'
import type { FieldType } from '../fault-fields.js'
import type { ArmedRule, JournalLine } from '../fault-state.js'
import { bearer } from './access-token.js'
import { curlLine } from './curl-line.js'
import { LiveTable } from './live-table.js'
import { byId, watchedElements } from './page-elements.js'
import { type FilledField, fieldText, ruleFromForm } from './rule-from-form.js'
import { testCode } from './test-code.js'
import { WatchedPage } from './watched-page.js'

/** Three heartbeats of the journal, one in 15 s, are missing. */
const STALL = 45_000
/** ms between two requests of the rules, which others arm too. */
const POLL = 3_000

const url = location.href.replace(/[#?].*$/, '')
const kind = byId<HTMLSelectElement>('kind')
const json = byId<HTMLTextAreaElement>('json')
const rules = new LiveTable(document, 'rules', RULE_COLUMNS, 'append')
const journal = new LiveTable(document, 'journal', JOURNAL_COLUMNS, 'prepend')
let entries: { readonly id: string; readonly cells: string[] }[] = []
let received = 0
let seed = 0

const page = new WatchedPage(window, watchedElements(), {
  url: `${url}/journal`,
  stall: STALL,
  event(data) {
    received += 1
    const entry: JournalLine = JSON.parse(data)
    entries = [{ id: String(received), cells: journalCells(entry) }, ...entries].slice(
      0,
      MOST_ENTRIES,
    )
    showJournal()
    void refresh()
  },
})

function showJournal(): void {
  journal.show(entries)
  byId('clear').hidden = entries.length === 0
}

/** A request with the token; undefined where the server refuses it, or does not respond. */
async function ask(path: string, init: RequestInit = {}): Promise<Response | undefined> {
  try {
    const headers = { accept: 'application/json', ...bearer(page.token), ...init.headers }
    const response = await fetch(url + path, { ...init, headers })
    if (response.status !== 401 && response.status !== 403) return response
    page.ask(response.status)
  } catch {
    page.say('The server does not respond.')
  }
  return undefined
}

async function refresh(): Promise<void> {
  const response = await ask('')
  if (response === undefined) return
  const state = (await response.json()) as { seed: number; rules: ArmedRule[] }
  seed = state.seed
  byId('seed').textContent = String(seed)
  rules.show(state.rules.map((rule) => ({ id: rule.id, cells: ruleCells(rule) })))
  byId('disarm-all').hidden = state.rules.length === 0
  if (byId('live').hidden || byId('state').textContent !== 'Live.') page.opened()
  showTexts()
}

/** The fields of a part of the form, as they are filled in. */
function fieldsIn(part: Element): FilledField[] {
  const inputs = part.querySelectorAll<HTMLInputElement>('[data-member]')
  return Array.from(inputs, ({ dataset, value }) => ({
    name: dataset.member ?? '',
    type: dataset.type as FieldType,
    text: value,
  }))
}

function fieldsOf(name: string): HTMLFieldSetElement {
  return document.querySelector<HTMLFieldSetElement>(
    `[data-kind="${CSS.escape(name)}"]`,
  ) as HTMLFieldSetElement
}

/** Writes the rule from the fields. */
function write(): void {
  for (const each of document.querySelectorAll<HTMLFieldSetElement>('[data-kind]')) {
    each.hidden = each.dataset.kind !== kind.value
    // A hidden field that is required would keep the form from being sent.
    each.disabled = each.hidden
  }
  const rule = ruleFromForm({
    kind: kind.value,
    members: fieldsIn(fieldsOf(kind.value)),
    match: fieldsIn(byId('match')),
    rule: fieldsIn(byId('rule')),
  })
  json.value = JSON.stringify(rule, null, 2)
  showTexts()
}

/** Fills the fields of the kind with its example. */
function useExample(): void {
  const fields = fieldsOf(kind.value)
  const example = JSON.parse(fields.dataset.example ?? '{}')
  for (const input of fields.querySelectorAll<HTMLInputElement>('[data-member]')) {
    input.value = fieldText(example[input.dataset.member ?? ''])
  }
  write()
}

/** The rules in the field of JSON; undefined where it isn't JSON. */
function parsed(): unknown {
  try {
    return JSON.parse(json.value)
  } catch {
    return undefined
  }
}

function showTexts(): void {
  const body = parsed()
  const token = byId<HTMLInputElement>('with-token').checked ? page.token : undefined
  const all = [body].flat() as object[]
  const problem = 'The rule is not JSON.'
  byId<HTMLTextAreaElement>('curl').value =
    body === undefined ? problem : curlLine(url, JSON.stringify(body), token)
  byId<HTMLTextAreaElement>('code').value = body === undefined ? problem : testCode(all, seed)
}

async function arm(): Promise<void> {
  const error = byId('arm-error')
  error.textContent = ''
  const body = json.value
  const headers = { 'content-type': 'application/json' }
  const response = await ask('', { method: 'POST', headers, body })
  if (response === undefined) return
  if (response.ok) page.say('Armed.')
  else
    error.textContent =
      ((await response.json()) as { detail?: string }).detail ?? `${response.status}`
  await refresh()
}

async function disarm(path: string): Promise<void> {
  await ask(path, { method: 'DELETE' })
  await refresh()
}

async function copy(field: HTMLTextAreaElement): Promise<void> {
  try {
    await navigator.clipboard.writeText(field.value)
  } catch {
    // Without TLS, a page of another machine has no clipboard but this.
    field.select()
    document.execCommand('copy')
  }
  page.say('Copied.')
}

byId('arm').addEventListener('input', ({ target }) => {
  if (target === json) showTexts()
  else if (target === kind && fieldsIn(fieldsOf(kind.value)).every(({ text }) => text === ''))
    useExample()
  else write()
})
byId('arm').addEventListener('submit', (event) => {
  event.preventDefault()
  void arm()
})
byId('with-token').addEventListener('change', showTexts)
byId('access').addEventListener('submit', () => void refresh())
byId('disarm-all').addEventListener('click', () => void disarm(''))
byId('clear').addEventListener('click', async () => {
  const response = await ask('/journal', { method: 'DELETE' })
  if (response === undefined) return
  entries = []
  showJournal()
  byId('journal-title').focus()
})
document.addEventListener('click', ({ target }) => {
  if (!(target instanceof HTMLElement)) return
  const { disarm: rule, copy: field, fill } = target.dataset
  if (rule !== undefined) void disarm(`/${encodeURIComponent(rule)}`)
  if (field !== undefined) void copy(byId<HTMLTextAreaElement>(field))
  if (fill !== undefined) useExample()
})

byId('arming').hidden = false
useExample()
page.follow()
void refresh()
setInterval(() => {
  if (!document.hidden && byId('access').hidden) void refresh()
}, POLL)
