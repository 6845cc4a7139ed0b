import type { Command } from 'commander'

/** A command line, and what it does. */
type Example = readonly [line: string, effect: string]

/** What the help shows below the options, by command; '' is `lastbyte` itself. */
const EXAMPLES: Readonly<Record<string, readonly Example[]>> = {
  '': [
    ['lastbyte serve films --list --host 0.0.0.0', 'share a folder with your network'],
    ['lastbyte get https://host.example/film.mp4', 'download, and go on after any failure'],
    ['lastbyte check https://host.example/film.mp4', 'can downloads of a server be resumed?'],
    ['lastbyte proxy https://origin.example', 'stand in front of a server that fails'],
  ],
  serve: [
    ['lastbyte serve films --list', 'for this computer, http://127.0.0.1:8080/'],
    ['lastbyte serve films --list --host 0.0.0.0', 'for everybody in the network'],
    ['lastbyte serve films --port 0', 'at any free port, which is printed'],
    ['lastbyte serve films --tls-cert cert.pem --tls-key key.pem', 'with HTTPS'],
    ['lastbyte serve films --trust-proxy loopback', 'behind a proxy of this machine'],
  ],
  proxy: [
    ['lastbyte proxy https://origin.example/files', 'at http://127.0.0.1:8080/'],
    ['lastbyte proxy https://origin.example --retry-for 2m', 'wait longer for the origin'],
  ],
  get: [
    ['lastbyte get https://host.example/film.mp4', 'to film.mp4 in this folder'],
    ['lastbyte get https://host.example/film.mp4 -o other.mp4 -c 4', 'with four connections'],
    ['lastbyte get https://host.example/log -o - | grep error', 'to another program'],
    ['lastbyte get https://host.example/show.ts --live -o - | ffplay -', 'while it is recorded'],
  ],
  check: [
    ['lastbyte check https://host.example/film.mp4', 'all checks'],
    ['lastbyte check https://host.example/film.mp4 --only ranges', 'those of one group'],
    ['lastbyte check --list', 'what is checked'],
  ],
  password: [['lastbyte password family >> users.txt', 'for lastbyte serve --users users.txt']],
  sign: [
    ['lastbyte sign https://host.example/film.mp4 --expires 2h --key keys', 'a link to a film'],
    ['lastbyte sign https://host.example/series/ --expires 7d --key keys', 'and to a folder'],
  ],
}

/** Adds examples to the help of the program and of its commands. */
export function addHelpExamples(program: Command): void {
  for (const command of [program, ...program.commands]) {
    const examples = EXAMPLES[command === program ? '' : command.name()]
    if (examples !== undefined) command.addHelpText('after', `\n${textOf(examples)}`)
  }
}

function textOf(examples: readonly Example[]): string {
  const lines = examples.map(([line, effect]) => `  ${line}\n      ${effect}`)
  return ['Examples:', ...lines].join('\n')
}
