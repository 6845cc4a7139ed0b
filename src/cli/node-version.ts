/** That of `engines` in package.json. */
const OLDEST = [20, 15] as const

/**
 * Why a version of Node can't run the command; undefined if it can. A newer version than any known one can.
 *
 * @param version such as `20.14.0`
 */
export function nodeRefusal(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [oldestMajor, oldestMinor] = OLDEST
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return undefined
  return `expected Node ${OLDEST.join('.')} or newer; this is ${version}. Install a newer one from https://nodejs.org`
}
