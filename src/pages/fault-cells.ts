import { escapeHtml, shownText } from './escape-html.js'
import type { ArmedRule, JournalLine } from './fault-state.js'
import { humanSize } from './human-size.js'

/** The columns of armed rules; the last one has the button. */
export const RULE_COLUMNS = ['Rule', 'Requests', 'Faults', 'Left', 'Action']
/** Entries of the journal that are shown. */
export const MOST_ENTRIES = 200
export const JOURNAL_COLUMNS = ['Request', 'Rule', 'Fault', 'Outcome', 'Response', 'Ended']

/** The contents of the cells of an armed rule in HTML. The last one never changes, so that its button keeps the focus. */
export function ruleCells({ id, match, fault, probability, times, left }: ArmedRule): string[] {
  const share =
    probability === undefined || probability === 1
      ? ''
      : `<small>${probability * 100} % of them</small>`
  const requests = Object.entries(match ?? {}).map(([name, value]) => `${name} ${textOf(value)}`)
  const faults = [fault].flat().map((each) => `<code>${shownText(faultText(each))}</code>`)
  return [
    `<bdi>${shownText(id)}</bdi>`,
    `<bdi dir="auto">${shownText(requests.join(', ') || 'all')}</bdi> ${share}`,
    faults.join(' '),
    times === undefined ? 'no limit' : `${left} of ${times}`,
    `<button type="button" data-disarm="${escapeHtml(id)}" aria-label="Disarm ${shownText(id)}">Disarm</button>`,
  ]
}

/** The contents of the cells of an entry of the journal in HTML. */
export function journalCells(entry: JournalLine): string[] {
  const { rule, attempt, method, path, range, fault, outcome, status, written, confirmed, ended } =
    entry
  const details = [method, range, `attempt ${attempt}`].filter((each) => each !== null)
  const kind = outcome === 'injected' ? 'lb-ok' : 'lb-muted'
  const received = confirmed === null ? '' : ` <small>${humanSize(confirmed)} confirmed</small>`
  return [
    `<bdi dir="auto">${shownText(path)}</bdi> <small>${details.map((each) => `<bdi>${shownText(String(each))}</bdi>`).join(' · ')}</small>`,
    rule === null ? 'the request itself' : `<bdi>${shownText(rule)}</bdi>`,
    `<code>${shownText(faultText(fault))}</code>`,
    `<span class="${kind}">${escapeHtml(outcome)}</span>`,
    `${status ?? 'no status'} <small>${humanSize(written)} sent</small>${received}`,
    escapeHtml(ended ?? ''),
  ]
}

/** A fault in words: its kind and its members, `truncate at 1000`. */
export function faultText(fault: { readonly kind: string }): string {
  const { kind, ...members } = fault
  return [kind, ...Object.entries(members).map(([name, value]) => `${name} ${textOf(value)}`)].join(
    ' ',
  )
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number'
    ? String(value)
    : JSON.stringify(value)
}
