import { combinedLine } from './combined-line.js'
import { jsonLine } from './json-line.js'
import type { LineWriter } from './line-writer.js'
import type { ResponseObserver } from './response-observer.js'

/** The formats of the access log. */
export const LOG_FORMATS = ['combined', 'json'] as const
export type LogFormat = (typeof LOG_FORMATS)[number]

/**
 * Writes a line for each response that an application has sent.
 *
 * @param worker the number of this process, if there are several; a member of JSON
 */
export function logAccess(
  observer: ResponseObserver,
  writer: Pick<LineWriter, 'write'>,
  format: LogFormat,
  worker?: number,
): void {
  observer.needsBytes = true
  observer.observe((response) => {
    writer.write(format === 'json' ? jsonLine(response, worker) : combinedLine(response))
  })
}
