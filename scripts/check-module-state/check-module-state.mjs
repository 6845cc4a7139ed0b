import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { findFactories, findModuleState } from './find-module-state.mjs'

/**
 * Checks all modules of `src/` but those that run in a page.
 *
 * @param {string} root folder that contains `src/`
 * @param {Readonly<Record<string, string>>} exceptions why a `file#name` may have state
 * @returns {string[]} one line for each violation, and for each exception that matches nothing
 */
export function checkModuleState(root, exceptions) {
  const modules = readdirSync(join(root, 'src'), { recursive: true })
    .map((name) => `src/${name}`.replaceAll('\\', '/'))
    .filter((name) => /\.[jt]s$/.test(name) && !/^src\/pages\/(assets|built|scripts)\//.test(name))
    .map((name) => ({ name, text: readFileSync(join(root, name), 'utf8') }))
  const factories = new Set(modules.flatMap(({ text }) => findFactories(text)))
  const unused = new Set(Object.keys(exceptions))
  const violations = []
  for (const module of modules) {
    for (const { name, line, reason } of findModuleState(module.text, factories)) {
      if (unused.delete(`${module.name}#${name}`)) continue
      violations.push(
        `${module.name}:${line}: ${name} is mutable state of the module: ${reason}; ` +
          'pass an instance in, or add an exception with a decision record',
      )
    }
  }
  for (const each of unused) violations.push(`${each}: the exception matches no module state`)
  return violations
}
