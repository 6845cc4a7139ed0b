import { type FileHandle, open } from 'node:fs/promises'
import { check } from '../check/check.js'
import { chooseChecks } from '../check/choose-checks.js'
import { checkListJson, checkListText } from '../check/report/check-list.js'
import type { CurlOptions } from '../check/report/curl-line.js'
import { jsonReport, jsonText } from '../check/report/json-report.js'
import { junitError, junitReport } from '../check/report/junit-report.js'
import { markdownReport } from '../check/report/markdown-report.js'
import type { Report } from '../check/report/report.js'
import { textReport } from '../check/report/text-report.js'
import { inColour, plain } from '../check/report/text-style.js'
import { LastbyteError } from '../errors.js'
import { withoutSecrets } from '../http/request-url.js'
import { type CheckFlags, parseCheckFlags } from './check-flags.js'
import { createCheckProgress } from './check-progress.js'
import { CommandExit } from './command-exit.js'
import { EXIT_CODES } from './exit-codes.js'
import { renamedError, usageError } from './usage-error.js'

/** @throws LastbyteError BAD_SETTING, naming the flag */
function chosenBy(only: readonly string[] | undefined): ReturnType<typeof chooseChecks> {
  try {
    return chooseChecks(only)
  } catch (error) {
    throw renamedError(error, new Map([['only', '--only']]))
  }
}

/**
 * Checks a server, and prints a report.
 *
 * @throws CommandExit where a requirement is not met, or the server can't be checked; LastbyteError BAD_SETTING for
 *   wrong usage, CANCELLED for a signal
 */
export async function runCheck(url: string | undefined, flags: CheckFlags): Promise<void> {
  const options = parseCheckFlags(flags)
  const checks = chosenBy(options.only)
  if (flags.list) {
    const { colour, width } = layout()
    process.stdout.write(
      flags.json
        ? checkListJson(checks)
        : checkListText(checks, { width, paint: colour ? inColour : plain }),
    )
    return
  }
  if (url === undefined) throw usageError('URL', 'expected one, or --list; received none')
  const junit = await openJunit(flags)
  const progress = await createCheckProgress({
    url: withoutSecrets(url),
    checks: checks.length,
    out: announcedOn(flags),
    mayGrow: options.bytes === undefined,
  })
  const stop = new AbortController()
  const interrupt = () => stop.abort(new LastbyteError('CANCELLED', 'Interrupted'))
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt)
  try {
    const { start: onStart, result: onResult } = progress
    const report = await check(url, { ...options, onStart, onResult, signal: stop.signal })
    progress.end()
    await print(report, flags, junit)
    if (report.failed.length > 0) throw new CommandExit(EXIT_CODES.failed)
  } catch (error) {
    progress.end()
    if (!isOfServer(error)) throw error
    await printError(url, error, flags, junit)
    throw new CommandExit(EXIT_CODES.usage, error.message)
  } finally {
    await junit?.close()
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt)
  }
}

/** A document has stdout for itself; a log need not know the bound, which the document has. */
function announcedOn({ json, markdown, junit }: CheckFlags): NodeJS.WriteStream | undefined {
  if (!json && !markdown && junit !== '-') return process.stdout
  return process.stderr.isTTY ? process.stderr : undefined
}

/** Whether an error says that the server can't be checked. */
function isOfServer(error: unknown): error is LastbyteError {
  const ofServer = ['REFUSED', 'UNREACHABLE', 'ANSWER_BROKEN', 'SERVER_STALLED']
  return error instanceof LastbyteError && ofServer.includes(error.code)
}

/** The report is printed before the file is written, so that a full disk does not lose both. */
async function print(
  report: Report,
  flags: CheckFlags,
  junit: FileHandle | undefined,
): Promise<void> {
  const curl: CurlOptions = { insecure: flags.insecure ?? false }
  const verbose = flags.verbose ?? false
  if (flags.junit === '-') process.stdout.write(junitReport(report, curl))
  else if (flags.json) process.stdout.write(jsonReport(report, curl))
  else if (flags.markdown) process.stdout.write(markdownReport(report, curl))
  else process.stdout.write(textReport(report, { ...curl, ...layout(), verbose }))
  if (junit !== undefined) await writeJunit(flags, junit, junitReport(report, curl))
}

/** A program that waits for a document gets one. */
async function printError(
  url: string,
  error: LastbyteError,
  flags: CheckFlags,
  junit: FileHandle | undefined,
): Promise<void> {
  const shown = withoutSecrets(url)
  const { code, message } = error
  if (flags.junit === '-') process.stdout.write(junitError(shown, error))
  if (flags.json) process.stdout.write(jsonText({ url: shown, error: { code, message } }))
  if (junit !== undefined) await writeJunit(flags, junit, junitError(shown, error))
}

/** The file of --junit, opened before the first request: an unwritable one must not cost the report of a run. */
async function openJunit({ junit = '-' }: CheckFlags): Promise<FileHandle | undefined> {
  if (junit === '-') return undefined
  return open(junit, 'w').catch((error) => {
    throw unwritable(junit, error)
  })
}

async function writeJunit({ junit = '-' }: CheckFlags, to: FileHandle, xml: string): Promise<void> {
  await to.writeFile(xml).catch((error) => {
    throw unwritable(junit, error)
  })
}

function unwritable(file: string, { code = 'unknown' }: NodeJS.ErrnoException): LastbyteError {
  return usageError('--junit', `expected a file that can be written (${code})`, file)
}

/** Colours and lines for the terminal, if stdout is one. NO_COLOR: https://no-color.org */
function layout(): { colour: boolean; width: number } {
  const { isTTY = false, columns = 80 } = process.stdout
  const colour = isTTY && !process.env.NO_COLOR && process.env.TERM !== 'dumb'
  return { colour, width: Math.min(columns, 100) }
}
