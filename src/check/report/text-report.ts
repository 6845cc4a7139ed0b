import { printableText } from '../../printable-text.js'
import type { Failure } from '../subject/finding.js'
import { byteText, counted } from './counted.js'
import { type CurlOptions, curlWords } from './curl-line.js'
import { docsLink } from './docs-link.js'
import type { CheckResult, Report } from './report.js'
import { requestText, shownFailure } from './shown-failure.js'
import { skippedByReason } from './skipped-counts.js'
import { inColour, type Paint, plain } from './text-style.js'
import { verdict } from './verdict.js'
import { wrapText, wrapWords } from './wrap-text.js'

export interface TextOptions extends CurlOptions {
  /** Whether colours of a terminal are used. Default false. */
  readonly colour?: boolean
  /** Whether the reasons of skipped checks are listed. Default false. */
  readonly verbose?: boolean
  /** Characters of a line. Default 80. */
  readonly width?: number
}

const LABEL = 'received  '.length
const INDENT = 2
/** Characters of a text of the server that are shown. A header section may have 16 KiB. */
const MOST_CHARACTERS = 400

/** A report for people: the verdict, the failures, what was skipped, and advice. It ends with a line end. */
export function textReport(report: Report, options: TextOptions = {}): string {
  const paint = options.colour ? inColour : plain
  const width = Math.max(40, options.width ?? 80)
  const show = (result: CheckResult) => failureLines(result, { ...options, paint, width })
  const style = report.failed.length > 0 || report.level === 'none' ? 'red' : 'green'
  const lines = [
    paint(style, verdict(report)),
    ...wrapText(aboutRun(report), width).map((line) => paint('dim', line)),
    ...report.failed.flatMap((result) => ['', ...show(result)]),
    ...skippedLines(report, width, options.verbose ?? false),
    ...report.advice.flatMap((result) => ['', ...show(result)]),
  ]
  return `${lines.join('\n')}\n`
}

function aboutRun({ finalUrl, size, cost }: Report): string {
  const of = size === undefined ? 'of unknown size' : byteText(size)
  const took = `${counted(cost.requests, 'request')}, ${byteText(cost.bytes)} received`
  return printableText(`${finalUrl} (${of}): ${took}`)
}

interface Layout extends CurlOptions {
  readonly paint: Paint
  readonly width: number
}

function failureLines({ check, finding }: CheckResult, layout: Layout): string[] {
  if (finding.kind !== 'failed') return []
  const { paint, width } = layout
  const { request, expected, received } = shownFailure(finding)
  const isAdvice = check.strength === 'advice'
  const kind = isAdvice ? paint('yellow', 'ADVICE') : paint('red', 'FAILED')
  const level = check.level === undefined ? '' : `, level ${check.level}`
  const of = `(${isAdvice ? '' : `${check.strength}, `}${check.section}${level})`
  const entry = (label: string, text: string) => entryLines(label, text, width)
  return [
    `${kind} ${paint('bold', check.id)} ${of}`,
    ...wrapText(check.requirement, width - INDENT).map((line) => ' '.repeat(INDENT) + line),
    ...(request === undefined ? [] : entry('sent', requestText(request))),
    ...entry('received', received),
    ...entry('expected', expected),
    ...entry('breaks', check.harm),
    ...curlEntry(finding, layout),
    ...entry('explained', docsLink(check)),
  ]
}

function entryLines(label: string, text: string, width: number): string[] {
  const room = width - INDENT - LABEL
  return withLabel(label, wrapText(shortened(printableText(text)), room))
}

/** The line must stay one that a shell understands, so that it is divided between words only. */
function curlEntry({ exchange }: Failure, { width, ...options }: Layout): string[] {
  if (exchange === undefined) return []
  const words = curlWords(exchange.request, options).map(printableText)
  return withLabel('reproduce', wrapWords(words, width - INDENT - LABEL, ' \\'))
}

function withLabel(label: string, lines: readonly string[]): string[] {
  const indent = ' '.repeat(INDENT)
  return lines.map((line, at) => indent + (at === 0 ? label : '').padEnd(LABEL) + line)
}

function shortened(text: string): string {
  return text.length <= MOST_CHARACTERS ? text : `${text.slice(0, MOST_CHARACTERS)}…`
}

function skippedLines({ results }: Report, width: number, isVerbose: boolean): string[] {
  const byReason = skippedByReason(results)
  const count = byReason.reduce((sum, [, ids]) => sum + ids.length, 0)
  if (count === 0) return []
  if (!isVerbose) return ['', `Skipped ${counted(count, 'check')}; --verbose lists them.`]
  const reasons = byReason.flatMap(([reason, ids]) => {
    const text = printableText(`${reason}: ${ids.join(', ')}`)
    return wrapText(text, width - INDENT).map((line) => ' '.repeat(INDENT) + line)
  })
  return ['', `Skipped ${counted(count, 'check')}:`, ...reasons]
}
