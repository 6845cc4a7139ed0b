import { printableText } from '../../printable-text.js'
import { type CurlOptions, curlLine } from './curl-line.js'
import { docsLink } from './docs-link.js'
import { markdownCode, markdownText } from './markdown-text.js'
import type { CheckResult, Report } from './report.js'
import { requestText, shownFailure } from './shown-failure.js'
import { skippedByReason } from './skipped-counts.js'
import { verdict } from './verdict.js'

/** A report in Markdown, such as for a comment on a pull request or an issue. */
export function markdownReport(report: Report, options: CurlOptions = {}): string {
  const blocks = [
    `# ${markdownText(`lastbyte check ${report.url}`)}`,
    `**${markdownText(verdict(report))}**`,
    ...report.failed.flatMap((result) => failureBlocks(result, options)),
    ...(report.advice.length === 0 ? [] : ['## Advice']),
    ...report.advice.flatMap((result) => failureBlocks(result, options)),
    ...skippedBlocks(report),
  ]
  return `${blocks.join('\n\n')}\n`
}

function failureBlocks({ check, finding }: CheckResult, options: CurlOptions): string[] {
  if (finding.kind !== 'failed') return []
  const { exchange } = finding
  const { request, expected, received } = shownFailure(finding)
  const items = [
    ...(request === undefined ? [] : [`sent: ${markdownCode(requestText(request))}`]),
    `received: ${markdownText(received)}`,
    `expected: ${markdownText(expected)}`,
    `breaks: ${markdownText(check.harm)}`,
    `explained: ${markdownCode(docsLink(check))}`,
  ]
  const about = `${markdownText(check.requirement)} (${check.strength}, ${check.section})`
  return [
    `### ${check.id}`,
    about,
    items.map((item) => `- ${item}`).join('\n'),
    ...(exchange === undefined ? [] : [codeBlock(curlLine(exchange.request, options))]),
  ]
}

/** One line, which has no line end and so can't end its block. */
function codeBlock(line: string): string {
  return ['```sh', printableText(line), '```'].join('\n')
}

function skippedBlocks({ results }: Report): string[] {
  const byReason = skippedByReason(results)
  if (byReason.length === 0) return []
  const items = byReason.map(([reason, ids]) => `- ${markdownText(`${reason}: ${ids.join(', ')}`)}`)
  return ['## Skipped', items.join('\n')]
}
