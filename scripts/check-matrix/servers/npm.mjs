// Servers of the npm registry, each as a program of its own in ../peers or as its own command.
import { join } from 'node:path'

const setting = 'with its precompressed files'

const PROGRAMS = [
  { id: 'fastify-static', name: '@fastify/static', npm: ['@fastify/static', 'fastify'], setting },
  { id: 'express', name: 'Express', npm: ['express', 'serve-static'], setting: '`express.static`' },
  { id: 'koa', name: 'Koa', npm: ['koa-send', 'koa'], setting: `\`koa-send\` ${setting}` },
  {
    id: 'hono',
    name: 'Hono',
    npm: ['@hono/node-server', 'hono'],
    setting: `\`serveStatic\` ${setting}`,
  },
  { id: 'h3', name: 'h3', npm: ['h3'], setting: `\`serveStatic\` ${setting}` },
  { id: 'sirv', name: 'sirv', npm: ['sirv'], setting: `\`etag: true\`, ${setting}` },
].map((row) => ({
  ...row,
  start: ({ folder, port, programs }) => ({
    command: process.execPath,
    args: [join(programs, `${row.id}.mjs`), folder, port],
  }),
}))

const COMMANDS = [
  {
    id: 'serve',
    name: 'serve',
    npm: ['serve'],
    bin: 'serve/build/main.js',
    args: ({ folder, port }) => [
      '-l',
      `tcp://127.0.0.1:${port}`,
      '-L',
      '-n',
      '--no-port-switching',
      folder,
    ],
  },
  {
    id: 'http-server',
    name: 'http-server',
    npm: ['http-server'],
    bin: 'http-server/bin/http-server',
    setting,
    args: ({ folder, port }) => [folder, '-a', '127.0.0.1', '-p', port, '-s', '--gzip', '--brotli'],
  },
].map(({ bin, args, ...row }) => ({
  ...row,
  start: (place) => ({
    command: process.execPath,
    args: [join(place.packages, 'node_modules', bin), ...args(place)],
  }),
}))

export const NPM = [...PROGRAMS, ...COMMANDS]
