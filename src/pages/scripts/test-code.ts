/** A rule as the form describes it. */
interface Rule {
  readonly match?: { readonly path?: unknown }
}

/**
 * The code of a test in TypeScript, with the faults of these rules.
 *
 * @param seed with it the test makes the same random choices as the server
 */
export function testCode(rules: readonly object[], seed: number): string {
  const [only, ...more] = rules
  const isOne = only !== undefined && more.length === 0
  const armed = isOne ? `arm(${literal(only)})` : `armAll(${literal(rules)})`
  return `import { faultServer } from 'lastbyte/testing'

await using server = await faultServer({ root: 'media', seed: ${seed} })
server.faults.${armed}

// Any client in place of this one:
const signal = AbortSignal.timeout(2_000)
await fetch(new URL(${literal(pathOf(rules))}, server.url), { signal })
  .then((response) => response.arrayBuffer())
  .then((body) => console.log('received', body.byteLength, 'bytes'))
  .catch((error) => console.log('failed:', error))

await server.faults.settled()
console.log(server.faults.journal())
`
}

/** JSON is also TypeScript. */
function literal(value: unknown): string {
  return JSON.stringify(value, null, 2)
}

/** The path that the rules match, unless it is a glob. */
function pathOf(rules: readonly object[]): string {
  const paths = rules.map((rule) => (rule as Rule).match?.path)
  const path = paths.find((each) => typeof each === 'string' && /^[^*?[\]{}()\\]+$/.test(each))
  return typeof path === 'string' ? encodeURI(path) : '/clip.mp4'
}
