import { Command } from 'commander'
import { printableLines } from '../printable-text.js'
import { packageVersion } from './package-version.js'

/** The command line of `lastbyte` without its commands. */
export function baseProgram(): Command {
  return (
    new Command('lastbyte')
      .description(
        'Serves files so that a client whose connection breaks resumes at the last byte.',
      )
      .version(packageVersion())
      // A message quotes arguments.
      .configureOutput({ writeErr: (text) => void process.stderr.write(printableLines(text)) })
      .exitOverride()
  )
}
