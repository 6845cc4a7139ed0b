/**
 * Ends the command with an exit code that `exitCodeOf` doesn't know: that of a command whose outcomes have codes of
 * their own. The message, if there is one, is printed as that of any error.
 */
export class CommandExit extends Error {
  override readonly name = 'CommandExit'

  constructor(
    readonly exitCode: number,
    message = '',
  ) {
    super(message)
  }
}
