import { loadCached } from './cached-script.js'

/**
 * `runMain` of the bundle of `get`, with the code that an earlier process has compiled. It is kept after a download,
 * which needs more of it than the help.
 */
export function runCached(
  path: string,
  digest: string,
): (args: readonly string[]) => Promise<void> {
  const { exports, keep } = loadCached(path, digest)
  const { runMain } = exports as { readonly runMain: (args: readonly string[]) => Promise<void> }
  return async (args) => {
    await runMain(args)
    if (process.exitCode === 0 && args.some((each) => /^https?:/i.test(each))) keep()
  }
}
