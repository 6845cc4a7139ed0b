import { checkCycles } from './check-cycles.mjs'
import { checkBrowserEntries, checkImports } from './check-imports.mjs'
import { checkModules } from './check-modules.mjs'
import { checkPlacement } from './check-placement.mjs'
import { checkTests } from './check-tests.mjs'
import { readTree } from './read-tree.mjs'

/** Checks the tree below `root`. Returns one line for each violation: `file:line: what is wrong: what to do`. */
export function checkTree(root, rules) {
  const tree = readTree(root, rules)
  const checks = [
    checkPlacement,
    checkImports,
    checkBrowserEntries,
    checkCycles,
    checkModules,
    checkTests,
  ]
  return checks
    .flatMap((check) => check(tree, rules))
    .map(({ file, line, message }) => `${file}${line === undefined ? '' : `:${line}`}: ${message}`)
}
