// Servers that need no configuration: a command with arguments serves a folder.
import { join } from 'node:path'

const ROWS = [
  {
    id: 'python',
    name: 'http.server of Python',
    needs: { command: 'python3', packages: ['python3'] },
    version: { args: ['--version'], pattern: /Python (\S+)/ },
    args: ({ folder, port }) => [
      '-m',
      'http.server',
      '--bind',
      '127.0.0.1',
      '--directory',
      folder,
      port,
    ],
  },
  {
    id: 'busybox',
    name: 'httpd of BusyBox',
    needs: { command: 'busybox', packages: ['busybox'] },
    version: { args: [], pattern: /BusyBox v(\S+)/ },
    args: ({ folder, port }) => ['httpd', '-f', '-p', `127.0.0.1:${port}`, '-h', folder],
  },
  {
    id: 'php',
    name: 'built-in server of PHP',
    needs: { command: 'php', packages: ['php-cli'] },
    version: { args: ['-v'], pattern: /PHP (\S+)/ },
    args: ({ folder, port }) => ['-S', `127.0.0.1:${port}`, '-t', folder],
  },
  {
    id: 'webrick',
    name: 'WEBrick of Ruby',
    needs: { command: 'ruby', packages: ['ruby', 'ruby-webrick'] },
    version: { args: ['-rwebrick', '-e', 'print WEBrick::VERSION'], pattern: /(\S+)/ },
    args: ({ folder, port }) => [
      '-run',
      '-e',
      'httpd',
      '--',
      folder,
      '-p',
      port,
      '-b',
      '127.0.0.1',
    ],
  },
  {
    id: 'webfs',
    name: 'webfs',
    needs: { command: 'webfsd', packages: ['webfs'] },
    // webfsd doesn't tell its version.
    version: { command: 'dpkg-query', args: ['-W', 'webfs'], pattern: /\t(\d+(?:\.\d+)*)/ },
    args: ({ folder, port }) => ['-F', '-i', '127.0.0.1', '-p', port, '-r', folder],
  },
]

export const COMMANDS = ROWS.map(({ args, ...row }) => ({
  ...row,
  start: (place) => ({ command: row.needs.command, args: args(place) }),
}))

export const go = {
  id: 'go',
  name: 'FileServer of Go',
  needs: { command: 'go', packages: ['golang-go'] },
  version: { args: ['version'], pattern: /go(\d[\d.]*)/ },
  setting: '`http.FileServer(http.Dir(folder))`',
  // GO111MODULE=off: a program of one file, without a module. Its build needs no network.
  build: ({ scratch }) => ({
    command: 'go',
    args: [
      'build',
      '-o',
      join(scratch, 'file-server'),
      join(import.meta.dirname, '../peers/file-server.go'),
    ],
    env: { GO111MODULE: 'off', CGO_ENABLED: '0' },
  }),
  start: ({ folder, scratch, port }) => ({
    command: join(scratch, 'file-server'),
    args: [`127.0.0.1:${port}`, folder],
  }),
}
