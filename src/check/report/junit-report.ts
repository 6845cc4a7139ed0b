import { type CurlOptions, curlLine } from './curl-line.js'
import { docsLink } from './docs-link.js'
import type { CheckResult, Report } from './report.js'
import { requestText, shownFailure } from './shown-failure.js'
import { verdict } from './verdict.js'
import { xmlLines, xmlText } from './xml-text.js'

/** A report in the XML of JUnit. Advice that is not followed counts as skipped, so that it fails no build. */
export function junitReport(report: Report, options: CurlOptions = {}): string {
  const { results, failed, url, date } = report
  const skipped = results.filter(({ finding, check }) => {
    return finding.kind === 'skipped' || (finding.kind === 'failed' && check.strength === 'advice')
  })
  const counts = `tests="${results.length}" failures="${failed.length}" errors="0" skipped="${skipped.length}"`
  const suite = `<testsuite name="${xmlText(`lastbyte check ${url}`)}" ${counts} time="0"`
  return document([
    `<testsuites ${counts}>`,
    `${suite} timestamp="${xmlText(date.slice(0, 19))}">`,
    ...results.map((result) => testCase(result, options)),
    `<system-out>${xmlLines(verdict(report))}</system-out>`,
    '</testsuite>',
    '</testsuites>',
  ])
}

/** The report of a run that has ended before any check, as one error. */
export function junitError(url: string, error: Error): string {
  const counts = 'tests="1" failures="0" errors="1" skipped="0"'
  return document([
    `<testsuites ${counts}>`,
    `<testsuite name="${xmlText(`lastbyte check ${url}`)}" ${counts} time="0">`,
    '<testcase classname="lastbyte" name="check" time="0">',
    `<error message="${xmlText(error.message)}"/>`,
    '</testcase>',
    '</testsuite>',
    '</testsuites>',
  ])
}

function document(lines: readonly string[]): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${lines.join('\n')}\n`
}

function testCase(result: CheckResult, options: CurlOptions): string {
  const { group, id } = result.check
  const start = `<testcase classname="lastbyte.${xmlText(group)}" name="${xmlText(id)}" time="0"`
  const outcome = outcomeOf(result, options)
  return outcome === '' ? `${start}/>` : `${start}>${outcome}</testcase>`
}

function outcomeOf({ check, finding }: CheckResult, options: CurlOptions): string {
  if (finding.kind === 'passed') return ''
  if (finding.kind === 'skipped') return `<skipped message="${xmlText(finding.reason)}"/>`
  const { expected, received, request } = shownFailure(finding)
  const message = `expected ${expected}; received ${received}`
  if (check.strength === 'advice') return `<skipped message="${xmlText(`advice: ${message}`)}"/>`
  const { exchange } = finding
  const lines = [
    `${check.requirement} (${check.strength}, ${check.section})`,
    ...(request === undefined ? [] : [`sent: ${requestText(request)}`]),
    `received: ${received}`,
    `expected: ${expected}`,
    `breaks: ${check.harm}`,
    ...(exchange === undefined ? [] : [`reproduce: ${curlLine(exchange.request, options)}`]),
    `explained: ${docsLink(check)}`,
  ]
  const text = lines.map(xmlText).join('\n')
  return `<failure type="${check.strength}" message="${xmlText(message)}">${text}</failure>`
}
