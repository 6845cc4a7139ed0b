import type { ReadStream } from 'node:tty'

/** Where a secret is read from. */
export type SecretInput = NodeJS.ReadStream | ReadStream

/** Keys as a terminal sends them: return, line feed and control-D; delete and backspace; control-C. */
const ENTER = ['\r', '\n', '\u0004']
const ERASE = ['\u007f', '\b']
const INTERRUPT = '\u0003'

/** Reads one line: from a terminal without showing it, with a question on stderr, else from stdin. */
export async function readSecret(
  question: string,
  input: SecretInput = process.stdin,
  ask: (text: string) => void = (text) => void process.stderr.write(text),
): Promise<string> {
  input.setEncoding('utf8')
  if (!input.isTTY) {
    let text = ''
    for await (const chunk of input) text += chunk
    return text.split(/\r?\n/)[0] ?? ''
  }
  ask(question)
  input.setRawMode(true)
  try {
    return await readKeys(input)
  } finally {
    input.setRawMode(false)
    input.pause()
    ask('\n')
  }
}

async function readKeys(input: SecretInput): Promise<string> {
  let line: string[] = []
  for await (const chunk of input) {
    for (const key of String(chunk)) {
      if (ENTER.includes(key)) return line.join('')
      if (key === INTERRUPT) return ''
      if (ERASE.includes(key)) line = line.slice(0, -1)
      else line.push(key)
    }
  }
  return line.join('')
}
