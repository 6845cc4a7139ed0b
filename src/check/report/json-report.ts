import { printableText } from '../../printable-text.js'
import type { Exchange } from '../subject/exchange.js'
import { type CurlOptions, curlLine } from './curl-line.js'
import { docsLink } from './docs-link.js'
import type { CheckResult, Report } from './report.js'
import { shownResponseField } from './secret-fields.js'
import { shownFailure } from './shown-failure.js'

/** A report as one JSON document, as docs/schemas/check-report.json describes it. It ends with a line end. */
export function jsonReport(report: Report, options: CurlOptions = {}): string {
  const { url, finalUrl, date, level, size = null, cost, results } = report
  const document = {
    url,
    finalUrl,
    date,
    level,
    size,
    cost,
    failed: report.failed.map(({ check }) => check.id),
    advice: report.advice.map(({ check }) => check.id),
    results: results.map((result) => resultOf(result, options)),
  }
  return jsonText(document)
}

/** A document of the command. The escapes of a character on which a terminal acts leave the JSON the same. */
export function jsonText(document: object): string {
  return `${JSON.stringify(document, null, 2).split('\n').map(printableText).join('\n')}\n`
}

function resultOf({ check, finding }: CheckResult, options: CurlOptions): object {
  const { id, group, requirement, section, strength, level = null, harm } = check
  const about = { id, group, requirement, section, strength, level, harm, docs: docsLink(check) }
  if (finding.kind === 'passed') return { ...about, outcome: 'passed' }
  if (finding.kind === 'skipped') return { ...about, outcome: 'skipped', reason: finding.reason }
  const { exchange } = finding
  const { request = null, expected, received } = shownFailure(finding)
  return {
    ...about,
    outcome: 'failed',
    expected,
    received,
    request,
    response: exchange === undefined ? null : responseOf(exchange),
    curl: exchange === undefined ? null : curlLine(exchange.request, options),
  }
}

function responseOf({ request, status, version, lines, body, end }: Exchange): object {
  const fields = lines.map(([name, value]) => [name, shownResponseField(request, name, value)])
  return { status, version, fields, bytes: body.length, end }
}
