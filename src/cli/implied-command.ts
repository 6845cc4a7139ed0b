import { statSync } from 'node:fs'
import type { Command } from 'commander'
import { isBucket } from './open-bucket.js'
import { usageError } from './usage-error.js'

/**
 * The arguments with the command that they imply: `./films` means `serve ./films`. A command takes precedence over a
 * folder of its name, which `./get` names. A misspelt command is left to commander, which suggests one.
 *
 * @param args the arguments behind `lastbyte`
 * @throws LastbyteError BAD_SETTING for a URL, which names no command
 */
export function withImpliedCommand(
  args: readonly string[],
  { commands }: Pick<Command, 'commands'>,
): readonly string[] {
  const [first] = args
  if (first === undefined || first === '' || first.startsWith('-')) return args
  const names = ['help', ...commands.flatMap((command) => [command.name(), ...command.aliases()])]
  if (names.includes(first)) return args
  if (/^https?:\/\//i.test(first)) {
    const problem =
      'expected a command; to download a URL: lastbyte get URL, to check it: lastbyte check URL'
    throw usageError('arguments', problem, first)
  }
  return isBucket(first) || looksLikePath(first) || exists(first) ? ['serve', ...args] : args
}

/** Whether a text can't be a misspelt command: `serve` then says why it can't be read. */
function looksLikePath(text: string): boolean {
  return /[/\\]/.test(text) || /^\.{1,2}$/.test(text)
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined
}
