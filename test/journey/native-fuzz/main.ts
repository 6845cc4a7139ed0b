import { writeSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { runFuzz } from './run.js'

// Calls the functions of the native addon with hostile arguments. Prints the result as a line of JSON. With
// --trace, each call is printed before it is made: the last line is the call that ended the process.
const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Math.floor(Math.random() * 1e6)) },
    calls: { type: 'string', default: '5000000' },
    trace: { type: 'boolean', default: false },
  },
})
const seed = Number(values.seed)
console.log(`seed ${seed}`)
const result = await runFuzz({
  seed,
  calls: Number(values.calls),
  ...(values.trace && { onCall: (number, text) => void writeSync(1, `${number} ${text}\n`) }),
})
for (const failure of result.failures) console.error(failure)
console.log(JSON.stringify(result))
if (result.failures.length > 0) process.exitCode = 1
