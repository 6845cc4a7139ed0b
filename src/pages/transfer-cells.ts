import { printableText } from '../printable-text.js'
import { escapeHtml, shownText } from './escape-html.js'
import { humanDuration } from './human-duration.js'
import { humanSize } from './human-size.js'
import type { FinishedTransfer, RunningTransfer, ShownTransfer } from './transfer-snapshot.js'

/** The columns of running transfers; the last one has the button. */
export const RUNNING_COLUMNS = ['File', 'Client', 'Progress', 'Rate', 'Age', 'Heals', 'Action']
export const FINISHED_COLUMNS = ['File', 'Client', 'Sent', 'Outcome', 'Duration', 'Heals', 'Ended']

/** The contents of the cells of a running transfer in HTML. The last one never changes, so that its button keeps the focus. */
export function runningCells(transfer: RunningTransfer): string[] {
  const { id, bytes, expected, rate, stalling, ms, heals } = transfer
  const name = `End the transfer of ${shownPath(transfer)} to ${transfer.client ?? 'its client'}`
  return [
    fileCell(transfer),
    clientCell(transfer),
    progressBar(bytes, expected) + sentText(bytes, expected),
    stalling ? '<span class="lb-danger">stalled</span>' : escapeHtml(`${humanSize(rate)}/s`),
    humanDuration(ms),
    String(heals),
    `<button type="button" data-end="${escapeHtml(id)}" aria-label="${shownText(name)}">End</button>`,
  ]
}

/** Outcomes that are no failure; of the others, somebody may want to know why. */
const KINDS: Partial<Record<string, string>> = {
  complete: 'lb-ok',
  'client-gone': 'lb-muted',
  cancelled: 'lb-muted',
  shutdown: 'lb-muted',
}

/** The contents of the cells of a transfer that has ended, in HTML. */
export function finishedCells(transfer: FinishedTransfer): string[] {
  const { bytes, expected, outcome, reason, ms, heals, ended } = transfer
  const kind = KINDS[outcome] ?? 'lb-danger'
  const why = reason === undefined ? '' : ` <small>${shownText(reason)}</small>`
  return [
    fileCell(transfer),
    clientCell(transfer),
    sentText(bytes, expected),
    `<span class="${kind}">${escapeHtml(outcome)}</span>${why}`,
    humanDuration(ms),
    String(heals),
    `<time datetime="${escapeHtml(ended)}">${escapeHtml(ended.slice(11, 19))} UTC</time>`,
  ]
}

/** A path as people read it: decoded, where it is encoded UTF-8, and without characters that act. */
export function shownPath({ path }: Pick<ShownTransfer, 'path'>): string {
  try {
    return printableText(decodeURIComponent(path))
  } catch {
    return printableText(path)
  }
}

/** The part of the body that was sent, from 0 to 100; undefined where its length isn't known. */
export function percentSent(bytes: number, expected: number | undefined): number | undefined {
  if (expected === undefined) return undefined
  return expected === 0 ? 100 : Math.min(100, Math.floor((bytes / expected) * 100))
}

function fileCell(transfer: ShownTransfer): string {
  const { method, status, protocol = '', range } = transfer
  const request = [method, status === 0 ? 'opening' : status, protocol, range].filter(Boolean)
  const details = request.map((each) => `<bdi>${shownText(String(each))}</bdi>`).join(' · ')
  return `<bdi dir="auto">${shownText(shownPath(transfer))}</bdi> <small>${details}</small>`
}

function clientCell({ client = 'unknown', worker }: ShownTransfer): string {
  const process = worker === undefined ? '' : ` <small>worker ${worker}</small>`
  return `<bdi>${shownText(client)}</bdi>${process}`
}

function progressBar(bytes: number, expected: number | undefined): string {
  const percent = percentSent(bytes, expected)
  if (percent === undefined) return ''
  return `<progress max="100" value="${percent}" aria-label="Sent">${percent} %</progress> `
}

function sentText(bytes: number, expected: number | undefined): string {
  const percent = percentSent(bytes, expected)
  if (percent === undefined || expected === undefined) return humanSize(bytes)
  return bytes === expected
    ? humanSize(bytes)
    : `${humanSize(bytes)} of ${humanSize(expected)}, ${percent}\u00a0%`
}
