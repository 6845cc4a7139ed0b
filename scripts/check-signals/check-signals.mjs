import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { findFreshSignals } from './find-fresh-signals.mjs'

/**
 * Checks all modules of `src/` but those that run in a page.
 *
 * @param {string} root folder that contains `src/`
 * @param {Readonly<Record<string, string>>} exceptions what aborts the signal that a `file#owner` creates
 * @returns {string[]} one line for each violation, and for each exception that matches nothing
 */
export function checkSignals(root, exceptions) {
  const unused = new Set(Object.keys(exceptions))
  const violations = []
  const modules = readdirSync(join(root, 'src'), { recursive: true })
    .map((name) => `src/${name}`.replaceAll('\\', '/'))
    .filter((name) => /\.[jt]s$/.test(name) && !/^src\/pages\/(assets|built|scripts)\//.test(name))
  for (const name of modules) {
    for (const { owner, line, reason } of findFreshSignals(
      readFileSync(join(root, name), 'utf8'),
    )) {
      const key = `${name}#${owner}`
      unused.delete(key)
      if (key in exceptions) continue
      violations.push(
        `${name}:${line}: ${owner} creates a signal (${reason}): take that of the request, so that the ` +
          'work ends when its client has left, or add an exception that says what aborts it',
      )
    }
  }
  for (const each of unused) violations.push(`${each}: the exception matches no signal`)
  return violations
}
