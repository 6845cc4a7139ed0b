// Checks the layout of the code: folders, the direction of imports, cycles, file sizes, unused modules and
// missing tests. Usage: node scripts/check-layers/main.mjs [ROOT]
import { checkTree } from './check-tree.mjs'
import { RULES } from './rules.mjs'

const violations = checkTree(process.argv[2] ?? '.', RULES)
for (const line of violations) process.stderr.write(`${line}\n`)
process.exitCode = violations.length === 0 ? 0 : 1
